"""The list as a chart: bars, a line or a pie as SVG made here, its figures as a table; each leads to its rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.present.cells import Presenter, text_of
from shuke.engine.query.charting import OTHERS, Slice, slices
from shuke.engine.query.grouping import Grouping, Total, addable, criteria_of, groupable, totals_of
from shuke.engine.views.shapes import CHART, PICTURES, TABLE, Shape, columns_of
from shuke.kernel.criteria import EVERYTHING, All
from shuke.resource.describe import Kind
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import ListState, read_state
from shuke.web.lists.groups import SUB, bucket_offers, group_titles, how_words, selection_of
from shuke.web.values.chips import chip_value

_HOWS = ("sum", "avg")
# Pieces of a pie; smaller ones become one.
_PIECES = 8
# A chart is drawn for a window and for a phone, whose writing would be too small in the picture of a window.
_WIDTHS = {"wide": 960, "narrow": 400}
_LEFT, _FLOOR, _TOP = 64, 300, 16
# The room of a word below the axis, and of one sign of it.
_WORD, _SIGN = 66, 6.4
_TURN = 2 * math.pi


@dataclass(frozen=True)
class Figure:
    """A group of the chart: its words, its number in words, and the query that shows its rows as a list."""

    title: str
    value: Decimal
    written: str
    count: str
    query: str


@dataclass(frozen=True)
class Drawing:
    """Bars or points in a picture of one width, and the line that joins them."""

    name: str
    width: int
    marks: Sequence[Mark]
    line: str


@dataclass(frozen=True)
class Mark:
    """A figure as it is drawn: a bar's box, a point, or the outline of a piece; and what is written beside it."""

    figure: Figure
    x: str = ""
    y: str = ""
    width: str = ""
    height: str = ""
    middle: str = ""
    path: str = ""
    hue: int = 0
    label: str = ""


def chart_context(actor: Actor, state: ListState, presenter: Presenter) -> dict[str, Any]:
    """What may be chosen; the figures themselves read every row and come after the page."""
    grouping = _grouping(actor, state)
    return {
        "by": [
            (str(info.label), state.query(group=info.name), info.name == grouping.info.name)
            for info in groupable(actor, state.resource)
        ],
        "buckets": [(one.title.removeprefix(SUB), one.query, one.current) for one in bucket_offers(state, grouping)],
        "field": grouping.info,
        "pictures": [
            (words, state.query(shape=Shape(CHART, manner=picture).text), picture == state.shape.manner)
            for picture, words in zip(PICTURES, (_("Bars"), _("Line"), _("Pie")), strict=True)
        ],
        **measure_context(actor, state),
    }


def measure_context(actor: Actor, state: ListState) -> dict[str, Any]:
    """What can be counted and added up, and which of it is drawn."""
    total = measure_of(actor, state)
    offers = [(_("Number of records"), state.query(totals=None), total is None)]
    for info in addable(actor, state.resource):
        for how in _HOWS:
            text = f"{info.name}:{how}"
            offers.append(
                (f"{info.label} · {how_words()[how]}", state.query(totals=text), bool(total and total.text == text))
            )
    return {"measures": offers, "measured": measure_words(total)}


def measure_words(total: Total | None) -> str:
    """What the numbers of a chart or a map are."""
    return f"{total.info.label} · {how_words()[total.how]}" if total else _("Number of records")


def measure_of(actor: Actor, state: ListState) -> Total | None:
    """The first of the view's totals; None counts the records."""
    wanted = totals_of(actor, state.resource, state.layout.totals)
    return next((one for one in wanted if one.how in _HOWS), None)


def _grouping(actor: Actor, state: ListState) -> Grouping:
    found = columns_of(actor, state.resource, state.layout.group)
    assert found is not None
    return found


@require_GET
def chart_part(request: PageRequest, name: str) -> HttpResponse:
    """The chart itself and its table (a fragment; reads every selected row)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    grouping, total = _grouping(actor, state), measure_of(actor, state)
    figures = _figures(actor, state, grouping, total)
    picture = state.shape.manner or PICTURES[0]
    context = {
        "resource": resource,
        "figures": figures,
        "field": grouping.info,
        "measured": measure_words(total),
        "adds": total is not None,
        "picture": picture,
        **draw(picture, figures, total),
    }
    return render(request, "web/lists/chart.html", context)


def _figures(actor: Actor, state: ListState, grouping: Grouping, total: Total | None) -> list[Figure]:
    found = slices(selection_of(actor, state), grouping, total)
    titles = {**group_titles(actor, grouping, [one.key for one in found if one.key != OTHERS]), OTHERS: _("others")}
    return [
        figure(one, titles.get(one.key, one.key), total, "" if one.key == OTHERS else drill(state, grouping, one.key))
        for one in found
    ]


def figure(one: Slice, title: str, total: Total | None, query: str) -> Figure:
    """A slice in words and numbers of the reader's language."""
    return Figure(title, one.value, number_words(one.value, total), f"{one.count:,}", query)


def number_words(value: Decimal, total: Total | None) -> str:
    """A number as people read it: money as money, a mean with two places."""
    if total is None or total.info.kind is Kind.INTEGER:
        return f"{round(value, 2).normalize():,f}"
    return text_of(total.info, round(value, 2))


def drill(state: ListState, grouping: Grouping, key: str) -> str:
    """The query of a group's rows as a table: one chip more, or – beside a chip of the same field – one condition."""
    part = criteria_of(grouping, key)
    name = grouping.info.name
    chip = chip_value(grouping.info, part)
    plain: dict[str, str | None] = {"shape": TABLE, "group": None}
    if chip is not None and name not in state.filters:
        return state.query(**plain, **{name: chip})
    where = part if state.layout.where == EVERYTHING else All((state.layout.where, part))
    layout = replace(state.layout, where=where)
    return replace(state, layout=layout).query(**plain)


# ---- drawing ---------------------------------------------------------------------------------------------------------


def draw(picture: str, figures: Sequence[Figure], total: Total | None) -> dict[str, Any]:
    """What the template draws: the pieces of a pie; bars and lines in each width, and the numbers beside their axis."""
    if picture == "pie":
        return {"marks": _pieces(figures)}
    top, step = _scale(max((one.value for one in figures), default=Decimal(1)))
    ticks = [
        (_number(_height(step * number, top)), number_words(step * number, total))
        for number in range(int(top / step) + 1)
    ]
    drawings = [_drawing(name, width, figures, top) for name, width in _WIDTHS.items()]
    return {"drawings": drawings, "ticks": ticks, "left": _LEFT}


def _drawing(name: str, width: int, figures: Sequence[Figure], top: Decimal) -> Drawing:
    marks = _bars(figures, top, width)
    return Drawing(name, width, marks, " ".join(f"{mark.middle},{mark.y}" for mark in marks))


def _scale(most: Decimal) -> tuple[Decimal, Decimal]:
    """The top of the axis and its step: 1, 2 or 5 times a power of ten, four to eight steps."""
    if most <= 0:
        return Decimal(1), Decimal(1)
    power = Decimal(10) ** (math.floor(math.log10(most)) - 1)
    step = next((power * times for times in (1, 2, 5, 10, 20) if most / (power * times) <= 5), power * 20)
    return step * math.ceil(most / step), step


def _height(value: Decimal, top: Decimal) -> float:
    return _FLOOR - float(max(value, Decimal(0)) / top) * (_FLOOR - _TOP)


def _bars(figures: Sequence[Figure], top: Decimal, width: int) -> list[Mark]:
    room = (width - _LEFT) / max(len(figures), 1)
    wide = min(room * 0.7, 56)
    every = math.ceil(len(figures) / max(1, int((width - _LEFT) / _WORD)))
    marks = []
    for number, one in enumerate(figures):
        middle, y = _LEFT + room * (number + 0.5), _height(one.value, top)
        # The last word would reach over the edge.
        fits = number % every == 0 and (middle + _WORD / 2 < width or len(figures) < 4)
        marks.append(
            Mark(
                one,
                _number(middle - wide / 2),
                _number(y),
                _number(wide),
                _number(max(_FLOOR - y, 0)),
                _number(middle),
                label=_short(one.title, max(room, _WORD) - 6) if fits else "",
            )
        )
    return marks


def _short(words: str, room: float) -> str:
    """As much of a title as fits under a bar; Chinese characters are twice as wide as others."""
    most, used = room / _SIGN, 0
    for at, sign in enumerate(words):
        used += 2 if sign > "\u2e80" else 1
        if used > most:
            return f"{words[: at - 1]}…"
    return words


def _pieces(figures: Sequence[Figure]) -> list[Mark]:
    """Pieces of a ring, the largest first; what is below the eighth is one grey piece."""
    filled = sorted((one for one in figures if one.value > 0), key=lambda one: -one.value)
    whole = sum((one.value for one in filled), Decimal(0))
    shown = filled[:_PIECES]
    rest = whole - sum((one.value for one in shown), Decimal(0))
    if rest:
        shown = [*shown, Figure(_("others"), rest, "", "", "")]
    marks, begin = [], Decimal(0)
    for number, one in enumerate(shown):
        end = begin + one.value / whole
        share = f"{one.value / whole * 100:.1f} %"
        marks.append(Mark(one, path=_ring(float(begin), float(end)), hue=min(number, _PIECES), label=share))
        begin = end
    return marks


def _ring(begin: float, end: float) -> str:
    """The outline of a piece between two shares of the turn; a whole ring is drawn as two halves."""
    if end - begin > 0.9999:
        return f"{_ring(0, 0.5)} {_ring(0.5, 0.9998)}"
    large = int(end - begin > 0.5)

    def at(share: float, radius: int) -> str:
        angle = share * _TURN - math.pi / 2
        return f"{170 + radius * math.cos(angle):.2f} {170 + radius * math.sin(angle):.2f}"

    return (
        f"M {at(begin, 150)} A 150 150 0 {large} 1 {at(end, 150)} L {at(end, 88)} A 88 88 0 {large} 0 {at(begin, 88)} Z"
    )


def _number(value: float) -> str:
    return f"{value:.1f}"
