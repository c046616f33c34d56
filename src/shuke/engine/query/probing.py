"""Asks the gram index which rows answer a search, before anything is sorted: of one object, or of many at once.

The planner must never choose between the gram index and a sort index on its own (23 s at 10 M rows); so the gram
index is asked first for at most ``PROBE`` ids. Fewer: those ids are the whole answer and are sorted. More: the word is
common, and a walk along the sort index meets it soon. How common a gram is stands in the planner's statistics; a word
that is expected ``COMMON`` times is walked at once, since a GIN index collects all hits before it gives the first one.
A table that holds fewer rows than that need not be asked for an estimate.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from shuke.engine.query.search import SearchTerm
from shuke.engine.query.sources import statement_of

PROBE = 2_000
# From here on, walking (51 hits among at most 50,000 rows of a million) is quicker than collecting the hits.
COMMON = 20_000

# How full a page of a table is lasts longer than how many pages it has: as the planner does, the one is taken from the
# last analysis, the other from the file. Of a table never analysed a row is taken to need 100 bytes at least.
_SIZES = """
SELECT relname, pg_relation_size(oid) / 8192.0 * CASE WHEN reltuples > 0 AND relpages > 0
    THEN reltuples / relpages ELSE 8192 / 100 END
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
"""
# A table that grows past ``COMMON`` rows may be asked without an estimate for so long.
_SIZES_HOLD_S = 60.0


@dataclass
class _Sizes:
    read_at: float = 0.0
    rows: dict[str, float] = field(default_factory=dict)


_sizes = _Sizes()


def candidates(rows: models.QuerySet[Any], term: SearchTerm) -> list[int] | None:
    """Ids of the rows that answer the term, or None when there are more than ``PROBE``."""
    return candidates_each([(rows, term)])[0]


def candidates_each(asked: Sequence[tuple[models.QuerySet[Any], SearchTerm]]) -> list[list[int] | None]:
    """``candidates`` of several objects in one statement (and an estimate for each big one)."""
    found: list[list[int] | None] = [None] * len(asked)
    probes, values = [], []
    for at, (rows, term) in enumerate(asked):
        hits = rows.filter(term.condition).order_by().values("pk")
        if _is_common(hits):
            continue
        found[at] = []
        if (statement := statement_of(hits[: PROBE + 1])) is not None:
            probes.append(f"(SELECT {at} AS at, hit.* FROM ({statement[0]}) AS hit)")
            values += statement[1]
    if probes:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(probes), values)
            for at, pk in cursor.fetchall():
                ids = found[at]
                assert ids is not None
                ids.append(pk)
    return [None if ids is None or len(ids) > PROBE else ids for ids in found]


def _is_common(hits: models.QuerySet[Any]) -> bool:
    """Does the planner expect so many rows that they had better not be collected?"""
    if _size(hits.model._meta.db_table) <= COMMON:
        return False
    # Django asks the database nothing where it knows that nothing is found.
    plan = hits.explain(format="json")
    return bool(plan) and int(json.loads(plan)[0]["Plan"]["Plan Rows"]) > COMMON


def _size(table: str) -> float:
    """About how many rows a table has; of all tables at once, and for a minute."""
    now = time.monotonic()
    if table not in _sizes.rows or now - _sizes.read_at > _SIZES_HOLD_S:
        with connection.cursor() as cursor:
            cursor.execute(_SIZES)
            _sizes.rows = {name: float(rows) for name, rows in cursor.fetchall()}
        _sizes.read_at = now
    return _sizes.rows[table]
