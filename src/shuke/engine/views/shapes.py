"""How a list may be shown beside the table, and what each way needs of the object: told in one word.

``board`` – ``calendar:next_contact_at:week`` – ``chart:pie`` – ``map:region``. What a board's columns, a chart's bars
and a map's figures are is said by the view's grouping and totals, which a table has as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.options.models import Region
from shuke.engine.query.compile import fields_offered
from shuke.engine.query.grouping import Grouping, groupable, grouping_of
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.spec import Resource

TABLE, BOARD, CALENDAR, CHART, MAP = "table", "board", "calendar", "chart", "map"
SHAPES = (TABLE, BOARD, CALENDAR, CHART, MAP)
SPANS = ("month", "week", "day", "agenda")
PICTURES = ("bar", "line", "pie")
_DAYS = frozenset({Kind.DATE, Kind.DATETIME})
_FEW = frozenset({Kind.OPTION, Kind.CHOICE, Kind.BOOLEAN})


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to show a list: its name, the field it stands on, and its manner (a calendar's span, a chart's picture)."""

    name: str = TABLE
    field: str = ""
    manner: str = ""

    @property
    def text(self) -> str:
        """As it stands in addresses and saved views; "" for the table."""
        if self.name == TABLE:
            return ""
        return ":".join(part for part in (self.name, self.field, self.manner) if part)


AS_TABLE = Shape()


def read_shape(actor: Actor, resource: Resource, text: str) -> Shape:
    """What a shape's word says, with the rest filled in. Raises ``Invalid`` for what the object cannot be shown as."""
    name, *parts = (text or TABLE).split(":")
    found = _READ[name](actor, resource, parts) if name in _READ else None
    if found is None:
        raise Invalid(fields={"shape": _("A list is shown as: %(shapes)s.") % {"shapes": ", ".join(SHAPES)}})
    return found


def shapes_of(actor: Actor, resource: Resource) -> list[Shape]:
    """Every way in which the actor can look at the object's list."""
    return [found for read in _READ.values() if (found := read(actor, resource, []))]


def days_of(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The fields that a calendar can stand on."""
    return sorted(
        (info for info in fields_offered(actor, resource) if info.kind in _DAYS), key=lambda info: info.spec.readonly
    )


def regions_of(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The fields that a map can show."""
    return [info for info in fields_offered(actor, resource) if info.target is Region]


def columns_of(actor: Actor, resource: Resource, group: str) -> Grouping | None:
    """What a board's columns and a chart's bars are: the view's grouping, else the field that fits best.

    That is one with few values which the actor may change, then any with few values, then the day of the entry.
    """
    if group:
        return grouping_of(actor, resource, group)
    access = FieldAccess(actor, resource)
    infos = groupable(actor, resource)
    few = [info for info in infos if info.kind in _FEW]
    best = next((info for info in few if access.changes(info.name)), None) or next(iter(few or infos), None)
    return grouping_of(actor, resource, best.name) if best else None


def _table(actor: Actor, resource: Resource, parts: list[str]) -> Shape | None:
    return None if parts else Shape()


def _board(actor: Actor, resource: Resource, parts: list[str]) -> Shape | None:
    return None if parts or not columns_of(actor, resource, "") else Shape(BOARD)


def _calendar(actor: Actor, resource: Resource, parts: list[str]) -> Shape | None:
    names = [info.name for info in days_of(actor, resource)]
    field, span = ([*parts, "", ""])[:2]
    field, span = field or next(iter(names), ""), span or SPANS[0]
    return Shape(CALENDAR, field, span) if len(parts) < 3 and field in names and span in SPANS else None


def _chart(actor: Actor, resource: Resource, parts: list[str]) -> Shape | None:
    picture = parts[0] if parts else PICTURES[0]
    offered = len(parts) < 2 and picture in PICTURES and columns_of(actor, resource, "")
    return Shape(CHART, manner=picture) if offered else None


def _map(actor: Actor, resource: Resource, parts: list[str]) -> Shape | None:
    names = [info.name for info in regions_of(actor, resource)]
    field = parts[0] if parts else next(iter(names), "")
    return Shape(MAP, field) if len(parts) < 2 and field in names else None


_READ: dict[str, Callable[[Actor, Resource, list[str]], Shape | None]] = {
    TABLE: _table,
    BOARD: _board,
    CALENDAR: _calendar,
    CHART: _chart,
    MAP: _map,
}
