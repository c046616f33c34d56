"""The list as a map: a tile for each province of China, coloured by its figure; a province opens to its cities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.options.models import Region
from shuke.engine.present.cells import Presenter
from shuke.engine.query.charting import Slice, by_region
from shuke.engine.query.grouping import EMPTY, Total
from shuke.engine.views.shapes import MAP, TABLE, Shape, regions_of
from shuke.kernel.digits import whole_number
from shuke.resource.describe import fields_of
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.charts import Figure, draw, figure, measure_context, measure_of, measure_words
from shuke.web.lists.filters import ListState, read_state
from shuke.web.lists.groups import selection_of
from shuke.web.values.chips import EMPTY as EMPTY_CHIP

_PROVINCE, _CITY = 10_000, 100
# From where on a number is written shorter, in what, and that unit's word.
_SIZES = ((10**9, 10**9, "G"), (10**6, 10**6, "M"), (10**4, 10**3, "k"))
_SIZE, _GAP, _SHADES = 64, 4, 5

# Where each province stands, as rows of tiles from the north to the south; the place on the map, not its shape.
_ROWS = (
    "-- -- -- -- -- -- -- -- 23",
    "65 -- -- -- -- 15 -- 22 --",
    "-- 62 64 14 13 11 12 21 --",
    "63 -- 61 41 37 -- -- -- --",
    "54 51 50 42 34 32 31 -- --",
    "-- 53 52 43 36 33 -- 71 --",
    "-- -- 45 44 35 -- -- -- --",
    "-- -- 46 82 81 -- -- -- --",
)
# Of a province's code.
_DIGITS = 6
_PLACES = {
    int(code) * _PROVINCE: (column, row)
    for row, line in enumerate(_ROWS)
    for column, code in enumerate(line.split())
    if code != "--"
}
# Provinces whose first two characters do not name them.
_SHORT = {15: "内蒙古", 23: "黑龙江"}


# These are divided into districts at once.
_WITHOUT_CITIES = frozenset({110_000, 120_000, 310_000, 500_000})


@dataclass(frozen=True)
class Tile:
    """A province on the map: its place, its figure, and how deep its colour is (0 for none)."""

    x: int
    y: int
    short: str
    figure: Figure
    shade: int

    @property
    def number(self) -> str:
        """The figure as it fits into the tile: 1.2k, 3.4M."""
        return _short_number(self.figure.value)


def map_context(actor: Actor, state: ListState, presenter: Presenter) -> dict[str, Any]:
    """What may be chosen; the figures come after the page."""
    field = state.shape.field
    return {
        "field": fields_of(state.resource)[field],
        "by": [
            (str(info.label), state.query(shape=Shape(MAP, info.name).text), info.name == field)
            for info in regions_of(actor, state.resource)
        ],
        "back": state.query(**{field: None}) if _province(state) else "",
        **measure_context(actor, state),
    }


def _province(state: ListState) -> int | None:
    """The province that the list is narrowed to, if it is."""
    text = state.filters.get(state.shape.field, "")
    code = whole_number(text) if len(text) == _DIGITS else None
    return code if code in _PLACES else None


@require_GET
def map_part(request: PageRequest, name: str) -> HttpResponse:
    """The map, or the cities of the province that the list is narrowed to (a fragment; reads every selected row)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    total, province = measure_of(actor, state), _province(state)
    context = {
        "resource": resource,
        "measured": measure_words(total),
        "adds": total is not None,
        "field": fields_of(resource)[state.shape.field],
    }
    if province:
        figures = _cities(actor, state, province, total)
        context |= {"figures": figures, "picture": "bar", **draw("bar", figures, total)}
        return render(request, "web/lists/chart.html", context)
    figures, tiles = _provinces(actor, state, total)
    context |= {"figures": figures, "tiles": tiles, "size": _SIZE, "half": _SIZE // 2}
    return render(request, "web/lists/map.html", context)


def _found(actor: Actor, state: ListState, total: Total | None, places: int) -> list[Slice]:
    return by_region(selection_of(actor, state), fields_of(state.resource)[state.shape.field], total, places=places)


def _provinces(actor: Actor, state: ListState, total: Total | None) -> tuple[list[Figure], list[Tile]]:
    found = _found(actor, state, total, _PROVINCE)
    names = _names([*_PLACES])
    slices = {one.key: one for one in found}
    most = max((one.value for one in found if one.key != EMPTY), default=Decimal(0))
    tiles = []
    for code, (column, row) in _PLACES.items():
        one = slices.get(str(code), Slice(str(code), 0, Decimal(0)))
        tiles.append(
            Tile(
                column * (_SIZE + _GAP),
                row * (_SIZE + _GAP),
                _SHORT.get(code // _PROVINCE, names.get(code, "")[:2]),
                figure(one, names.get(code, str(code)), total, _narrowed(state, code) if one.count else ""),
                _shade(one.value, most),
            )
        )
    return [_figure(state, one, names, total) for one in found], tiles


def _figure(state: ListState, one: Slice, names: dict[int, str], total: Total | None) -> Figure:
    if one.key == EMPTY:
        return figure(one, _("empty"), total, state.query(shape=TABLE, **{state.shape.field: EMPTY_CHIP}))
    return figure(one, names.get(int(one.key), one.key), total, _narrowed(state, int(one.key)))


def _cities(actor: Actor, state: ListState, province: int, total: Total | None) -> list[Figure]:
    found = _found(actor, state, total, 1 if province in _WITHOUT_CITIES else _CITY)
    names = _names([int(one.key) for one in found if one.key != EMPTY])
    titles = {**names, province: _("whole province")}
    return [
        figure(
            one,
            titles.get(int(one.key), _("counties of the province")),
            total,
            state.query(shape=TABLE, **{state.shape.field: one.key}),
        )
        for one in found
        if one.key != EMPTY
    ]


def _narrowed(state: ListState, code: int) -> str:
    """The same map, narrowed to a province: its cities."""
    return state.query(**{state.shape.field: str(code)})


def _names(codes: Sequence[int]) -> dict[int, str]:
    return dict(Region.objects.filter(pk__in=codes).values_list("pk", "name"))


def _short_number(value: Decimal) -> str:
    for least, unit, word in _SIZES:
        if value >= least:
            return f"{value / unit:.1f}{word}"
    return f"{round(value, 1).normalize():f}"


def _shade(value: Decimal, most: Decimal) -> int:
    """1–5 by the root of the share of the largest figure – one province often has most of all – and 0 for nothing."""
    if value <= 0 or most <= 0:
        return 0
    return min(_SHADES, 1 + int((value / most).sqrt() * _SHADES))
