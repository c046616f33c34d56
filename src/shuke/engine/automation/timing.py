"""Rules of the clock: every so often over the records that meet the criteria, and when a date of a record is near.

Each rule has a clock: up to there it has looked. What a worker that stood still has missed is caught up, a week at
most; what lay before the rule was switched on is not.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.automation.models import AutomationRule, Clock
from shuke.engine.automation.rules import Rule, living_rules
from shuke.engine.automation.starting import order
from shuke.engine.automation.triggers import CLOCKS, SCHEDULE, clock_of
from shuke.engine.query.compile import compile_criteria
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource

_FURTHEST_BACK = datetime.timedelta(days=7)
_DAY = datetime.timedelta(days=1)
_BATCH = 500


def look_at_clocks(now: datetime.datetime | None = None) -> int:
    """Wake every rule whose time has come. Returns how many runs were ordered."""
    now = now or timezone.now()
    return sum(_look(rule, now) for rule in living_rules() if rule.on in CLOCKS)


def wind(stored: AutomationRule) -> None:
    """A rule was switched on or changed: it looks at what comes from now on."""
    Clock.objects.update_or_create(rule=stored, defaults={"at": timezone.now()})


def _look(rule: Rule, now: datetime.datetime) -> int:
    """Order what came up since the clock's time, batch by batch, then move the clock on.

    Each batch is a transaction of its own. A worker that dies leaves the clock where it was; the next one orders the
    rest, for a run has a key and is ordered once.
    """
    clock = Clock.objects.filter(rule_id=rule.id, at__lt=now).first()
    if clock is None:
        return 0
    since, made = max(clock.at, now - _FURTHEST_BACK), 0
    try:
        resource = resource_for(rule.object)
        look = _scheduled if rule.on == SCHEDULE else _near
        for keys in look(rule, resource, since, now):
            ordered = _order(rule, clock, keys)
            if ordered is None:
                return made
            made += ordered
    except (Invalid, NotFound):
        # A field or object is gone; the rule's page says so to whoever opens it.
        pass
    Clock.objects.filter(pk=clock.pk, at=clock.at).update(at=now)
    return made


def _order(rule: Rule, clock: Clock, keys: dict[str, int]) -> int | None:
    """Order one batch; None when the clock was moved meanwhile: by another worker, or because the rule was changed."""
    with transaction.atomic():
        if not Clock.objects.select_for_update().filter(pk=clock.pk, at=clock.at).exists():
            return None
        return order(rule, keys)


def _rows(rule: Rule, resource: Resource) -> Any:
    rows = resource.model.objects.unscoped("rules act for the company")  # type: ignore[attr-defined]
    return rows.filter(compile_criteria(rule.criteria, AUTOMATION, resource), deleted_at__isnull=True)


def _batches(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = found[-1].pk
        yield found


# ---- every so often -------------------------------------------------------------------------------------------------


def _scheduled(
    rule: Rule, resource: Resource, since: datetime.datetime, now: datetime.datetime
) -> Iterator[dict[str, int]]:
    """Several missed times count as one: the latest."""
    slot = max(_slots(rule, since, now), default=None)
    if slot is None:
        return
    for batch in _batches(_rows(rule, resource).only("pk")):
        yield {f"s{slot:%Y%m%d%H%M}:{row.pk}": row.pk for row in batch}


def _slots(rule: Rule, since: datetime.datetime, now: datetime.datetime) -> Iterable[datetime.datetime]:
    for day in _days(since, now):
        slot = _moment(day, rule)
        if since < slot <= now and (rule.trigger["every"] == "day" or day.weekday() == rule.trigger.get("weekday", 0)):
            yield slot


def _days(since: datetime.datetime, now: datetime.datetime) -> Iterator[datetime.date]:
    day, last = timezone.localdate(since), timezone.localdate(now)
    while day <= last:
        yield day
        day += _DAY


def _moment(day: datetime.date, rule: Rule) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, clock_of(rule.trigger)))


# ---- a date is near -------------------------------------------------------------------------------------------------


def _near(rule: Rule, resource: Resource, since: datetime.datetime, now: datetime.datetime) -> Iterator[dict[str, int]]:
    info = fields_of(resource).get(rule.trigger["field"])
    if info is None:
        return
    ahead = datetime.timedelta(days=rule.trigger.get("days", 0), hours=rule.trigger.get("hours", 0))
    if info.kind is Kind.DATE:
        days = [day - ahead for day in _days(since, now) if since < _moment(day, rule) <= now]
        wanted: dict[str, Any] = {f"{info.name}__in": days}
    else:
        wanted = {f"{info.name}__gt": since - ahead, f"{info.name}__lte": now - ahead}
    for batch in _batches(_rows(rule, resource).filter(**wanted).only("pk", info.name)):
        yield {f"n{getattr(row, info.name).isoformat()}:{row.pk}": row.pk for row in batch}
