"""Lists cut into groups, counted at once, added up on demand – one statement each, whatever the number of groups.

The groups come from what a field can hold, never from a walk over all rows: options and choices are known, months lie
between the first and the last day, links are found by leaps along their index. Each is then counted no further than
``COUNT_CAP`` through that index; exact counts, sums and means read everything and are asked for separately.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Avg, Count, Max, Min, Q, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Trunc
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.options.catalogue import options_of
from shuke.engine.query.compile import compile_criteria, fields_offered, ordered
from shuke.engine.query.ordering import sort_key, sort_value
from shuke.engine.query.paging import Selection
from shuke.kernel.criteria import All, Condition, Criteria
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.kernel.periods import first_of_month
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource

COUNT_CAP = 1_000
# So many groups at a time.
MOST = 60
EMPTY = "-"

BUCKETS = ("day", "week", "month", "quarter", "year")
_DAYS = frozenset({Kind.DATE, Kind.DATETIME})
_GROUPED = frozenset({Kind.CHOICE, Kind.OPTION, Kind.LINK, Kind.BOOLEAN}) | _DAYS
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
HOWS: dict[str, Callable[[str], Any]] = {"sum": Sum, "avg": Avg, "min": Min, "max": Max}


@dataclass(frozen=True, slots=True)
class Grouping:
    """The field that rows are grouped by; for days also how long a group is."""

    info: FieldInfo
    bucket: str = ""

    @property
    def text(self) -> str:
        """As it stands in addresses: ``created_at:month``."""
        return f"{self.info.name}:{self.bucket}" if self.bucket else self.info.name


@dataclass(frozen=True, slots=True)
class Total:
    """A number column and what is made of it: ``sum``, ``avg``, ``min`` or ``max``."""

    info: FieldInfo
    how: str

    @property
    def text(self) -> str:
        """As it stands in addresses: ``credit_limit:sum``."""
        return f"{self.info.name}:{self.how}"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same value: its key (``-`` for empty), how many; not ``exact`` means “this many and more”."""

    key: str
    count: int
    exact: bool


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Groups in order, and the key to go on behind, if there are more."""

    groups: list[Group]
    next: str | None


def groupable(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The fields that a list may be grouped by: those with an index and few enough values."""
    return [info for info in fields_offered(actor, resource) if info.kind in _GROUPED]


def grouping_of(actor: Actor, resource: Resource, text: str) -> Grouping:
    """Reads ``level`` or ``created_at:month``. Raises ``Invalid`` for what cannot be grouped by."""
    name, _colon, bucket = text.partition(":")
    info = next((info for info in groupable(actor, resource) if info.name == name), None)
    fits = info is not None and (bucket in ("", *BUCKETS) if info.kind in _DAYS else not bucket)
    if info is None or not fits:
        raise Invalid(
            _("One cannot group %(objects)s by “%(field)s”.") % {"objects": resource.label_plural, "field": text}
        )
    return Grouping(info, (bucket or "month") if info.kind in _DAYS else "")


def addable(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The number fields that can be added up."""
    access = FieldAccess(actor, resource)
    return [info for name, info in fields_of(resource).items() if info.kind in NUMBERS and access.compares(name)]


def totals_of(actor: Actor, resource: Resource, texts: Sequence[str]) -> list[Total]:
    """Reads ``credit_limit:sum`` and the like. Raises ``Invalid`` for what cannot be added up."""
    infos = {info.name: info for info in addable(actor, resource)}
    found = []
    for text in texts:
        name, _colon, how = text.partition(":")
        if name not in infos or how not in HOWS:
            raise Invalid(
                _("One cannot add up %(objects)s by “%(field)s”.") % {"objects": resource.label_plural, "field": text}
            )
        found.append(Total(infos[name], how))
    return found


def criteria_of(grouping: Grouping, key: str) -> Criteria:
    """The rows of one group as criteria. Raises ``Invalid`` for a key that no group has."""
    name = grouping.info.name
    if key == EMPTY:
        return Condition(name, "empty")
    if grouping.info.kind is Kind.BOOLEAN:
        return Condition(name, "eq", key == "yes")
    if grouping.bucket:
        first = _day(key)
        last = _next(first, grouping.bucket) - datetime.timedelta(days=1)
        return All((Condition(name, "gte", first.isoformat()), Condition(name, "lte", last.isoformat())))
    return Condition(name, "eq", key)


def groups(selection: Selection, grouping: Grouping, after: str | None = None) -> GroupPage:
    """The groups that have rows, each counted up to ``COUNT_CAP``; ``after`` is ``next`` of the page before."""
    keys = keys_of(selection, grouping, after)
    more = len(keys) > MOST
    keys = keys[:MOST]
    counted = _counted(selection, grouping, keys, with_empty=not more and can_be_empty(grouping.info))
    found = [Group(key, min(count, COUNT_CAP), count <= COUNT_CAP) for key, count in counted if count]
    return GroupPage(found, keys[-1] if more else None)


def keys_of(selection: Selection, grouping: Grouping, after: str | None = None) -> list[str]:
    """Keys of what may be a group, in order, one more than a page holds when there are more."""
    info = grouping.info
    if info.kind is Kind.LINK:
        return _leaps(info, after)
    if grouping.bucket:
        return _spans(selection, grouping, after)
    if info.kind is Kind.BOOLEAN:
        return ["yes", "no"]
    if info.kind is Kind.OPTION:
        return [str(option.pk) for option in options_of(info.spec.dictionary or "", with_retired=True)]
    return [str(value) for value, _label in info.choices if value not in (None, "")]


def _leaps(info: FieldInfo, after: str | None) -> list[str]:
    """The different ids in a link's index: one probe each, however many rows have them."""
    table, column = info.source.model._meta.db_table, info.column
    leap = f'SELECT "{column}" FROM "{table}" WHERE deleted_at IS NULL AND "{column}" > %s ORDER BY "{column}" LIMIT 1'
    statement = (
        f"WITH RECURSIVE found(key) AS (({leap}) UNION ALL SELECT ({leap.replace('%s', 'found.key')}) FROM found "
        f"WHERE found.key IS NOT NULL) SELECT key FROM found WHERE key IS NOT NULL LIMIT {MOST + 1}"
    )
    last = whole_number(after or "")
    with connection.cursor() as cursor:
        cursor.execute(statement, [-1 if last is None else last])
        return [str(key) for (key,) in cursor.fetchall()]


def _spans(selection: Selection, grouping: Grouping, after: str | None) -> list[str]:
    """First days of the weeks, months … between the latest and the earliest day, the latest first."""
    info, bucket = grouping.info, grouping.bucket
    objects = selection.resource.model.objects.unscoped("the ends of an index; no row is shown")  # type: ignore[attr-defined]
    by = sort_value(info)
    living = objects.filter(deleted_at__isnull=True).annotate(sort_value=by)
    if info.nullable:
        living = living.filter(sort_value__lt=sort_key(info, None))
    earliest, latest = (
        living.order_by(order).values_list(info.column, flat=True)[:1] for order in (by.asc(), by.desc())
    )
    ends = [_begin(_local(end), bucket) for end in earliest.union(latest, all=True)]
    if not ends:
        return []
    first, last = min(ends), max(ends)
    current = _begin(_day(after) - datetime.timedelta(days=1), bucket) if after else last
    found: list[str] = []
    while current >= first and len(found) <= MOST:
        found.append(current.isoformat())
        current = _begin(current - datetime.timedelta(days=1), bucket)
    return found


def _local(value: Any) -> datetime.date:
    return timezone.localdate(value) if isinstance(value, datetime.datetime) else value


def _day(key: str) -> datetime.date:
    try:
        found = datetime.date.fromisoformat(key)
    except ValueError:
        raise Invalid(_("There is no such group.")) from None
    if not 2 <= found.year <= 9998:
        raise Invalid(_("There is no such group."))
    return found


def _begin(day: datetime.date, bucket: str) -> datetime.date:
    """The first day of the span that a day lies in."""
    if bucket == "week":
        return day - datetime.timedelta(days=day.weekday())
    length = {"month": 1, "quarter": 3, "year": 12}.get(bucket)
    return first_of_month(day.year, (day.month - 1) // length * length + 1) if length else day


def _next(first: datetime.date, bucket: str) -> datetime.date:
    """The first day of the span after the one that begins on ``first``."""
    length = {"month": 1, "quarter": 3, "year": 12}.get(bucket)
    if length:
        return first_of_month(first.year, first.month + length)
    return first + datetime.timedelta(days=7 if bucket == "week" else 1)


def can_be_empty(info: FieldInfo) -> bool:
    """May rows have no value in the field?"""
    return info.nullable or (info.kind is Kind.CHOICE and not info.required)


def _counted(
    selection: Selection, grouping: Grouping, keys: Sequence[str], *, with_empty: bool
) -> list[tuple[str, int]]:
    """How many rows each key has, and how many have none, counted up to one more than the cap; one statement."""
    parts = [_each_key(selection, grouping, keys) if keys else None]
    parts.append(_without_key(selection, grouping) if with_empty else None)
    told = [part for part in parts if part]
    if not told:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(text for text, _ in told), [value for _, values in told for value in values])
        counts: dict[int, int] = dict(cursor.fetchall())
    named = [(key, counts[at]) for at, key in enumerate(keys, start=1) if at in counts]
    return [*named, (EMPTY, counts[0])] if 0 in counts else named


def _each_key(selection: Selection, grouping: Grouping, keys: Sequence[str]) -> tuple[str, list[Any]] | None:
    """Each key's place, from 1, and its count: a plan that is made once, whatever the number of keys."""
    condition, tables, values = key_table(grouping, keys)
    counted = limited(selection, condition, COUNT_CAP + 1)
    if counted is None:
        return None
    statement = (
        f"SELECT keys.at, (SELECT count(*) FROM ({counted[0]}) AS part) FROM unnest({tables}) WITH ORDINALITY "
        f"AS keys({'low, high, at' if grouping.bucket else 'key, at'})"
    )
    return statement, [*counted[1], *values]


def _without_key(selection: Selection, grouping: Grouping) -> tuple[str, list[Any]] | None:
    """The place 0, and the count of the rows with nothing in the field."""
    empty = compile_criteria(criteria_of(grouping, EMPTY), selection.actor, selection.resource)
    found = limited(selection, empty, COUNT_CAP + 1)
    return (f"SELECT 0, (SELECT count(*) FROM ({found[0]}) AS part)", found[1]) if found else None


def key_table(grouping: Grouping, keys: Sequence[str]) -> tuple[Q, str, list[Any]]:
    """The condition of a row being in the group ``keys`` of an outer query, the arrays to unnest, and their values."""
    info = grouping.info
    kind = info.source.db_type(connection)
    kind = {"serial": "integer", "bigserial": "bigint"}.get(kind or "", kind)
    if not grouping.bucket:
        typed: list[Any] = [key == "yes" for key in keys] if info.kind is Kind.BOOLEAN else list(keys)
        return Q(**{info.column: RawSQL("keys.key", ())}), f"%s::text[]::{kind}[]", [[str(item) for item in typed]]
    lows = [_moment(info, _day(key)) for key in keys]
    highs = [_moment(info, _next(_day(key), grouping.bucket)) for key in keys]
    within = ordered(info, "gte", RawSQL("keys.low", ())) & ordered(info, "lt", RawSQL("keys.high", ()))
    return within, f"%s::{kind}[], %s::{kind}[]", [lows, highs]


def _moment(info: FieldInfo, day: datetime.date) -> Any:
    if info.kind is Kind.DATE:
        return day
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def limited(selection: Selection, condition: Q, limit: int) -> tuple[str, list[Any]] | None:
    """The ids of selected rows that meet a condition, at most ``limit``, as SQL; None when Django knows of none."""
    parts: list[models.QuerySet[Any]] = [
        selection.rows.filter(source.condition).filter(condition).order_by().values("pk")[:limit]
        for source in selection.sources
    ]
    if not parts:
        return None
    found = parts[0].union(*parts[1:])[:limit] if len(parts) > 1 else parts[0]
    try:
        statement, values = found.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return statement, list(values)


def totals(selection: Selection, wanted: Sequence[Total]) -> dict[str, Any]:
    """The totals over all selected rows by their texts, and how many rows there are under ``count``; one statement."""
    return dict(selection.all().order_by().aggregate(count=Count("pk"), **_measures(wanted)))


def group_totals(selection: Selection, grouping: Grouping, wanted: Sequence[Total]) -> dict[str, dict[str, Any]]:
    """The same for every group by its key; one statement that reads everything."""
    info = grouping.info
    by: Any = models.F(info.column)
    if grouping.bucket:
        by = Trunc(info.column, grouping.bucket, output_field=models.DateField())
    rows = selection.all().order_by().values(group_key=by).annotate(count=Count("pk"), **_measures(wanted))
    return {_key(info, row.pop("group_key")): row for row in rows}


def _measures(wanted: Sequence[Total]) -> dict[str, Any]:
    return {total.text.replace(":", "__"): HOWS[total.how](total.info.column) for total in wanted}


def _key(info: FieldInfo, value: Any) -> str:
    if value in (None, ""):
        return EMPTY
    if info.kind is Kind.BOOLEAN:
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
