"""Search as Chinese people type: characters, pinyin initials, full pinyin, digits – through one GIN index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.access.scope import any_of
from shuke.engine.record.index_text import DIVIDER
from shuke.engine.record.values import UNSTORABLE
from shuke.kernel.grams import literal, needle, parts, probe
from shuke.resource.describe import search_fields
from shuke.resource.spec import Resource, Search


@dataclass(frozen=True)
class SearchTerm:
    """A query ready for SQL: ``condition`` to filter by, ``rank`` to order few hits by (smaller is better).

    ``row_by_row`` is the same condition for rows that are at hand: no index answers it. ``tokens``: what the gram index
    is asked for – for each word alternatives of tokens that must all be there.
    """

    condition: Q
    row_by_row: Q
    rank: Any
    tokens: tuple[tuple[tuple[str, ...], ...], ...] = ()

    @property
    def is_exact(self) -> bool:
        """Is each word one token, so that what holds the tokens answers?"""
        return all(len(word) == 1 and len(word[0]) == 1 for word in self.tokens)


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
        return SearchTerm(Q(pk__in=()), Q(pk__in=()), Value(0))
    condition = row_by_row = Q()
    tokens = tuple(probe(word) for word in words)
    for word, alternatives in zip(words, tokens, strict=True):
        held = any_of([Q(grams__contains=list(each)) for each in alternatives]) if alternatives else Q(pk__in=())
        needles = needle(word) or ((word,) if not isinstance(haystack, F) else ())
        said = _said(haystack, needles)
        condition &= held & said
        # Of rows at hand it is quicker to look for a text than to compare arrays.
        row_by_row &= _said(haystack, literal(word)) or _unindexed(held) & said
    rank = StrIndex(F("haystack"), Value((needle(words[0]) or (words[0],))[0]))
    return SearchTerm(condition, row_by_row, rank, tokens)


def _said(haystack: Any, strings: Sequence[str]) -> Q:
    return any_of([Q(GreaterThan(StrIndex(haystack, Value(item)), 0)) for item in strings]) if strings else Q()


def _unindexed(condition: Q) -> Q:
    whole = ExpressionWrapper(condition, output_field=BooleanField())
    return Q(Func(whole, template="(%(expressions)s) IS TRUE", output_field=BooleanField()))


def _haystack(actor: Actor, resource: Resource) -> Any:
    access = FieldAccess(actor, resource)
    hidden = [info for info in search_fields(resource) if not access.compares(info.name)]
    if not hidden:
        return F("haystack")
    if any(info.spec.search is Search.A for info in hidden):
        return None
    return Func(F("haystack"), Value(DIVIDER), Value(1), function="split_part", output_field=TextField())
