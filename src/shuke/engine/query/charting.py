"""What a chart draws: how many rows a group has and what a number makes in it, over all rows, in one statement."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, IntegerField, Value
from django.db.models.functions import Trunc
from django.utils import timezone

from shuke.engine.query.grouping import EMPTY, HOWS, Grouping, Total
from shuke.engine.query.paging import Selection
from shuke.resource.describe import FieldInfo, Kind

# Days, weeks, months … of a chart, the latest of them; and the largest groups of other fields.
MOST_SPANS = 120
MOST_GROUPS = 24
OTHERS = "*"


@dataclass(frozen=True, slots=True)
class Slice:
    """A group's key (``-`` for empty, ``*`` for all that the chart has no room for), its rows and its number."""

    key: str
    count: int
    value: Decimal


def slices(selection: Selection, grouping: Grouping, total: Total | None) -> list[Slice]:
    """The groups of a chart: spans in their order, others from the largest on. Empty groups are left out."""
    if not selection.sources:
        return []
    by: Any = F(grouping.info.column)
    if grouping.bucket:
        by = Trunc(grouping.info.column, grouping.bucket)
    return _grouped(selection, by, grouping, total)


def by_region(selection: Selection, info: FieldInfo, total: Total | None, *, places: int) -> list[Slice]:
    """The same by the first digits of the region's code: 10,000 for provinces, 100 for cities."""
    if not selection.sources:
        return []
    by = F(info.column) / Value(places, output_field=IntegerField()) * Value(places, output_field=IntegerField())
    rows = selection.all().order_by().values(group_key=by).annotate(count=Count("pk"), **_measure(total))
    found = [Slice(str(row["group_key"] or EMPTY), row["count"], _value(row)) for row in rows]
    return sorted(found, key=lambda one: (-one.value, one.key))


def _grouped(selection: Selection, by: Any, grouping: Grouping, total: Total | None) -> list[Slice]:
    rows = selection.all().order_by().values(group_key=by).annotate(count=Count("pk"), **_measure(total))
    if grouping.bucket:
        found = rows.order_by(F("group_key").desc(nulls_last=True))[:MOST_SPANS]
        return [_slice(grouping.info, row) for row in found][::-1]
    found = [
        _slice(grouping.info, row) for row in rows.order_by(F("value").desc(nulls_last=True), "group_key")[:MOST_GROUPS]
    ]
    return found if len(found) < MOST_GROUPS else [*found, *_others(selection, found, total)]


def _others(selection: Selection, shown: list[Slice], total: Total | None) -> list[Slice]:
    """The rest in one: what is counted or added up can be told, a mean cannot."""
    if total is not None and total.how != "sum":
        return []
    whole = selection.all().order_by().aggregate(count=Count("pk"), **_measure(total))
    count = whole["count"] - sum(one.count for one in shown)
    return [Slice(OTHERS, count, _value(whole) - sum(one.value for one in shown))] if count else []


def _measure(total: Total | None) -> dict[str, Any]:
    return {"value": HOWS[total.how](total.info.column) if total else Count("pk")}


def _slice(info: FieldInfo, row: dict[str, Any]) -> Slice:
    return Slice(_key(info, row["group_key"]), row["count"], _value(row))


def _value(row: dict[str, Any]) -> Decimal:
    return Decimal(row["value"] or 0)


def _key(info: FieldInfo, value: Any) -> str:
    if value in (None, ""):
        return EMPTY
    if info.kind is Kind.BOOLEAN:
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return timezone.localdate(value).isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
