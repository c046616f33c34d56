"""The guided first run: name and logo, units, people, roles, first records – left and taken up at will."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.audit.context import change
from shuke.engine.commands.write import update
from shuke.engine.company import profile as company
from shuke.engine.company import ready_roles
from shuke.engine.company.first_run import STEPS, Standing, first_records, put_aside, standing
from shuke.engine.exchange.uploads import keep
from shuke.engine.organisation.models import Role
from shuke.engine.structure.pasting import PERSONS_NEED, column_titles, make_units, sheet_of_people
from shuke.engine.structure.sheets import NEW, WRONG
from shuke.kernel.digits import whole_number, whole_numbers
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import require_actor

# What marks the check of pasted people as a part of the first run.
FROM = "welcome"
# What the browser keeps them by until they are stored.
PASTED = "/welcome/people"

_TITLES = {
    "company": (gettext_lazy("Your company"), "building-skyscraper"),
    "units": (gettext_lazy("Departments"), "hierarchy-2"),
    "people": (gettext_lazy("People"), "users"),
    "roles": (gettext_lazy("Roles"), "shield"),
    "records": (gettext_lazy("First records"), "upload"),
}


@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """All steps, with what is done already; the first that is not stands open."""
    return _page(request)


@require_POST
def step(request: HttpRequest, name: str) -> HttpResponse:
    """Do one step; what was typed stays when it cannot be done."""
    actor = require_actor(request)
    require_administrator(actor)
    doing: dict[str, Callable[[HttpRequest, Actor], HttpResponse]] = {
        "company": _company,
        "units": _units,
        "people": _people,
        "ready-roles": _ready_roles,
        "roles": _roles,
        "roles-done": _roles_done,
    }
    try:
        if name not in doing:
            raise Invalid(_("There is no such step."))
        return doing[name](request, actor)
    except Invalid as error:
        return _page(request, problem=str(error), at="roles" if "roles" in name else name)


@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """End the first run, done or not."""
    company.settle(require_actor(request), settled=True)
    messages.success(request, _("You find all of this in the settings."))
    return redirect("web:home")


def progress(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """What the home page tells an administrator while the first run is neither over nor dismissed."""
    found = company.profile(request.user)
    if not actor.is_administrator or found.settled:
        return None
    so_far = standing(actor, found)
    return None if so_far.is_over else {"done": len(so_far.done), "all": len(STEPS), "steps": _steps(so_far)}


def _page(request: HttpRequest, problem: str = "", at: str = "") -> HttpResponse:
    actor = require_actor(request)
    require_administrator(actor)
    found = company.profile(request.user)
    so_far = standing(actor, found)
    first, ready = first_records(), ready_roles.offered(actor)
    context = {
        "steps": _steps(so_far, at),
        "standing": so_far,
        "problem": problem,
        "typed": request.POST,
        "settled": found.settled,
        "columns": [f"{title} *" if name in PERSONS_NEED else title for name, title in column_titles().items()],
        "people_draft": PASTED,
        "ready": ready,
        "lacks_roles": not all(is_there for _role, is_there in ready),
        "roles": list(Role.objects.visible_to(actor).order_by("position", "title_key").values_list("pk", "name")),
        "first": first,
        "import": reverse("web:import", args=[first.name]) if first else "",
    }
    return render(request, "web/setup/welcome.html", context, status=422 if problem else 200)


def _steps(so_far: Standing, at: str = "") -> list[dict[str, Any]]:
    """Each step with its title; one is open: where something went wrong, else the first that is not done."""
    opened = at or next((name for name in STEPS if name not in so_far.done), "")
    return [
        {
            "name": name,
            "title": str(_TITLES[name][0]),
            "icon": _TITLES[name][1],
            "done": name in so_far.done,
            "open": name == opened,
            "template": f"web/setup/welcome_{name}.html",
        }
        for name in STEPS
    ]


def _company(request: HttpRequest, actor: Actor) -> HttpResponse:
    name = request.POST.get("name", "")
    if not name.strip():
        raise Invalid(_("Type the name of your company."))
    made = company.keep(actor, {"name": name, "short_name": request.POST.get("short_name", "")})
    return _onward(request, _("Saved"), made)


def _units(request: HttpRequest, actor: Actor) -> HttpResponse:
    top = company.profile(request.user).name or _("Head office")
    made, lines = make_units(actor, request.POST.get("units", ""), top)
    wrong = [f"{line.cells['name']}: {' '.join(line.problems)}" for line in lines if line.status == WRONG]
    if wrong:
        messages.warning(request, " ".join(wrong[:3]))
    count = sum(line.status == NEW for line in lines if line.number)
    return _onward(request, ngettext("%(count)d unit made", "%(count)d units made", count) % {"count": count}, made)


def _people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Pasted rows are looked at like an uploaded file, where also the first passwords are shown."""
    text, unknown = sheet_of_people(actor, request.POST.get("people", ""))
    token = keep(actor, "people.csv", [text.encode("utf-8-sig")])
    words = _("Pasted people")
    query = urlencode({"name": f"{words}.csv", "from": FROM, "unknown": unknown}, doseq=True)
    return redirect(f"{reverse('web:organisation-check', args=[token])}?{query}")


def _ready_roles(request: HttpRequest, actor: Actor) -> HttpResponse:
    made = ready_roles.make(actor, request.POST.getlist("role"))
    return _onward(request, _("The roles are made."), made)


def _roles(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give one role to the chosen people, who have none yet, as one change."""
    role = whole_number(request.POST.get("role", ""))
    open_people = {pk for pk, _name in standing(actor, company.profile(request.user)).roleless}
    chosen = [pk for pk in whole_numbers(request.POST.getlist("person")) if pk in open_people]
    if role is None or not chosen:
        raise Invalid(_("Choose people and a role."))
    users = resource_for("users")
    with change(actor, "bulk", users.name) as opened:
        for pk in chosen:
            update(actor, users, pk, {"roles": [role]})
    words = ngettext("%(count)d person has the role now", "%(count)d people have the role now", len(chosen))
    return _onward(request, words % {"count": len(chosen)}, opened.id)


def _roles_done(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Nobody else needs a role: accountants who never sign in, say."""
    people = standing(actor, company.profile(request.user)).roleless
    put_aside(actor, [pk for pk, _name in people])
    words = ngettext(
        "%(count)d person stays without a role and sees nothing until given one",
        "%(count)d people stay without a role and see nothing until given one",
        len(people),
    )
    return _onward(request, words % {"count": len(people)}, None)


def _onward(request: HttpRequest, words: str, made: int | None) -> HttpResponse:
    messages.success(request, words, extra_tags=reverse("web:undo", args=[made]) if made else "")
    return redirect("web:welcome")
