"""The list as a board: a column for each value of a field, cards that are moved between them, more cards on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.prepare import require
from shuke.engine.present.cells import Presenter
from shuke.engine.query.grouping import (
    EMPTY,
    Grouping,
    can_be_empty,
    criteria_of,
    groupable,
    keys_of,
)
from shuke.engine.query.ordering import order_of
from shuke.engine.query.paging import cursor_at, page
from shuke.engine.query.sampling import Measure, Sample, sample
from shuke.engine.views.shapes import columns_of
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.frame.when import Clock
from shuke.web.lists.filters import ListState, read_state
from shuke.web.lists.groups import group_titles, selection_of
from shuke.web.values.cells import address_of, cell_html, says_something

CARDS = 20
# A column is counted so far; exact numbers and sums come after the page, as below a table.
_CAP = 1_000
# More columns than these nobody looks through.
_MOST = 24
# What a card shows below its title.
_LINES = 4
_FEW = frozenset({Kind.OPTION, Kind.CHOICE, Kind.BOOLEAN})


@dataclass(frozen=True)
class Card:
    """A record on a board or in a calendar: its title, a few of its values, and the version that a move starts from."""

    id: int
    version: int
    title: str
    address: str
    lines: Sequence[tuple[str, SafeString]] = ()


@dataclass(frozen=True)
class Lane:
    """A column of the board. ``value`` is what a card gets that is put here."""

    key: str
    value: str
    title: str
    count: str
    cards: list[Card]
    more: str | None


def board_context(actor: Actor, state: ListState, presenter: Presenter) -> dict[str, Any]:
    """The columns with their first cards, each counted; one statement and one more that reads the cards."""
    grouping = _grouping(actor, state)
    presenter = _on_cards(actor, state, grouping.info)
    selection = selection_of(actor, state)
    keys = _keys(actor, state, grouping)
    order = order_of(actor, state.resource, state.order)
    samples = sample(selection, grouping, keys, order, presenter.columns, Measure(CARDS, _CAP))
    if grouping.info.kind not in _FEW:
        samples = [one for one in samples if one.count][:_MOST]
    titles = group_titles(actor, grouping, keys)
    clock = Clock.here()

    def lane(one: Sample) -> Lane:
        cursor = cursor_at(order, one.rows[-1]) if one.more else None
        return Lane(
            one.key,
            written(grouping.info, one.key),
            titles.get(one.key, one.key),
            f"{one.count:,}{'' if one.exact else '+'}",
            cards_of(presenter, one.rows, clock),
            state.query(group_key=one.key, group=grouping.text, cursor=cursor) if cursor else None,
        )

    return {
        "lanes": [lane(one) for one in samples],
        "field": grouping.info,
        "movable": movable(actor, state.resource, grouping),
        "sums": state.query(group=grouping.text) if state.layout.totals else "",
        "by": [
            (str(info.label), state.query(group=info.name), info.name == grouping.info.name)
            for info in groupable(actor, state.resource)
        ],
    }


def _grouping(actor: Actor, state: ListState) -> Grouping:
    """The view's grouping, or the field that makes the best columns; ``read_shape`` made sure that there is one."""
    found = columns_of(actor, state.resource, state.layout.group)
    assert found is not None
    return found


def _keys(actor: Actor, state: ListState, grouping: Grouping) -> list[str]:
    """A column for every value, and one for those without."""
    empty = [EMPTY] if can_be_empty(grouping.info) else []
    return [*keys_of(selection_of(actor, state), grouping), *empty]


def _on_cards(actor: Actor, state: ListState, left_out: FieldInfo) -> Presenter:
    """The list's first columns after the title; what the column says already stays out."""
    title = state.resource.title
    names = [column.name for column in state.columns if column.name not in (title, left_out.name)]
    return Presenter(actor, state.resource, [title, *names[:_LINES]])


def movable(actor: Actor, resource: Resource, grouping: Grouping) -> bool:
    """Can a record be moved between the groups? Only where the group is a value that the actor may write."""
    is_value = not grouping.bucket or grouping.bucket == "day"
    return is_value and actor.may(resource.name, "edit") and FieldAccess(actor, resource).changes(grouping.info.name)


def written(info: FieldInfo, key: str) -> str:
    """A group's key as the form of its field would send it."""
    if key == EMPTY:
        return ""
    if info.kind is Kind.BOOLEAN:
        return "1" if key == "yes" else "0"
    return key


def cards_of(presenter: Presenter, records: Sequence[Any], clock: Clock, *, left_out: str = "") -> list[Card]:
    """Rows as cards: the title, where the actor sees it, and the presenter's other columns but the one left out."""
    resource = presenter.resource
    cells = presenter.rows(records)
    return [
        Card(
            record.pk,
            record.version,
            next((cell.text for cell in row if cell.name == resource.title), "") or "—",
            address_of(resource.name, record.pk),
            [
                (str(info.label), cell_html(cell, info, clock))
                for info, cell in zip(presenter.infos, row, strict=True)
                if info.name not in (resource.title, left_out) and says_something(cell, info)
            ],
        )
        for record, row in zip(records, cells, strict=True)
    ]


@require_GET
def more_cards(request: PageRequest, name: str) -> HttpResponse:
    """The next cards of the column ``group_key`` (a fragment)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    grouping = _grouping(actor, state)
    key = request.GET.get("group_key", "")
    presenter = _on_cards(actor, state, grouping.info)
    selection = selection_of(actor, state, criteria_of(grouping, key))
    found = page(selection, columns=presenter.columns, sort=state.order, cursor=state.cursor, limit=CARDS)
    cards = cards_of(presenter, found.rows, Clock.here())
    lane = Lane(key, "", "", "", cards, state.query(group_key=key, cursor=found.next) if found.next else None)
    context = {"lane": lane, "resource": resource, "movable": movable(actor, resource, grouping)}
    return render(request, "web/lists/board_cards.html", context)
