"""Sorted pages by keyset, whatever the depth; totals up to a cap; within the actor's scope, source by source."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db import models
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import EVERY_ROW, Source, any_of, combined, sources
from shuke.engine.query.compile import compile_criteria
from shuke.engine.query.ordering import Beyond, Order, order_of, sort_key, sort_value
from shuke.engine.query.probing import NONE, Hits, probe, probe_each
from shuke.engine.query.reading import narrow, read
from shuke.engine.query.search import SearchTerm, search_term
from shuke.engine.query.sources import count_each_up_to, count_up_to, merged_ids
from shuke.kernel.criteria import EVERYTHING, All, Condition, Criteria
from shuke.kernel.errors import Invalid
from shuke.kernel.json import dumps
from shuke.resource.spec import Resource

COUNT_CAP = 10_000
MAX_LIMIT = 200
# For so long “more than 10,000” is not counted again: it takes longer than finding fifty, and people page on and on.
_STILL_MORE_S = 60
# At most so many rows in order are looked at for a page of a common word.
_WINDOW = 8_000


@dataclass(frozen=True)
class Count:
    """How many; not ``exact`` means “this many and more”."""

    value: int
    exact: bool


@dataclass(frozen=True)
class Page:
    """Rows in order, and cursors to the neighbouring pages where there are any."""

    rows: list[Any]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Walk:
    """How a common word is met: in the ``rows`` without the search, by what is asked of each, in this ``share``."""

    rows: models.QuerySet[Any]
    condition: Q
    share: float


@dataclass(frozen=True)
class Selection:
    """Rows of an object as an actor asked for them: the base of pages, counts, exports and bulk runs.

    ``rows`` are living rows meeting the criteria and the search; ``sources`` the ways to reach them, to be ORed.
    ``ids`` is the short list that a search narrowed them to, if it did: then sorting costs nothing. ``common`` says
    that the search is for a common word: a page is found soon (by the ``walk``, if there is one), but counting the hits
    takes a while. ``pinned`` says that the criteria ask for the rows of certain owners, or of one record above them: an
    index gives them whatever else leads to them. ``whole`` says that nothing but the search narrows it. ``asked`` is
    what it was made from.
    """

    actor: Actor
    resource: Resource
    rows: models.QuerySet[Any]
    sources: tuple[Source, ...]
    asked: str
    ids: tuple[int, ...] | None = None
    common: bool = False
    walk: Walk | None = None
    pinned: bool = False
    whole: bool = False
    rank: Any = None

    def all(self) -> models.QuerySet[Any]:
        """Every selected row, in no order."""
        return self.rows.filter(any_of([source.condition for source in self.sources]))

    @property
    def at_once(self) -> bool:
        """Is one scan enough for a sorted page?"""
        return self.pinned or self.ids is not None or len(self.sources) == 1


def select(
    actor: Actor,
    resource: Resource,
    *,
    criteria: Criteria = EVERYTHING,
    q: str = "",
    action: str = "view",
    deleted: bool = False,
    pinned: bool = False,
) -> Selection:
    """What the actor asks for of what he may see; ``pinned``: the criteria leave few rows, which an index gives.

    Raises ``Invalid`` for criteria that do not make sense.
    """
    selection = _unsearched(actor, resource, criteria, q, action, deleted=deleted)
    if pinned:
        selection = replace(selection, pinned=True)
    term = search_term(actor, resource, q)
    if term is None:
        return selection
    hits = probe(_rows_of(resource, deleted=deleted), term) if selection.sources else NONE
    return _found(selection, criteria, term, hits)


def select_each(actor: Actor, resources: Sequence[Resource], q: str) -> list[Selection]:
    """``select`` of what answers a search text in several objects: all are asked in one statement."""
    terms = [(resource, term) for resource in resources if (term := search_term(actor, resource, q)) is not None]
    found = probe_each([(_rows_of(resource), term) for resource, term in terms])
    return [
        _found(_unsearched(actor, resource, EVERYTHING, q, "view"), EVERYTHING, term, hits)
        for (resource, term), hits in zip(terms, found, strict=True)
    ]


def _unsearched(
    actor: Actor, resource: Resource, criteria: Criteria, q: str, action: str, *, deleted: bool = False
) -> Selection:
    """The selection before the search text narrows it."""
    rows = _rows_of(resource, deleted=deleted).filter(compile_criteria(criteria, actor, resource))
    reached = sources(actor, resource, "delete" if deleted else action)
    asked = repr((resource.name, actor.user_id, action, deleted, q, criteria))
    whole = criteria == EVERYTHING and any(source.condition == Q() for source in reached)
    return Selection(actor, resource, rows, reached, asked, pinned=_pins_owner(criteria), whole=whole)


def _pins_owner(criteria: Criteria) -> bool:
    """Do the criteria ask, whatever else, for the rows of certain owners?"""
    match criteria:
        case Condition("owner", "eq" | "in"):
            return True
        case All(parts):
            return any(_pins_owner(part) for part in parts)
    return False


def _rows_of(resource: Resource, *, deleted: bool = False) -> models.QuerySet[Any]:
    return _objects(resource).filter(deleted_at__isnull=not deleted)


def _objects(resource: Resource) -> models.QuerySet[Any]:
    objects: models.QuerySet[Any] = resource.model.objects.unscoped("the scope's sources are applied by the caller")  # type: ignore[attr-defined]
    return objects


def _found(selection: Selection, criteria: Criteria, term: SearchTerm, hits: Hits) -> Selection:
    """The selection narrowed to what a search found."""
    if hits.ids is None:
        walk = Walk(selection.rows, term.row_by_row, hits.share) if hits.share else None
        return replace(selection, rows=selection.rows.filter(term.condition), common=True, walk=walk)
    # They live, as the search saw. To ask again would let the planner take an index of living rows, which knows their
    # ids only behind what it sorts by: 130 ms instead of 2.
    meeting = _objects(selection.resource).filter(compile_criteria(criteria, selection.actor, selection.resource))
    return replace(selection, rows=meeting.filter(_among(hits.ids)), ids=tuple(hits.ids), rank=term.rank)


def _among(ids: list[int]) -> Q:
    """``id = ANY(array)``: one value to bind instead of two thousand."""
    if not ids:
        return Q(pk__in=())
    array = Value(ids, output_field=ArrayField(BigIntegerField()))
    return Q(Func(F("pk"), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()))


def page(
    selection: Selection,
    *,
    columns: Sequence[str] | None = None,
    sort: str | Order | None = None,
    cursor: str | None = None,
    number: int | None = None,
    limit: int = 50,
) -> Page:
    """One page. ``cursor`` comes from a neighbouring page; ``number`` (from 1) jumps to a page of the order.

    ``columns`` are the fields to read (all when None), with the records that links point at.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid(_("“limit” lies between 1 and %(most)d.") % {"most": MAX_LIMIT})
    order = sort if isinstance(sort, Order) else order_of(selection.actor, selection.resource, sort)
    start, backwards = _start(order, cursor) if cursor else (None, False)
    if number and number > 1 and not cursor:
        start = _jump(selection, order, (number - 1) * limit)
        if start is None:
            return Page([], None, None)
    rows = _rows(selection, order, start, backwards=backwards, limit=limit + 1, columns=columns)
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, start is not None)
    return Page(
        rows,
        cursor_at(order, rows[-1]) if rows and has_next else None,
        cursor_at(order, rows[0], backwards=True) if rows and has_previous else None,
    )


def neighbours(selection: Selection, pk: int, sort: str | None = None) -> tuple[int | None, int | None]:
    """The ids before and behind a record in a sorted list; a record that is not in it has those of its place there."""
    order = order_of(selection.actor, selection.resource, sort)
    here = rows_of(selection, [pk], order, ())
    if not here:
        return None, None
    start = sort_key(order.info, getattr(here[0], order.info.sort_column)), pk
    before, behind = (
        _rows(selection, order, start, backwards=backwards, limit=1, columns=()) for backwards in (True, False)
    )
    return (before[0].pk if before else None), (behind[0].pk if behind else None)


def count(selection: Selection, cap: int | None = COUNT_CAP) -> Count:
    """The number of selected rows, counted no further than ``cap`` (None: to the end)."""
    if not selection.sources:
        return Count(0, exact=True)
    if selection.whole and selection.ids is not None:
        return Count(len(selection.ids), exact=True)
    if cap is None:
        return Count(selection.all().order_by().count(), exact=True)
    more = f"more-than-{cap}:{sha256(selection.asked.encode()).hexdigest()}"
    if cache.get(more):
        return Count(cap, exact=False)
    if selection.at_once:
        found = selection.all().order_by().values("pk")[: cap + 1].count()
    else:
        found = count_up_to(selection.rows, selection.sources, cap + 1)
    if found > cap:
        cache.set(more, True, _STILL_MORE_S)
    return Count(min(found, cap), exact=found <= cap)


def count_each(selections: Sequence[Selection], cap: int) -> list[Count]:
    """``count`` of several selections without a search text, in one statement."""
    asked = [(one.all(), (EVERY_ROW,)) if one.at_once else (one.rows, one.sources) for one in selections]
    found = count_each_up_to(asked, cap + 1)
    return [Count(min(number, cap), exact=number <= cap) for number in found]


def best(selection: Selection, limit: int, columns: Sequence[str] | None = None) -> list[Any]:
    """The best hits of a search: earliest match first, then the latest changed; for pickers and global search."""
    if selection.rank is None:
        return page(selection, limit=limit, columns=columns).rows
    rows = selection.all().order_by(selection.rank.asc(), "-updated_at", "-pk")
    return read(rows[:limit], selection.resource, columns)


def _rows(
    selection: Selection,
    order: Order,
    start: tuple[Any, int] | None,
    *,
    backwards: bool,
    limit: int,
    columns: Sequence[str] | None,
) -> list[Any]:
    if not selection.sources:
        return []
    beyond = Q() if start is None else Q(Beyond(order, start[0], start[1], reverse=backwards))
    if selection.walk:
        soon = _met_soon(selection, selection.walk, order, beyond, backwards=backwards, limit=limit)
        if soon is not None:
            return rows_of(selection, soon, order, columns, backwards=backwards)
    rows = selection.rows.filter(beyond)
    if selection.at_once:
        # Found first, then read: the planner must not join what links point at before it has cut the page.
        first = _at_once(selection, rows, order, backwards=backwards)[:limit]
        found = _objects(selection.resource).filter(pk__in=first.values("pk"))
        return read(found.order_by(*order.by(reverse=backwards)), selection.resource, columns, order)
    ids = merged_ids(rows, selection.sources, order, backwards=backwards, limit=limit)
    return rows_of(selection, ids, order, columns, backwards=backwards)


def _at_once(
    selection: Selection, rows: models.QuerySet[Any], order: Order, *, backwards: bool
) -> models.QuerySet[Any]:
    reached = rows.filter(any_of([source.condition for source in selection.sources]))
    return reached.order_by(*order.by(reverse=backwards))


def _met_soon(
    selection: Selection, walk: Walk, order: Order, beyond: Q, *, backwards: bool, limit: int
) -> list[int] | None:
    """The ids of a page of a common word, if it lies among the first rows in order; half as many again as it should.

    The planner itself would rather collect the hits of a word whose tokens it takes for rare, and sort them (60 ms).
    """
    rows = walk.rows.filter(beyond)
    window = min(round(1.5 * limit / walk.share), _WINDOW)
    if selection.at_once:
        first = _at_once(selection, rows, order, backwards=backwards)
        ids = list(first.values_list("pk", flat=True)[:window])
    else:
        ids = merged_ids(rows, selection.sources, order, backwards=backwards, limit=window)
    by = order.by(reverse=backwards)
    hits = _objects(selection.resource).filter(_among(ids)).filter(walk.condition).order_by(*by)
    found = list(hits.values_list("pk", flat=True)[:limit])
    if len(found) < limit and len(ids) == window:
        return None
    return found


def rows_of(
    selection: Selection, ids: list[int], order: Order, columns: Sequence[str] | None, *, backwards: bool = False
) -> list[Any]:
    """The rows with these ids, which were found among the selected ones, in order."""
    found = _objects(selection.resource).filter(_among(ids))
    return read(found.order_by(*order.by(reverse=backwards)), selection.resource, columns, order)


def _jump(selection: Selection, order: Order, offset: int) -> tuple[Any, int] | None:
    """The last row before the wanted page: an index-only walk over (sort value, id)."""
    if not selection.sources:
        return None
    rows = selection.all().order_by(*order.by())
    found = rows.annotate(sort_value=sort_value(order.info)).values_list("sort_value", "pk")[offset - 1 : offset]
    return next(iter(found), None)


def cursor_at(order: Order, row: Any, *, backwards: bool = False) -> str:
    """The cursor of the page behind a row that was read in this order; ``backwards`` of the one before it."""
    value = getattr(row, order.info.sort_column)
    data = dumps([order.text, value, row.pk, int(backwards)])
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def _start(order: Order, cursor: str) -> tuple[tuple[Any, int], bool]:
    try:
        text, value, pk, backwards = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if text != order.text or type(pk) is not int or abs(pk) >= 2**63:
            raise ValueError
        return (sort_key(order.info, value), pk), bool(backwards)
    except (ValueError, TypeError, RecursionError, binascii.Error, Invalid):
        raise Invalid(_("The cursor does not belong to this list; start again from its first page.")) from None


def get(
    actor: Actor, resource: Resource, pk: int, *, action: str = "view", columns: Sequence[str] | None = None
) -> Any:
    """One living record that the actor may ``action``; None when there is none (or he may not know of it)."""
    objects = resource.model.objects.unscoped("one record; scope and life follow")  # type: ignore[attr-defined]
    found = objects.filter(combined(actor, resource, action), pk=pk, deleted_at__isnull=True)
    # ``first`` would sort what is one row.
    return next(iter(narrow(found, resource, columns)), None)
