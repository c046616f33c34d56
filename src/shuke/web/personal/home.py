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
from shuke.engine.dispatch.dailies import asks_daily, written_today
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import COUNT_CAP, Count, count, count_each, page, select
from shuke.kernel.criteria import All, Either, dump, where
from shuke.kernel.json import dumps
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor
from shuke.web.frame.addresses import whole_list
from shuke.web.frame.shell import listed
from shuke.web.frame.when import Clock, due_words, time_tag
from shuke.web.record.marking import short_lists
from shuke.web.record.timeline import verb_words
from shuke.web.setup.welcome import progress
from shuke.web.values.cells import address_of

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
    return render(request, "web/personal/home.html", context)


def _due(actor: Actor, resource: Resource) -> dict[str, object] | None:
    """The records that concern one and whose time to be kept is today or has passed, the longest overdue first.

    What is due for others, who asked one to take part, is theirs to settle.
    """
    infos = fields_of(resource)
    field = next((info for info in infos.values() if info.spec.due and info.spec.sort), None)
    if field is None or not resource.scope.owner or not FieldAccess(actor, resource).compares(field.name):
        return None
    due = (*where(**{f"{field.name}__lte": {"today": 0}}).parts, *resource.pending.parts)
    selections = [select(actor, resource, criteria=All((*one.parts, *due))) for one in resource.concern]
    settling = next((verb for verb in resource.verbs if verb.settles and actor.may(resource.name, verb.grant)), None)
    columns = Presenter(actor, resource, [resource.title, field.name]).columns
    pages = [page(selection, columns=columns, sort=field.name, limit=_DUE) for selection in selections]
    rows = [(row, settling is not None and number == 0) for number, one in enumerate(pages) for row in one.rows]
    rows.sort(key=lambda pair: getattr(pair[0], field.column))
    # Mostly all of it is there: then it is counted already.
    is_all = not any(one.next for one in pages)
    counts = [Count(len(one.rows), exact=True) for one in pages] if is_all else count_each(selections, COUNT_CAP)
    number, exact = sum(one.value for one in counts), all(one.exact for one in counts)
    clock = Clock.here()
    return {
        "title": resource.label_plural,
        "icon": resource.icon,
        "count": f"{number:,}{'' if exact else '+'}" if number else "",
        "address": whole_list(resource, **_concerning(resource), **{field.name: "..today", "sort": field.name}),
        "settle": str(settling.label) if settling else "",
        "settle_icon": settling.icon if settling else "",
        "settle_address": reverse("web:bulk-verb", args=[resource.name, settling.name]) if settling else "",
        "rows": [
            (
                row.pk if may_settle else None,
                address_of(resource.name, row.pk),
                str(getattr(row, resource.title)),
                _due_cell(row, field, clock),
            )
            for row, may_settle in rows[:_DUE]
        ],
    }


def _concerning(resource: Resource) -> dict[str, str]:
    """The parameters of an address that leads to what waits and concerns one."""
    if len(resource.concern) == 1:
        return {"owner": "me", **({"where": dumps(dump(resource.pending))} if resource.pending.parts else {})}
    return {"where": dumps(dump(All((Either(resource.concern), *resource.pending.parts))))}


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
        "today": written_today(actor, resource) if asks_daily(actor, resource) else None,
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
