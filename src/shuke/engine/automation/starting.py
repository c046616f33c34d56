"""From events to runs: which rules they wake, and the runs that are ordered – each once, however often it is heard.

What stands in the event decides first, in memory; only rules that are left ask the database: what was changed exactly,
and which of the records meet the criteria.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as procrastinate_app

from shuke.engine.audit.context import change
from shuke.engine.audit.models import Change
from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.automation.models import AutomationRule, Run
from shuke.engine.automation.rules import Rule, living_rules
from shuke.engine.automation.telling import TOLD
from shuke.engine.automation.triggers import Differences, differences, is_meant, may_wake, needs_differences
from shuke.engine.commands.write import update
from shuke.engine.events.models import Event
from shuke.engine.events.outbox import emit
from shuke.engine.organisation.models import User
from shuke.engine.query.compile import compile_criteria
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource

RUN = "shuke.automation.run"
DEEPEST = 5
# Runs that one job of the worker does one after the other.
_AT_ONCE = 50
_MINUTE = datetime.timedelta(minutes=1)


def start_rules(events: Sequence[Event]) -> None:
    """Wake the rules that the events of one change concern."""
    kinds = {event.resource for event in events}
    rules = [rule for rule in living_rules(getattr(events[0], "stamp", None)) if rule.object in kinds] if events else []
    if not rules:
        return
    change_id = events[0].change_id
    verb = Change.objects.filter(pk=change_id).values_list("verb", flat=True).first() or ""
    led_here = chain_of(change_id)
    if len(led_here) >= DEEPEST:
        return
    known: dict[str, Mapping[int, Differences]] = {}
    for rule in rules:
        if rule.id not in led_here:
            _start(rule, [event for event in events if may_wake(rule, event, verb)], led_here, known)


def chain_of(change_id: int) -> list[int]:
    """The rules whose work led to a change, the first of them first; none for what people did."""
    found = Run.objects.filter(change_id=change_id).values_list("chain", "rule_id").first()
    return [*found[0], found[1]] if found else []


def _start(
    rule: Rule, events: Sequence[Event], led_here: list[int], known: dict[str, Mapping[int, Differences]]
) -> None:
    if not events:
        return
    try:
        resource = resource_for(rule.object)
    except NotFound:
        return
    if needs_differences(rule):
        if resource.name not in known:
            known[resource.name] = differences(events[0].change_id, resource, [one.object_id for one in events])
        events = [one for one in events if is_meant(rule, resource, known[resource.name].get(one.object_id, {}))]
    met = meeting(rule, resource, [event.object_id for event in events], deleted=rule.on == "deleted")
    keys = {f"e{event.id}": event.object_id for event in events if event.object_id in met}
    if keys:
        order(rule, keys, chain=led_here)
        _stop_runaway(rule)


def meeting(rule: Rule, resource: Resource, ids: Collection[int], *, deleted: bool = False) -> set[int]:
    """Those of the records that meet the rule's criteria now; a criterion that became senseless is met by none."""
    if not ids:
        return set()
    rows = resource.model.objects.unscoped("rules act for the company")  # type: ignore[attr-defined]
    rows = rows.filter(pk__in=ids, deleted_at__isnull=not deleted)
    try:
        return set(rows.filter(compile_criteria(rule.criteria, AUTOMATION, resource)).values_list("pk", flat=True))
    except Invalid:
        return set()


def order(rule: Rule, keys: Mapping[str, int], *, chain: Sequence[int] = ()) -> int:
    """Store a run for every key (with the record it is for) that has none yet, and have them done. Returns how many."""
    with transaction.atomic():
        before = set(Run.objects.filter(rule_id=rule.id, key__in=keys).values_list("key", flat=True))
        Run.objects.bulk_create(
            [
                Run(rule_id=rule.id, resource=rule.object, object_id=pk, key=key, chain=list(chain))
                for key, pk in keys.items()
                if key not in before
            ],
            ignore_conflicts=True,
        )
        rows = Run.objects.filter(rule_id=rule.id, key__in=keys.keys() - before).order_by("pk")
        made: list[Any] = list(rows.values_list("pk", flat=True))
        for start in range(0, len(made), _AT_ONCE):
            procrastinate_app.configure_task(RUN).defer(runs=made[start : start + _AT_ONCE])
    return len(made)


def _stop_runaway(rule: Rule) -> None:
    """Switch off a rule that events wake more often than it is allowed, and tell the administrators."""
    latest = Run.objects.filter(rule_id=rule.id).order_by("-pk").values_list("at", flat=True)
    over = latest[rule.most_per_minute : rule.most_per_minute + 1]
    if not any(at > timezone.now() - _MINUTE for at in over):
        return
    resource = resource_of(AutomationRule)
    with change(AUTOMATION, "edit", resource.name, reason=rule.name) as opened:
        if not AutomationRule.plain.filter(pk=rule.id, active=True).exists():
            return
        update(AUTOMATION, resource, rule.id, {"active": False})
        people = User.objects.unscoped("administrators").filter(
            is_administrator=True, is_active=True, deleted_at__isnull=True
        )
        text = _("The rule “%(rule)s” ran more than %(most)d times in a minute and was switched off.")
        told = {
            "people": list(people.values_list("pk", flat=True)),
            "text": text % {"rule": rule.name, "most": rule.most_per_minute},
        }
        emit(opened, TOLD, resource.name, [rule.id], told)
