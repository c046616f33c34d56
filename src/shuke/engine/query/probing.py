"""Asks the gram index which rows answer a search, before anything is sorted: of one object, or of many at once.

The planner must never choose between the gram index and a sort index on its own (23 s at 10 M rows); so the gram
index is asked first for at most ``PROBE`` ids. Fewer: those ids are the whole answer and are sorted. More: the word is
common, and a walk along the sort index meets it soon. A word that more than ``COMMON`` rows hold is walked at once,
since a GIN index collects all hits before it gives the first one.

How common a token is stands in the planner's statistics. Tokens that are common each by itself may belong together
(科技, 有限, 公司) or not (the initials h-d and d-z), and full pinyin is asked for by less than it says: then the newest
rows tell. The planner would take tokens for independent, and a long name of common ones for a rare word.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from django.db import connection, models

from shuke.engine.query.search import SearchTerm
from shuke.engine.query.sources import statement_of

PROBE = 2_000
# From here on, walking (51 hits among some 5,000 rows of a million) is quicker than collecting the hits.
COMMON = 10_000
_SAMPLE = 1_000

# How full a page of a table is lasts longer than how many pages it has: as the planner does, the one is taken from the
# last analysis, the other from the file. Of a table never analysed a row is taken to need 100 bytes at least.
_SIZES = """
SELECT relname, pg_relation_size(oid) / 8192.0 * CASE WHEN reltuples > 0 AND relpages > 0
    THEN reltuples / relpages ELSE 8192 / 100 END
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
"""
# A table that grows past ``COMMON`` rows may be asked without a thought for so long.
_SIZES_HOLD_S = 60.0

_SHARES = """
SELECT token, share
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known(token, share)
WHERE schemaname = current_schema() AND tablename = %s AND attname = 'grams' AND token IS NOT NULL AND share * %s > %s
"""
_SHARES_HOLD_S = 600.0


@dataclass
class _Known:
    """What was read of the planner's statistics: rows by table, and the share of rows that hold a common token."""

    sizes_at: float = 0.0
    sizes: dict[str, float] = field(default_factory=dict)
    shares: dict[str, tuple[float, Mapping[str, float]]] = field(default_factory=dict)


_known = _Known()


@dataclass(frozen=True, slots=True)
class Hits:
    """What answers a search: ``ids``, or None for more than ``PROBE``; of a common word the ``share`` of all rows."""

    ids: list[int] | None
    share: float = 0.0


NONE = Hits([])


def probe(rows: models.QuerySet[Any], term: SearchTerm) -> Hits:
    """Which rows answer the term."""
    return probe_each([(rows, term)])[0]


def probe_each(asked: Sequence[tuple[models.QuerySet[Any], SearchTerm]]) -> list[Hits]:
    """``probe`` of several objects in one statement (and a sample of a big one whose tokens do not tell)."""
    shares = [_common_share(rows, term) for rows, term in asked]
    found: list[list[int]] = [[] for _ in asked]
    probes, values = [], []
    for at, (rows, term) in enumerate(asked):
        if shares[at]:
            continue
        hits = rows.filter(term.condition).order_by().values("pk")
        if (statement := statement_of(hits[: PROBE + 1])) is not None:
            probes.append(f"(SELECT {at} AS at, hit.* FROM ({statement[0]}) AS hit)")
            values += statement[1]
    if probes:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(probes), values)
            for at, pk in cursor.fetchall():
                found[at].append(pk)
    return [Hits(None if share or len(ids) > PROBE else ids, share) for ids, share in zip(found, shares, strict=True)]


def _common_share(rows: models.QuerySet[Any], term: SearchTerm) -> float:
    """The share of rows that answer, where they are so many that they had better not be collected; else 0."""
    table = rows.model._meta.db_table
    size = _size(table)
    if size <= COMMON:
        return 0.0
    shares = _shares(table, size)
    if not all(any(shares.keys() >= {*tokens} for tokens in word) for word in term.tokens):
        return 0.0
    if term.is_exact:
        share = prod(shares[word[0][0]] for word in term.tokens)
    else:
        newest = rows.order_by("-updated_at", "-pk").values("pk")[:_SAMPLE]
        share = rows.filter(pk__in=newest).filter(term.row_by_row).count() / _SAMPLE
    return share if size * share > COMMON else 0.0


def _size(table: str) -> float:
    """About how many rows a table has; of all tables at once, and for a minute."""
    now = time.monotonic()
    if table not in _known.sizes or now - _known.sizes_at > _SIZES_HOLD_S:
        with connection.cursor() as cursor:
            cursor.execute(_SIZES)
            _known.sizes = {name: float(rows) for name, rows in cursor.fetchall()}
        _known.sizes_at = now
    return _known.sizes[table]


def _shares(table: str, size: float) -> Mapping[str, float]:
    """The tokens that more than ``COMMON`` rows of a table hold, with their shares; for ten minutes."""
    read_at, shares = _known.shares.get(table, (0.0, {}))
    now = time.monotonic()
    if table not in _known.shares or now - read_at > _SHARES_HOLD_S:
        with connection.cursor() as cursor:
            cursor.execute(_SHARES, [table, size, COMMON])
            shares = dict(cursor.fetchall())
        _known.shares[table] = now, shares
    return shares
