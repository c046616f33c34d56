"""What wakes a rule: things that happen to a record, the clock, and dates of records that come near."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.models import Entry
from shuke.engine.automation.rules import Rule
from shuke.engine.events.models import Event
from shuke.engine.query.compile import offered
from shuke.engine.record.values import coerce
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource

EVENTS = ("created", "updated", "assigned", "claimed", "released", "deleted", "restored", "imported")
SCHEDULE, NEAR = "schedule", "near"
CLOCKS = (SCHEDULE, NEAR)
_IMPORT = "import"
_MOST_DAYS = 3_650
# Fields changed by one change of one record: the columns with their values before and after.
Differences = Mapping[str, tuple[Any, Any]]


# ---- is it the rule's business? -------------------------------------------------------------------------------------


def may_wake(rule: Rule, event: Event, verb: str) -> bool:
    """Could the event wake the rule, by what stands in it? ``verb`` is that of the change it belongs to."""
    if rule.object != event.resource:
        return False
    if rule.on == "imported":
        return verb == _IMPORT and event.kind in ("created", "updated")
    if rule.on != event.kind:
        return False
    wanted, told = set(rule.trigger.get("fields", ())), event.data.get("fields")
    return not wanted or told is None or bool(wanted & set(told))


def needs_differences(rule: Rule) -> bool:
    """Must the history be asked what exactly was changed?"""
    return rule.on == "updated" and bool(rule.trigger.get("fields"))


def is_meant(rule: Rule, resource: Resource, found: Differences) -> bool:
    """Did one of the fields change that the rule watches – from and to the values it names, if it names any?"""
    infos = fields_of(resource)
    watched = [infos[name] for name in rule.trigger["fields"] if name in infos]
    return any(info.column in found and _fits(rule.trigger, info, found[info.column]) for info in watched)


def _fits(trigger: Mapping[str, Any], info: FieldInfo, values: tuple[Any, Any]) -> bool:
    return all(
        end not in trigger or _typed(info, raw) == _typed(info, trigger[end])
        for end, raw in zip(("from", "to"), values, strict=True)
    )


def _typed(info: FieldInfo, raw: Any) -> Any:
    try:
        return coerce(info, raw)
    except Invalid:
        return raw


def differences(change_id: int, resource: Resource, ids: list[int]) -> Mapping[int, Differences]:
    """What a change altered of these records, by record and column."""
    rows = Entry.objects.filter(change_id=change_id, relation=resource.model._meta.db_table, object_id__in=ids, op="U")
    found: dict[int, dict[str, tuple[Any, Any]]] = {}
    for pk, before, after in rows.order_by("id").values_list("object_id", "before", "after"):
        seen = found.setdefault(pk, {})
        for column, value in (after or {}).items():
            first = seen[column][0] if column in seen else (before or {}).get(column)
            seen[column] = (first, value)
    return found


# ---- does it make sense? --------------------------------------------------------------------------------------------


def check_trigger(actor: Actor, resource: Resource, trigger: Any) -> None:
    """Raises ``Invalid`` for what is no trigger, or watches what the actor may not see."""
    on = trigger.get("on") if isinstance(trigger, dict) else None
    if on == SCHEDULE:
        if trigger.get("every") not in ("day", "week") or trigger.get("weekday", 0) not in range(7):
            raise Invalid(_("Choose how often."))
        clock_of(trigger)
    elif on == NEAR:
        _check_near(actor, resource, trigger)
    elif on in EVENTS:
        _check_event(actor, resource, trigger)
    else:
        raise Invalid(_("Choose what wakes the rule."))


def _check_event(actor: Actor, resource: Resource, trigger: Mapping[str, Any]) -> None:
    fields, access = trigger.get("fields", []), FieldAccess(actor, resource)
    if not isinstance(fields, list) or not all(isinstance(name, str) and access.compares(name) for name in fields):
        raise Invalid(_("Choose the fields to watch."))
    ends = [end for end in ("from", "to") if end in trigger]
    if ends and len(fields) != 1:
        raise Invalid(_("Values before and after belong to one field."))
    for end in ends:
        coerce(fields_of(resource)[fields[0]], trigger[end])


def near_fields(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The dates that can come near: those that are indexed and the actor's to see."""
    access = FieldAccess(actor, resource)
    return [
        info
        for name, info in fields_of(resource).items()
        if info.kind in (Kind.DATE, Kind.DATETIME) and offered(info) and access.compares(name)
    ]


def _check_near(actor: Actor, resource: Resource, trigger: Mapping[str, Any]) -> None:
    if trigger.get("field") not in {info.name for info in near_fields(actor, resource)}:
        raise Invalid(_("Choose a date that lists can be filtered by."))
    days, hours = trigger.get("days", 0), trigger.get("hours", 0)
    if type(days) is not int or type(hours) is not int or abs(days) > _MOST_DAYS or abs(hours) > _MOST_DAYS * 24:
        raise Invalid(_("Days and hours are whole numbers."))
    if fields_of(resource)[trigger["field"]].kind is Kind.DATE:
        clock_of(trigger)


def clock_of(trigger: Mapping[str, Any]) -> datetime.time:
    """The time of day at which the rule looks. Raises ``Invalid``."""
    try:
        return datetime.time.fromisoformat(str(trigger.get("at", "09:00")))
    except ValueError:
        raise Invalid(_("Write a time of day like 09:00.")) from None
