"""Sorted pages by keyset, whatever the depth; totals up to a cap; within the actor's scope, source by source."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db import models
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import Source, any_of, combined, sources
from shuke.engine.query.compile import compile_criteria
from shuke.engine.query.ordering import Beyond, Order, order_of, sort_key, sort_value
from shuke.engine.query.probing import candidates, candidates_each
from shuke.engine.query.search import SearchTerm, search_term
from shuke.engine.query.sources import count_each_up_to, count_up_to, merged_ids
from shuke.engine.record.index_text import INDEXED
from shuke.kernel.criteria import EVERYTHING, All, Condition, Criteria, conditions
from shuke.kernel.errors import Invalid
from shuke.kernel.json import dumps
from shuke.resource.describe import FieldInfo, Kind, field_of
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource

COUNT_CAP = 10_000
MAX_LIMIT = 200
# For so long “more than 10,000” is not counted again: it takes longer than finding fifty, and people page on and on.
_STILL_MORE_S = 60


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
class Selection:
    """Rows of an object as an actor asked for them: the base of pages, counts, exports and bulk runs.

    ``rows`` are living rows meeting the criteria and the search; ``sources`` the ways to reach them, to be ORed.
    ``ids`` is the short list that a search narrowed them to, if it did: then sorting costs nothing. ``common`` says
    that the search is for a common word: a page is found soon, but counting the hits takes a while. ``pinned`` says
    that the criteria ask for the rows of certain owners: their index gives them whatever else leads to them. ``asked``
    is what the selection was made from.
    """

    actor: Actor
    resource: Resource
    rows: models.QuerySet[Any]
    sources: tuple[Source, ...]
    asked: str
    ids: tuple[int, ...] | None = None
    common: bool = False
    pinned: bool = False
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
) -> Selection:
    """What the actor asks for of what he may see. Raises ``Invalid`` for criteria that do not make sense."""
    selection = _unsearched(actor, resource, criteria, q, action, deleted=deleted)
    term = search_term(actor, resource, q)
    if term is None:
        return selection
    return _found(selection, term, candidates(_rows_of(resource, deleted=deleted), term) if selection.sources else [])


def select_each(actor: Actor, resources: Sequence[Resource], q: str) -> list[Selection]:
    """``select`` of what answers a search text in several objects: all are asked in one statement."""
    terms = [(resource, term) for resource in resources if (term := search_term(actor, resource, q)) is not None]
    found = candidates_each([(_rows_of(resource), term) for resource, term in terms])
    return [
        _found(_unsearched(actor, resource, EVERYTHING, q, "view"), term, ids)
        for (resource, term), ids in zip(terms, found, strict=True)
    ]


def _unsearched(
    actor: Actor, resource: Resource, criteria: Criteria, q: str, action: str, *, deleted: bool = False
) -> Selection:
    """The selection before the search text narrows it."""
    rows = _rows_of(resource, deleted=deleted).filter(compile_criteria(criteria, actor, resource))
    reached = sources(actor, resource, "delete" if deleted else action)
    asked = repr((resource.name, actor.user_id, action, deleted, q, criteria))
    return Selection(actor, resource, rows, reached, asked, pinned=_pins_owner(criteria))


def _pins_owner(criteria: Criteria) -> bool:
    """Do the criteria ask, whatever else, for the rows of certain owners?"""
    match criteria:
        case Condition("owner", "eq" | "in"):
            return True
        case All(parts):
            return any(_pins_owner(part) for part in parts)
    return False


def _rows_of(resource: Resource, *, deleted: bool = False) -> models.QuerySet[Any]:
    objects = resource.model.objects.unscoped("the scope's sources are applied by the caller")  # type: ignore[attr-defined]
    rows: models.QuerySet[Any] = objects.filter(deleted_at__isnull=not deleted)
    return rows


def _found(selection: Selection, term: SearchTerm, ids: list[int] | None) -> Selection:
    """The selection narrowed to what a search found: these rows, or (None) more than can be listed."""
    if ids is None:
        return replace(selection, rows=selection.rows.filter(term.condition), common=True)
    return replace(selection, rows=selection.rows.filter(_among(ids)), ids=tuple(ids), rank=term.rank)


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
    found = count_each_up_to([(selection.rows, selection.sources) for selection in selections], cap + 1)
    return [Count(min(number, cap), exact=number <= cap) for number in found]


def best(selection: Selection, limit: int, columns: Sequence[str] | None = None) -> list[Any]:
    """The best hits of a search: earliest match first, then the latest changed; for pickers and global search."""
    if selection.rank is None:
        return page(selection, limit=limit, columns=columns).rows
    rows = selection.all().order_by(selection.rank.asc(), "-updated_at", "-pk")
    return _read(rows[:limit], selection.resource, columns)


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
    rows = selection.rows
    if start is not None:
        rows = rows.filter(Beyond(order, start[0], start[1], reverse=backwards))
    by = order.by(reverse=backwards)
    if selection.at_once:
        # Found first, then read: the planner must not join what links point at before it has cut the page.
        first = rows.filter(any_of([source.condition for source in selection.sources])).order_by(*by)[:limit]
        found = selection.rows.model.objects.unscoped("ids come from the scope's sources").filter(
            pk__in=first.values("pk")
        )
        return _read(found.order_by(*by), selection.resource, columns, order)
    ids = merged_ids(rows, selection.sources, order, backwards=backwards, limit=limit)
    return rows_of(selection, ids, order, columns, backwards=backwards)


def rows_of(
    selection: Selection, ids: list[int], order: Order, columns: Sequence[str] | None, *, backwards: bool = False
) -> list[Any]:
    """The rows with these ids, which were found among the selected ones, in order."""
    found = selection.rows.model.objects.unscoped("ids come from the scope's sources").filter(_among(ids))
    return _read(found.order_by(*order.by(reverse=backwards)), selection.resource, columns, order)


def _jump(selection: Selection, order: Order, offset: int) -> tuple[Any, int] | None:
    """The last row before the wanted page: an index-only walk over (sort value, id)."""
    if not selection.sources:
        return None
    rows = selection.all().order_by(*order.by())
    found = rows.annotate(sort_value=sort_value(order.info)).values_list("sort_value", "pk")[offset - 1 : offset]
    return next(iter(found), None)


def narrow(rows: models.QuerySet[Any], resource: Resource, columns: Sequence[str] | None) -> models.QuerySet[Any]:
    """Records with only the columns shown, and those that links point at in the same query."""
    if columns is None:
        return rows.defer(*INDEXED)
    needed = {"pk", "version", "updated_at", resource.title}
    joined = []
    for info in _shown(resource, columns):
        needed.add(info.name)
        if info.kind is Kind.LINK:
            joined.append(info.name)
            needed |= {f"{info.name}__{column}" for column in title_columns(info)}
    for column in (resource.scope.owner, resource.scope.unit):
        if column and column.endswith("_id"):
            needed.add(column.removesuffix("_id"))
    return rows.select_related(*joined).only(*needed)


def _shown(resource: Resource, columns: Sequence[str]) -> list[FieldInfo]:
    """The fields that a list reads for its columns; several links are read by whoever shows them."""
    # A time that is to be kept looks different once the record has been dealt with.
    pending = [one.field for one in conditions(resource.pending)]
    names = dict.fromkeys([*columns, resource.title, *([resource.subtitle] if resource.subtitle else []), *pending])
    infos = [field_of(resource, name) for name in names]
    return [info for info in infos if info is not None and info.kind is not Kind.LINKS]


def _read(
    rows: models.QuerySet[Any], resource: Resource, columns: Sequence[str] | None, order: Order | None = None
) -> list[Any]:
    """The rows of a list. With ``columns`` they are plain: the values shown, and of a link its id and its name.

    Making model instances of fifty rows and of all they point at would cost more than the query itself.
    """
    if columns is None:
        return list(rows.defer(*INDEXED))
    sources = {"pk": "pk", "version": "version", "updated_at": "updated_at"}
    for info in _shown(resource, columns):
        sources[info.column] = info.column
        if info.kind is Kind.LINK:
            sources[info.name] = f"{info.name}__{title_columns(info)[0]}"
    if order is not None:
        sources[order.info.sort_column] = order.info.sort_column
    names = tuple(sources)
    found = rows.values_list(*sources.values())
    return [SimpleNamespace(**dict(zip(names, values, strict=True))) for values in found]


def title_columns(info: FieldInfo) -> tuple[str, ...]:
    """The columns of a link's target that its name is made of."""
    if info.target is not None and has_resource(info.target):
        return (resource_of(info.target).title,)
    names = {field.name for field in info.target._meta.concrete_fields} if info.target else set()
    return tuple(name for name in ("full_name", "name") if name in names)[:1]


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
    return narrow(found, resource, columns).first()
