"""Numbering rules as administrators keep them: how they stand, what a change would make, changing one (SYS-03, SYS-04).

Numbers that were given stay as they are; a change concerns those to come.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.audit.context import change
from shuke.engine.audit.history import fate
from shuke.engine.audit.models import Change, Entry
from shuke.engine.numbering.models import Counter, NumberingRule
from shuke.engine.numbering.numbers import before_first, longest, rule_of, series_of, standing
from shuke.engine.numbering.patterns import PERIOD, check_pattern, period_of, render
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Resource

# The verb of such a change in the history.
NUMBER = "number"
SHOWN = 3
_MOST = 10**15


@dataclass(frozen=True)
class Outlook:
    """A rule and what comes of it: the next numbers, and where it restarts the first one of the next period."""

    resource: Resource
    pattern: str
    reset: str
    next: int
    numbers: tuple[str, ...]
    later: str


@dataclass(frozen=True)
class Past:
    """One change of a rule: what it was made to, by whom."""

    change: Change
    values: dict[str, Any]
    is_undone: bool


def outlooks(actor: Actor) -> list[Outlook]:
    """Every numbered object with its rule, in the order of registration. Raises ``NotAllowed``."""
    require_administrator(actor)
    today = timezone.localdate()
    rules = {one.name: rule_of(one) for one in _numbered()}
    series = {name: series_of(rule, today) for name, rule in rules.items()}
    counted = dict(Counter.objects.filter(series__in=series.values()).values_list("series", "value"))
    return [
        _outlook(one, rule.pattern, rule.reset, counted.get(series[one.name], before_first(rule, today)) + 1)
        for one in _numbered()
        for rule in (rules[one.name],)
    ]


def preview(actor: Actor, name: str, pattern: str, reset: str, start: int | None) -> Outlook:
    """What a rule would make. ``start`` is the next serial; without one it goes on behind the numbers that exist.

    Raises ``NotAllowed``, ``NotFound``, and ``Invalid`` for a rule whose numbers would come twice.
    """
    require_administrator(actor)
    resource, today = require_numbered(name), timezone.localdate()
    check_pattern(pattern, reset, longest(resource))
    rule = rule_of(resource)
    if (pattern, reset, start) == (rule.pattern, rule.reset, None):
        return _outlook(resource, pattern, reset, _next(rule, today))
    borne = standing(resource, pattern, reset, today)
    if borne.is_ahead:
        raise Invalid(
            fields={"pattern": _("Records bear numbers of this pattern from a time to come; choose another.")}
        )
    if start is not None and not borne.highest < start < _MOST:
        message = _("Records bear such numbers already: the first free one is %(number)s.")
        raise Invalid(fields={"next": message % {"number": render(pattern, today, borne.highest + 1)}})
    if start is None:
        # Where only the looks of the numbers change, nobody expects a second number 1.
        start = max(borne.highest + 1, _next(rule, today) if reset == rule.reset else 1)
    return _outlook(resource, pattern, reset, start)


def keep(actor: Actor, name: str, pattern: str, reset: str, start: int | None) -> int | None:
    """Change a rule as ``preview`` shows it. Returns the change's id, or None where nothing is different."""
    require_administrator(actor)
    with transaction.atomic():
        rule = _stored(require_numbered(name))
        outlook = preview(actor, name, pattern, reset, start)
        today = timezone.localdate()
        if (pattern, reset, outlook.next) == (rule.pattern, rule.reset, _next(rule, today)):
            return None
        with change(actor, NUMBER, name) as opened:
            rule.pattern, rule.reset = pattern, reset
            rule.start, rule.start_in = outlook.next, period_of(reset, today)
            rule.series = _last_series(rule) + 1
            rule.save()
    return opened.id


def past(actor: Actor, name: str, most: int = 30) -> list[Past]:
    """The latest changes of an object's rule, newest first."""
    require_administrator(actor)
    rule = rule_of(require_numbered(name))
    entries = Entry.objects.filter(relation=NumberingRule._meta.db_table, object_id=rule.pk or 0, op="U")
    rows = list(entries.filter(change__isnull=False).order_by("-id").values_list("change_id", "after")[:most])
    changes = Change.objects.select_related("actor").in_bulk([row[0] for row in rows])
    undone, _wide = fate(list(changes))
    return [Past(changes[pk], after or {}, pk in undone) for pk, after in rows if pk is not None]


def require_numbered(name: str) -> Resource:
    """The numbered object of this name. Raises ``NotFound``."""
    resource = resource_for(name)
    if resource.number is None:
        raise NotFound(_("%(objects)s have no numbers.") % {"objects": resource.label_plural})
    return resource


def _numbered() -> list[Resource]:
    return [resource for resource in all_resources() if resource.number]


def _stored(resource: Resource) -> NumberingRule:
    """The rule in force, locked; that it comes into the database is no part of any change."""
    declared = rule_of(resource)
    values = {"pattern": declared.pattern, "reset": declared.reset}
    NumberingRule.objects.get_or_create(resource=resource.name, defaults=values)
    return NumberingRule.objects.select_for_update().get(resource=resource.name)


def _next(rule: NumberingRule, day: datetime.date) -> int:
    """The serial that the rule gives next on a day."""
    counted = Counter.objects.filter(series=series_of(rule, day)).values_list("value", flat=True).first()
    return (before_first(rule, day) if counted is None else counted) + 1


def _last_series(rule: NumberingRule) -> int:
    """The latest series that the rule ever had: one that was taken back is not opened again."""
    named = Counter.objects.filter(series__startswith=f"{rule.resource}:").values_list("series", flat=True)
    return max([rule.series, *(int(name.split(":")[1]) for name in named)])


def _outlook(resource: Resource, pattern: str, reset: str, start: int) -> Outlook:
    today = timezone.localdate()
    numbers = tuple(render(pattern, today, start + more) for more in range(SHOWN))
    later = render(pattern, _next_period(reset, today), 1) if PERIOD[reset] else ""
    return Outlook(resource, pattern, reset, start, numbers, later)


def _next_period(reset: str, day: datetime.date) -> datetime.date:
    """The first day of the next period."""
    if reset == "year":
        return datetime.date(day.year + 1, 1, 1)
    if reset == "month":
        return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    return day + datetime.timedelta(days=1)
