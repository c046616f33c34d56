"""What a view holds: which rows, in which order, which columns, grouped and added up how – as data and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.query.compile import compile_criteria
from shuke.engine.query.grouping import grouping_of, totals_of
from shuke.engine.query.ordering import order_of
from shuke.engine.views.shapes import TABLE, read_shape
from shuke.kernel.criteria import EVERYTHING, Criteria, dump, parse
from shuke.kernel.errors import Invalid
from shuke.resource.spec import Resource

# Widths of columns go in steps, so that a style sheet without inline styles has a class for each.
NARROWEST, WIDEST, STEP = 60, 600, 20
_MOST_COLUMNS = 60
_WIDTH = re.compile(r"[0-9]{1,4}")
_KEYS = frozenset({"filter", "sort", "columns", "group", "totals", "shape"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``width`` in pixels, None for as wide as it needs."""

    name: str
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """The parts of a view; empty ones mean the object's own.

    ``sort`` is a field with ``-`` for descending; ``group`` and each of ``totals`` name a field and how to take it:
    ``created_at:month``, ``credit_limit:sum``; ``shape`` says how it is shown (``shapes.py``), "" as a table.
    """

    criteria: Criteria = EVERYTHING
    sort: str = ""
    columns: tuple[Column, ...] = ()
    group: str = ""
    totals: tuple[str, ...] = ()
    shape: str = ""


def read_columns(text: str) -> tuple[Column, ...]:
    """``name:220,level`` → columns; each once, widths brought into the steps."""
    found: dict[str, Column] = {}
    for item in text.split(",")[:_MOST_COLUMNS]:
        name, _colon, width = item.strip().partition(":")
        if name and name not in found:
            found[name] = Column(name, stepped(int(width)) if _WIDTH.fullmatch(width) else None)
    return tuple(found.values())


def write_columns(columns: Sequence[Column]) -> str:
    """The reverse of ``read_columns``."""
    return ",".join(f"{column.name}:{column.width}" if column.width else column.name for column in columns)


def stepped(width: int) -> int:
    """The nearest width that there is."""
    return min(WIDEST, max(NARROWEST, round(width / STEP) * STEP))


def load(data: Mapping[str, Any]) -> Definition:
    """A definition from JSON data. Raises ``Invalid`` for data that is none."""
    unknown = set(data) - _KEYS
    if unknown:
        raise Invalid(fields={sorted(unknown)[0]: _("A view has no such part.")})
    texts = {name: data.get(name) or "" for name in ("sort", "group")}
    lists = {name: data.get(name) or [] for name in ("columns", "totals")}
    for name, value in [*texts.items(), ("shape", data.get("shape", ""))]:
        if not isinstance(value, str):
            raise Invalid(fields={name: _("Enter a text.")})
    for name, value in lists.items():
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Invalid(fields={name: _("Enter a list of texts.")})
    return Definition(
        criteria=parse(data.get("filter")),
        sort=texts["sort"],
        columns=read_columns(",".join(lists["columns"])),
        group=texts["group"],
        totals=tuple(lists["totals"]),
        shape="" if data.get("shape") in (None, TABLE) else data["shape"],
    )


def store(definition: Definition) -> dict[str, Any]:
    """A definition as JSON data; ``load(store(d)) == d``."""
    return {
        "filter": dump(definition.criteria),
        "sort": definition.sort,
        "columns": [write_columns([column]) for column in definition.columns],
        "group": definition.group,
        "totals": list(definition.totals),
        "shape": definition.shape or TABLE,
    }


def check(actor: Actor, resource: Resource, definition: Definition) -> None:
    """Raises ``Invalid`` when a part makes no sense for the object, or shows what the actor may not see."""
    compile_criteria(definition.criteria, actor, resource)
    access = FieldAccess(actor, resource)
    hidden = [column.name for column in definition.columns if not access.sees(column.name)]
    if hidden:
        raise Invalid(fields={"columns": _("There is no field “%(field)s”.") % {"field": hidden[0]}})
    if definition.sort:
        order_of(actor, resource, definition.sort)
    read_shape(actor, resource, definition.shape)
    if definition.group:
        grouping_of(actor, resource, definition.group)
    totals_of(actor, resource, definition.totals)


def makes_sense(actor: Actor, resource: Resource, definition: Definition) -> bool:
    """May the actor look at a list with this definition? Columns that are hidden from him simply stay out."""
    try:
        compile_criteria(definition.criteria, actor, resource)
        if definition.sort:
            order_of(actor, resource, definition.sort)
        if definition.group:
            grouping_of(actor, resource, definition.group)
        totals_of(actor, resource, definition.totals)
        read_shape(actor, resource, definition.shape)
    except Invalid:
        return False
    return True
