"""A list in another shape than the table: which there are, and the context of the one that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.present.cells import Presenter
from shuke.engine.views.shapes import BOARD, CALENDAR, CHART, MAP, TABLE, shapes_of
from shuke.web.lists.boards import board_context
from shuke.web.lists.calendars import calendar_context
from shuke.web.lists.charts import chart_context
from shuke.web.lists.filters import ListState
from shuke.web.lists.maps import map_context

_CONTEXTS: Mapping[str, Callable[[Actor, ListState, Presenter], dict[str, Any]]] = {
    BOARD: board_context,
    CALENDAR: calendar_context,
    CHART: chart_context,
    MAP: map_context,
}


@dataclass(frozen=True)
class Way:
    """A way to look at the list: its words, its icon, the query that leads there."""

    title: str
    icon: str
    query: str
    current: bool


def shape_context(actor: Actor, state: ListState, presenter: Presenter) -> dict[str, Any]:
    """What the list's body needs when it is no table."""
    return {"body": f"web/lists/shape_{state.shape.name}.html", **_CONTEXTS[state.shape.name](actor, state, presenter)}


def ways(actor: Actor, state: ListState) -> list[Way]:
    """The shapes that the list can take; a single one is no choice."""
    words = _words()
    found = [
        Way(*words[shape.name], state.query(shape=shape.name), shape.name == state.shape.name)
        for shape in shapes_of(actor, state.resource)
    ]
    return found if len(found) > 1 else []


def _words() -> dict[str, tuple[str, str]]:
    return {
        TABLE: (_("Table"), _icon(icon="table")),
        BOARD: (_("Board"), _icon(icon="layout-kanban")),
        CALENDAR: (_("Calendar"), _icon(icon="calendar-month")),
        CHART: (_("Chart"), _icon(icon="chart-bar")),
        MAP: (_("Map"), _icon(icon="map-2")),
    }


def _icon(*, icon: str) -> str:
    """The sprite holds what sources name as ``icon="…"``."""
    return icon
