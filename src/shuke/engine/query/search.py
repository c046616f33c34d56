"""Search as Chinese people type: characters, pinyin initials, full pinyin, digits – through one GIN index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
