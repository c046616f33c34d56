"""The home page: what the person changed lately, and where to go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.models import Change
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import count, page, select
from shuke.kernel.criteria import All, where
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource
from shuke.web.acting import require_actor
from shuke.web.addresses import whole_list
from shuke.web.cells import address_of
from shuke.web.marking import short_lists
from shuke.web.shell import listed
from shuke.web.timeline import verb_words
from shuke.web.welcome import progress
from shuke.web.when import Clock, due_words, time_tag

_CHANGES = 10
_LATEST = 6
_TILES = 4
_DUE = 10
_NOON, _EVENING = 12, 18
# The menu section of what is set up rather than worked with.
_BACK_OFFICE = "settings"
# … and of what only helps one to work.
_OWN_DESK = "work"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A greeting, what is due, the size of each list, the latest records, and one's own latest changes."""
    actor = require_actor(request)
    found = [(menu.section == _OWN_DESK, resource) for menu, resource in listed(actor) if menu.section != _BACK_OFFICE]
    # First what one works on, then one's own desk.
    resources = [resource for is_own, resource in sorted(found, key=lambda pair: pair[0])]
    due = [card for resource in resources if (card := _due(actor, resource))]
    context = {
        "progress": progress(request, actor),
        "greeting": greeting(timezone.localtime().hour),
        "tiles": [_tile(actor, resource) for resource in resources[:_TILES]],
        "due": [card for card in due if card["rows"]],
        "asks": bool(due),
        "latest": _latest(actor, resources[0]) if resources else [],
        "latest_of": resources[0] if resources else None,
        "changes": _own_changes(actor),
        **short_lists(actor, _CHANGES),
    }
    return render(request, "web/home.html", context)


def _due(actor: Actor, resource: Resource) -> dict[str, object] | None:
    """One's own records whose time to be kept is today or has passed, the longest overdue first."""
    infos = fields_of(resource)
    field = next((info for info in infos.values() if info.spec.due and info.spec.sort), None)
    if field is None or not resource.scope.owner or not FieldAccess(actor, resource).compares(field.name):
        return None
    due = where(owner={"me": True}, **{f"{field.name}__lte": {"today": 0}})
    mine = All((*due.parts, *resource.pending.parts))
    settling = next((verb for verb in resource.verbs if verb.settles and actor.may(resource.name, verb.grant)), None)
    selection = select(actor, resource, criteria=mine)
    presenter = Presenter(actor, resource, [resource.title, field.name])
    rows = page(selection, columns=presenter.columns, sort=field.name, limit=_DUE).rows
    number = count(selection)
    clock = Clock.here()
    return {
        "title": resource.label_plural,
        "icon": resource.icon,
        "count": f"{number.value:,}{'' if number.exact else '+'}" if number.value else "",
        "address": whole_list(resource, owner="me", **{field.name: "..today", "sort": field.name}),
        "settle": str(settling.label) if settling else "",
        "settle_icon": settling.icon if settling else "",
        "settle_address": reverse("web:bulk-verb", args=[resource.name, settling.name]) if settling else "",
        "rows": [
            (row.pk, address_of(resource.name, row.pk), str(getattr(row, resource.title)), _due_cell(row, field, clock))
            for row in rows
        ],
    }


def _due_cell(row: Any, field: FieldInfo, clock: Clock) -> SafeString:
    moment = getattr(row, field.column)
    tone, words = due_words(moment, clock)
    return time_tag(moment, tone, clock, words)


def greeting(hour: int) -> str:
    """Good morning, afternoon, evening – by the hour of the day."""
    if hour < _NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < _EVENING else _("Good evening")


def _tile(actor: Actor, resource: Resource) -> dict[str, object]:
    number = count(select(actor, resource))
    return {
        "title": resource.label_plural,
        "icon": resource.icon,
        "count": f"{number.value:,}{'' if number.exact else '+'}",
        "address": whole_list(resource),
        "create": reverse("web:create", args=[resource.name]) if actor.may(resource.name, "create") else "",
        "name": resource.label,
    }


def _latest(actor: Actor, resource: Resource) -> list[tuple[str, str, object]]:
    rows = page(select(actor, resource), columns=[resource.title], sort="-updated_at", limit=_LATEST).rows
    return [(address_of(resource.name, row.pk), str(getattr(row, resource.title)), row.updated_at) for row in rows]


def _own_changes(actor: Actor) -> list[dict[str, object]]:
    by_name = {resource.name: resource for resource in all_resources()}
    found = []
    for change in Change.objects.filter(actor_id=actor.user_id).order_by("-at", "-pk")[:_CHANGES]:
        resource = by_name.get(change.resource)
        if resource is None:
            continue
        icon, words = verb_words(resource, change.verb)
        found.append({"pk": change.pk, "icon": icon, "words": words, "of": resource.label_plural, "at": change.at})
    return found
