"""The first rows of many groups at once – a board's columns, a calendar's days – and how many rows each has.

One statement, whatever the number of groups: each is a walk of a few steps along the index of its field (LATERAL).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from shuke.engine.query.compile import compile_criteria
from shuke.engine.query.grouping import EMPTY, Grouping, criteria_of, key_table, limited
from shuke.engine.query.ordering import Order
from shuke.engine.query.paging import Selection, rows_of
from shuke.engine.query.sources import Statement, merged


@dataclass(frozen=True, slots=True)
class Sample:
    """A group's first rows and its size; not ``exact`` means “this many and more”, ``more`` that rows follow."""

    key: str
    count: int
    exact: bool
    rows: list[Any]
    more: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of each group is looked at: so many rows are read, and it is counted no further than ``cap``."""

    rows: int
    cap: int


def sample(
    selection: Selection,
    grouping: Grouping,
    keys: Sequence[str],
    order: Order,
    columns: Sequence[str],
    measure: Measure,
) -> list[Sample]:
    """Each group's first rows in ``order``, with ``columns`` as a list reads them; ``-`` may stand among the keys."""
    found = _looked_up(selection, grouping, keys, order, measure)
    wanted = [pk for _count, pks in found.values() for pk in pks[: measure.rows]]
    rows = {row.pk: row for row in rows_of(selection, wanted, order, columns)} if wanted else {}
    samples = []
    for key in keys:
        count, pks = found.get(key, (0, []))
        read = [rows[pk] for pk in pks[: measure.rows] if pk in rows]
        samples.append(Sample(key, min(count, measure.cap), count <= measure.cap, read, len(pks) > measure.rows))
    return samples


def _looked_up(
    selection: Selection, grouping: Grouping, keys: Sequence[str], order: Order, measure: Measure
) -> dict[str, tuple[int, list[int]]]:
    """Size and first ids of each group, one id more than is shown."""
    filled = [key for key in keys if key != EMPTY]
    parts = []
    if filled:
        condition, tables, values = key_table(grouping, filled)
        names = "low, high, at" if grouping.bucket else "key, at"
        source = f" FROM unnest({tables}) WITH ORDINALITY AS keys({names})"
        parts.append(_part(selection, condition, order, measure, "keys.at", (source, values)))
    if EMPTY in keys:
        empty = compile_criteria(criteria_of(grouping, EMPTY), selection.actor, selection.resource)
        parts.append(_part(selection, empty, order, measure, "0", ("", [])))
    statements = [part for part in parts if part]
    if not statements:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"({statement})" for statement, _values in statements),
            [value for _statement, values in statements for value in values],
        )
        return {filled[at - 1] if at else EMPTY: (count, pks) for at, count, pks in cursor.fetchall()}


def _part(
    selection: Selection, condition: Q, order: Order, measure: Measure, place: str, source: Statement
) -> Statement | None:
    counted = limited(selection, condition, measure.cap + 1)
    first = merged(selection.rows.filter(condition), selection.sources, order, limit=measure.rows + 1)
    if counted is None or first is None:
        return None
    return (
        f"SELECT {place}, (SELECT count(*) FROM ({counted[0]}) AS counted), ARRAY({first[0]}){source[0]}",
        [*counted[1], *first[1], *source[1]],
    )
