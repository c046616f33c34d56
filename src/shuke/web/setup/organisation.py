"""The organisation in one page: companies, departments and people as a tree that can be searched and re-ordered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.record.words import listed
from shuke.engine.structure import tree
from shuke.engine.structure.dissolving import dissolve, who_goes
from shuke.engine.structure.moving import arrange
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid, NotFound, ShukeError
from shuke.resource.registry import resource_for
from shuke.web.bulk.dialogs import Dialog, Question
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.values.inputs import picker

OBJECTS = ("units", "users")
# A dialog names so many of the people that go; the rest it counts.
_NAMED = 50


@require_GET
def organisation_page(request: PageRequest) -> HttpResponse:
    """The tree (ORG-01), or what was searched for; for htmx the branch ``under``, or the tree open at ``open``."""
    actor = require_actor(request)
    require(actor, resource_for("units"), "view")
    rights = _rights(actor)
    if under := _number(request.GET.get("under", "")):
        found = tree.branch(actor, under)
        if found is None:
            raise NotFound(_("There is no such unit, or you may not see it."))
        return render(request, "web/setup/organisation_inside.html", {"branch": found, **rights})
    text = request.GET.get("q", "").strip()[:64]
    context = {"q": text, "hits": tree.find(actor, text) if text else None, **rights}
    if not text:
        context |= {"branches": tree.branches(actor, _opened(request, actor)), "homeless": tree.homeless(actor)}
    is_part = request.htmx.target == "organisation-tree"
    return render(request, "web/setup/organisation_tree.html" if is_part else "web/setup/organisation.html", context)


@require_GET
def unit_menu(request: PageRequest, pk: int) -> HttpResponse:
    """What can be done with a unit (a fragment)."""
    actor = require_actor(request)
    require(actor, resource_for("units"), "view")
    return render(request, "web/setup/organisation_menu.html", {"pk": pk, **_rights(actor)})


_ACTIONS = ("view", "create", "edit", "delete", "export")


def _rights(actor: Actor) -> dict[str, Any]:
    return {
        "may": {f"{action}_{name}": actor.may(name, action) for name in OBJECTS for action in _ACTIONS},
        "may_load": actor.is_administrator,
    }


def _opened(request: PageRequest, actor: Actor) -> list[int] | None:
    """Which branches are to be open: those that were, and the way to what the address names."""
    at = _number(request.GET.get("at", ""))
    if "open" not in request.GET and not at:
        return None
    return [_number(one) for one in request.GET.get("open", "").split(",")[:5000]] + tree.way_to(actor, at or None)


@require_POST
def move(request: PageRequest) -> JsonResponse:
    """Drag and drop, and the arrow keys: ``object`` and ``ids`` go ``into`` a unit, ahead of ``before`` (ORG-07)."""
    name = request.POST.get("object", "")
    if name not in OBJECTS:
        raise NotFound(_("Only units and people stand in the organisation."))
    ids = [_number(one) for one in request.POST.getlist("ids")]
    into, before = _number(request.POST.get("into", "")), _number(request.POST.get("before", ""))
    try:
        change = arrange(require_actor(request), name, ids, into or None, before or None)
    except ShukeError as error:
        return JsonResponse({"text": str(error)}, status=error.status)
    return JsonResponse({"text": _("Moved"), "undo": reverse("web:undo", args=[change])})


@require_http_methods(["GET", "POST"])
def transfer(request: PageRequest) -> HttpResponse:
    """Move the ticked people to another department (ORG-06), or one unit below another; their customers follow."""
    actor = require_actor(request)
    given = request.POST if request.method == "POST" else request.GET
    name = "units" if given.getlist("units") else "users"
    ids = [_number(one) for one in given.getlist(name)]
    require(actor, resource_for(name), "edit")
    if not ids:
        raise Invalid(_("Tick at least one person first."))
    if request.method == "GET":
        return _ask_where(request, name, ids)
    into = _number(request.POST.get("into", ""))
    try:
        if not into:
            raise Invalid(fields={"into": _("Choose a unit.")})
        change = arrange(actor, name, ids, into)
    except Invalid as error:
        return _ask_where(request, name, ids, error)
    words = ngettext("%(count)d moved", "%(count)d moved", len(ids)) % {"count": len(ids)}
    return _changed(words, change)


def _changed(words: str, change: int) -> HttpResponse:
    """Close the dialog, have the tree read again, and offer to take it back."""
    response = HttpResponse("")
    trigger_client_event(response, "sk:close")
    trigger_client_event(response, "sk:changed")
    return trigger_client_event(response, "sk:toast", {"text": words, "undo": reverse("web:undo", args=[change])})


def _ask_where(request: PageRequest, name: str, ids: list[int], error: Invalid | None = None) -> HttpResponse:
    errors = [str(text) for texts in error.fields.values() for text in texts] if error else []
    field = picker(
        name="into", address=reverse("web:lookup", args=["units"]), input_id="transfer-into", label=_("New unit")
    )
    question = Question("transfer-into", _("New unit"), field, required=True, errors=errors)
    if name == "users":
        words = ngettext(
            "%(count)d person moves, with all the records that this person owns.",
            "%(count)d people move, with all the records that they own.",
            len(ids),
        ) % {"count": len(ids)}
    else:
        words = _("The unit moves with everything below it.")
    context = {
        "dialog": Dialog(_("Move"), words, _("Move"), [question]),
        "hidden": [(name, pk) for pk in ids],
        "general": [] if errors or error is None else [str(error)],
        "post_to": reverse("web:organisation-transfer"),
    }
    return render(request, "web/setup/organisation_transfer.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def dissolve_unit(request: PageRequest, pk: int) -> HttpResponse:
    """Name the people and units that go with a unit (ORG-05); POST deletes them, unless one still owns records."""
    actor = require_actor(request)
    require(actor, resource_for("units"), "delete")
    going, problem = who_goes(actor, pk), ""
    if request.method == "POST":
        try:
            change = dissolve(actor, pk)
        except ShukeError as error:
            problem = str(error)
        else:
            words = _gone_words(going.units[0][1], len(going.units) - 1, len(going.people))
            messages.success(request, words, extra_tags=reverse("web:undo", args=[change]))
            return HttpResponseClientRedirect(reverse("web:organisation"))
    context = {
        "unit": going.units[0][1],
        "pk": pk,
        "units": [name for _pk, name in going.units[1 : _NAMED + 1]],
        "more_units": max(0, len(going.units) - 1 - _NAMED),
        "people": [name for _pk, name in going.people[:_NAMED]],
        "more_people": max(0, len(going.people) - _NAMED),
        "owners": going.owners[:_NAMED],
        "problem": problem,
    }
    return render(request, "web/setup/organisation_dissolve.html", context, status=422 if problem else 200)


def _number(text: str) -> int:
    return whole_number(text) or 0


def _gone_words(unit: str, units: int, people: int) -> str:
    """Which unit is gone, and how many units and people with it; nothing of none."""
    with_it = [
        words % {"count": count}
        for count, words in (
            (units, ngettext("%(count)d unit below it", "%(count)d units below it", units)),
            (people, ngettext("%(count)d member", "%(count)d members", people)),
        )
        if count
    ]
    if not with_it:
        return _("“%(unit)s” deleted") % {"unit": unit}
    return _("“%(unit)s” deleted, with %(what)s") % {"unit": unit, "what": listed(with_it)}
