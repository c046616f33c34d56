"""Who reaches a record: sharing it, seeing who sees it and why, and explaining anybody's rights to administrators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.access.models import Share
from shuke.engine.audit.models import Entry
from shuke.engine.commands.sharing import share, unshare
from shuke.engine.commands.sight import in_sight
from shuke.engine.explain.reasons import Explanation, action_words, explain
from shuke.engine.explain.seers import Seer, seers
from shuke.engine.organisation.models import User
from shuke.engine.record.words import listed
from shuke.kernel.digits import whole_number, whole_numbers
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.describe import fields_of
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor
from shuke.web.record.page import require_record
from shuke.web.values.inputs import picker

GRANTEES = ("user", "unit", "role")
# More shares than this belong into a role.
SHOWN = 200


@dataclass(frozen=True)
class Shown:
    """One share: with whom, how far, and who gave it."""

    kind: str
    grantee: int
    name: str
    level: str
    by: str


@require_GET
def access_page(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Shares, who sees the record, and – for administrators – why somebody can or cannot."""
    actor, resource = require_actor(request), resource_for(name)
    record = require_record(actor, resource, pk)
    require_overview(actor, resource, pk)
    found = seers(resource, pk, after=whole_number(request.GET.get("after", "")) or 0)
    context = {
        "resource": resource,
        "record": record,
        "title": str(getattr(record, resource.title) or "—"),
        "may_share": resource.scope.shareable and in_sight(actor, resource, pk, "share"),
        "shares": shares_of(resource, pk) if resource.scope.shareable else [],
        "pickers": [(kind, label, reverse("web:lookup", args=[f"{kind}s"])) for kind, label in pickers_for(actor)],
        "levels": Share.Level.choices,
        "seers": [(seer.user, way_words(seer)) for seer in found.people],
        "after": found.next,
        **explanation(request, actor, resource, pk),
    }
    return render(request, "web/record/record_access.html", context)


def may_overlook(actor: Actor, resource: Resource, pk: int) -> bool:
    """May the actor know who reaches the record? Who may share it, and administrators."""
    return actor.is_administrator or in_sight(actor, resource, pk, "share")


def require_overview(actor: Actor, resource: Resource, pk: int) -> None:
    """Raises ``NotAllowed``."""
    if not may_overlook(actor, resource, pk):
        raise NotAllowed(_("Only who may share this record, and administrators, see who reaches it."))


def pickers_for(actor: Actor) -> list[tuple[str, str]]:
    """With what the actor may share records: colleagues, units, roles, as far as he sees them."""
    names = {"user": _("Colleagues"), "unit": _("Departments, with all below"), "role": _("Roles")}
    return [(kind, names[kind]) for kind in GRANTEES if actor.may(f"{kind}s", "view")]


def shares_of(resource: Resource, pk: int) -> list[Shown]:
    """The shares of a record with those who gave them."""
    rows = list(
        Share.objects.filter(resource=resource.name, object_id=pk)
        .select_related("user", "unit", "role")
        .order_by("-pk")[:SHOWN]
    )
    entries = Entry.objects.filter(relation=Share._meta.db_table, op="I", object_id__in=[row.pk for row in rows])
    given = dict(entries.values_list("object_id", "change__actor__name"))
    return [_shown(row, given.get(row.pk) or "") for row in rows]


def _named(person: int | None) -> Iterator[tuple[str, str]]:
    """The person whose rights are asked about, as a choice that is made."""
    for user in User.objects.unscoped("whose rights are explained").filter(pk=person):
        yield str(user.pk), user.name


def _shown(row: Share, by: str) -> Shown:
    kind = next(kind for kind in GRANTEES if getattr(row, f"{kind}_id") is not None)
    return Shown(kind, getattr(row, f"{kind}_id"), str(getattr(row, kind)), row.get_level_display(), by)


def way_words(seer: Seer) -> str:
    """The ways by which a person sees the record, in words."""
    words = {
        "all": _("sees all records"),
        "owner": _("owner"),
        "unit": _("through the department"),
        "share": _("shared"),
        "pool": _("through the pool"),
    }
    if seer.user.is_administrator:
        return _("system administrator")
    return listed(words[way] for way in seer.ways)


@require_POST
def share_record(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Open the record to all the people, departments and roles that were chosen."""
    actor, resource = require_actor(request), resource_for(name)
    chosen = [(kind, grantee) for kind in GRANTEES for grantee in whole_numbers(request.POST.getlist(kind))]
    if not chosen:
        raise Invalid(_("Choose a colleague, a unit or a role."))
    for kind, grantee in chosen:
        share(actor, resource, [pk], kind=kind, grantee=grantee, level=request.POST.get("level", ""))
    return redirect("web:access", resource.name, pk)


@require_POST
def unshare_record(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Close the record to one of them again."""
    actor, resource = require_actor(request), resource_for(name)
    kind, grantee = request.POST.get("kind", ""), whole_number(request.POST.get("grantee", ""))
    if kind not in GRANTEES or grantee is None:
        raise Invalid(_("Choose a colleague, a unit or a role."))
    unshare(actor, resource, [pk], kind=kind, grantee=grantee)
    return redirect("web:access", resource.name, pk)


def explanation(request: HttpRequest, actor: Actor, resource: Resource, pk: int) -> dict[str, Any]:
    """For administrators: the question that was asked (``person``, ``action``, ``field``), and its answer."""
    if not actor.is_administrator:
        return {}
    infos = fields_of(resource)
    person, action = whole_number(request.GET.get("person", "")), request.GET.get("action", "view")
    field = request.GET.get("field", "") if request.GET.get("field", "") in infos else ""
    actions = action_words(resource)
    answer: Explanation | None = None
    if person is not None and action in actions:
        answer = explain(person, resource, pk, action=action, field=field)
    return {
        "explains": True,
        "person_picker": picker(
            name="person",
            address=reverse("web:lookup", args=["users"]),
            input_id="why-person",
            label=_("Person"),
            chosen=list(_named(person)),
        ),
        "actions": list(actions.items()),
        "action": action,
        "fields": [(info.name, info.label) for info in infos.values()],
        "field": field,
        "answer": answer,
    }
