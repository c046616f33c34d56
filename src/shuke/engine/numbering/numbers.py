"""Takes the next numbers of a resource's series inside the running transaction."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from psycopg import sql

from shuke.engine.numbering.models import Counter, NumberingRule
from shuke.engine.numbering.patterns import Shape, period_of, renderer, shape_of
from shuke.resource.describe import fields_of
from shuke.resource.spec import Resource

# The row lock taken here is held to the end of the transaction: a rollback gives the numbers back, so no gaps.
_TAKE = f"""
INSERT INTO {Counter._meta.db_table} (series, value) VALUES (%s, %s)
ON CONFLICT (series) DO UPDATE SET value = {Counter._meta.db_table}.value + %s
RETURNING value
"""
_SKIP = f"UPDATE {Counter._meta.db_table} SET value = greatest(value, %s) WHERE series = %s"


@dataclass(frozen=True)
class Standing:
    """What records hold of a pattern's numbers: the highest serial of the period; do any stand for later periods?"""

    highest: int
    is_ahead: bool


def take(resource: Resource, count: int = 1) -> list[str]:
    """The next ``count`` free numbers, in order. Raises ``Invalid`` when the resource's rule lost its serial part.

    A number that some record bears already – from an import, or from before a rule was brought back – is passed over.
    """
    rule, today = rule_of(resource), timezone.localdate()
    found: list[str] = []
    while len(found) < count:
        numbers = _drawn(rule, today, count - len(found))
        taken = _borne(resource, numbers)
        if len(taken) == len(numbers):
            _skip(resource, rule, today)
        found += [number for number in numbers if number not in taken]
    return found


def rule_of(resource: Resource) -> NumberingRule:
    """The rule in force: the one that an administrator made, else the declared one, which is not stored."""
    assert resource.number
    found = NumberingRule.objects.filter(resource=resource.name).first()
    return found or NumberingRule(resource=resource.name, pattern=resource.number.pattern, reset=resource.number.reset)


def series_of(rule: NumberingRule, day: datetime.date) -> str:
    """The name of the counter in which the rule counts on a day."""
    return f"{rule.resource}:{rule.series}:{period_of(rule.reset, day)}"


def before_first(rule: NumberingRule, day: datetime.date) -> int:
    """The serial before the first one of the day's period."""
    return rule.start - 1 if rule.start_in == period_of(rule.reset, day) else 0


def longest(resource: Resource) -> int:
    """How many signs a number of the resource may have."""
    assert resource.number
    return fields_of(resource)[resource.number.field].max_length or 0


def standing(resource: Resource, pattern: str, reset: str, day: datetime.date) -> Standing:
    """What stands in the way of a pattern's numbers. Reads all numbers of the object from their index."""
    assert resource.number
    shape = shape_of(pattern)
    column = sql.Identifier(resource.number.field)
    shown = {"never": 0, "year": 1, "month": 2, "day": 3}[reset]
    parts: list[sql.Composable] = [
        sql.SQL("{century} || substring({column} FROM {shape})").format(
            century=sql.Literal(f"{day:%Y}"[:2] if name == "yy" else ""),
            column=column,
            shape=sql.Literal(shape.dates[name]),
        )
        for name in _dates_of(shape)[:shown]
    ]
    statement = sql.SQL(
        "SELECT max(serial) FILTER (WHERE period = {now}), bool_or(period > {now}) FROM (SELECT "
        "substring({column} FROM {serial})::bigint AS serial, concat({parts}) AS period FROM {table} "
        "WHERE {column} <> '' AND {column} ~ {serial}) AS borne"
    ).format(
        now=sql.Literal(period_of(reset, day)),
        column=column,
        serial=sql.Literal(shape.serial),
        parts=sql.SQL(", ").join(parts) if parts else sql.Literal(""),
        table=sql.Identifier(resource.model._meta.db_table),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        highest, is_ahead = cursor.fetchone()
    return Standing(highest or 0, bool(is_ahead))


def _dates_of(shape: Shape) -> list[str]:
    """The dates that the numbers show, the year first; of its two spellings the longer one will do."""
    found = [name for name in ("yyyy", "yy", "mm", "dd") if name in shape.dates]
    return [name for name in found if name != "yy" or "yyyy" not in found]


def _drawn(rule: NumberingRule, today: datetime.date, count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series_of(rule, today), before_first(rule, today) + count, count])
        last = cursor.fetchone()[0]
    write = renderer(rule.pattern, today)
    return [write(serial) for serial in range(last - count + 1, last + 1)]


def _borne(resource: Resource, numbers: list[str]) -> set[str]:
    assert resource.number
    field = resource.number.field
    return set(bearing(resource.model._default_manager.all(), field, numbers).values_list(field, flat=True))


def bearing(rows: QuerySet[Any], field: str, numbers: Collection[str]) -> QuerySet[Any]:
    """Those of the rows that bear one of these numbers.

    The index of numbers leaves out empty ones: PostgreSQL uses it where it is told that none is looked for.
    """
    return rows.exclude(**{field: ""}).filter(**{f"{field}__in": numbers})


def _skip(resource: Resource, rule: NumberingRule, today: datetime.date) -> None:
    highest = standing(resource, rule.pattern, rule.reset, today).highest
    with connection.cursor() as cursor:
        cursor.execute(_SKIP, [highest, series_of(rule, today)])
