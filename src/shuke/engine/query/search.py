"""Search as Chinese people type: characters, pinyin initials, full pinyin, digits – through one GIN index.

The planner must never choose between the gram index and a sort index on its own (23 s at 10 M rows); so the gram
index is asked first for at most ``PROBE`` ids. Fewer: those ids are the whole answer and are sorted. More: the word is
common, and a walk along the sort index meets it soon. How common a gram is stands in the planner's statistics; a word
that is expected ``COMMON`` times is walked at once, since a GIN index collects all hits before it gives the first one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.access.scope import any_of
from shuke.engine.record.index_text import DIVIDER
from shuke.engine.record.values import UNSTORABLE
from shuke.kernel.grams import needle, parts, probe
from shuke.resource.describe import search_fields
from shuke.resource.spec import Resource, Search

PROBE = 2_000
# From here on, walking (51 hits among at most 50,000 rows of a million) is quicker than collecting the hits.
COMMON = 20_000


@dataclass(frozen=True)
class SearchTerm:
    """A query ready for SQL: ``condition`` to filter by, ``rank`` to order few hits by (smaller is better)."""

    condition: Q
    rank: Any


def search_term(actor: Actor, resource: Resource, text: str) -> SearchTerm | None:
    """The condition for a search text; None when there is nothing to search for (then everything matches).

    A term too short to search finds nothing. Who may not compare by every search field (a masked telephone, say)
    searches only the naming part of the haystack, so that a hit cannot tell what he may not see.
    """
    words = parts(UNSTORABLE.sub(" ", text))
    if not words:
        return None
    haystack = _haystack(actor, resource)
    if haystack is None:
        return SearchTerm(Q(pk__in=()), Value(0))
    condition = Q()
    for word in words:
        condition &= _grams(word)
        needles = needle(word) or ((word,) if not isinstance(haystack, F) else ())
        if needles:
            condition &= any_of([Q(GreaterThan(StrIndex(haystack, Value(item)), 0)) for item in needles])
    return SearchTerm(condition, StrIndex(F("haystack"), Value((needle(words[0]) or (words[0],))[0])))


def _haystack(actor: Actor, resource: Resource) -> Any:
    access = FieldAccess(actor, resource)
    hidden = [info for info in search_fields(resource) if not access.compares(info.name)]
    if not hidden:
        return F("haystack")
    if any(info.spec.search is Search.A for info in hidden):
        return None
    return Func(F("haystack"), Value(DIVIDER), Value(1), function="split_part", output_field=TextField())


def _grams(word: str) -> Q:
    alternatives = probe(word)
    if not alternatives:
        return Q(pk__in=())
    return any_of([Q(grams__contains=list(tokens)) for tokens in alternatives])


def candidates(rows: models.QuerySet[Any], term: SearchTerm) -> list[int] | None:
    """Ids of the living rows that answer the term, or None when there are more than ``PROBE``."""
    hits = rows.filter(term.condition).order_by().values_list("pk", flat=True)
    if _expected(hits) > COMMON:
        return None
    found = list(hits[: PROBE + 1])
    return found if len(found) <= PROBE else None


def _expected(rows: models.QuerySet[Any]) -> int:
    """How many rows the planner expects, by its statistics."""
    # Django asks the database nothing where it knows that nothing is found.
    plan = rows.explain(format="json")
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0
