"""One row of a spreadsheet on its way to a record: typed values, or the reasons why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuke.engine.commands.lines import Sheet
from shuke.engine.exchange.resolve import Resolver
from shuke.engine.record.rich import plain
from shuke.engine.record.words import about
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind


@dataclass(slots=True)
class Row:
    """Line ``line`` of the sheet with its raw ``cells``; ``values`` are typed, ``errors`` told by field.

    ``changes``: the values before and after, by field, of a record that exists already.
    """

    line: int
    cells: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    record: Any = None
    outcome: str = ""

    @property
    def rows(self) -> Sequence[Row]:
        """All rows of the sheet that it stands for."""
        return (self,)

    @property
    def is_blank(self) -> bool:
        """Is there nothing in it?"""
        return not any(str(cell).strip("\u200b\ufeff \u00a0\u3000\t\r\n") for cell in self.cells if cell is not None)


@dataclass(slots=True)
class Document(Row):
    """The first row of a document, with the rows that follow it, and its lists of lines as they are to be stored."""

    more: list[Row] = field(default_factory=list)
    lines: dict[str, list[Row]] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def rows(self) -> Sequence[Row]:
        """The first row and those that follow it."""
        return (self, *self.more)


def read(rows: Sequence[Row], columns: Mapping[int, FieldInfo], resolver: Resolver, *, new: bool) -> None:
    """Fill ``values`` and ``errors`` of a batch.

    ``columns`` maps column positions to fields; ``new`` says that the required ones must be filled.
    """
    for at, info in columns.items():
        cells = [row.cells[at] if at < len(row.cells) else None for row in rows]
        resolver.learn(info, cells)
        for row, cell in zip(rows, cells, strict=True):
            _read_cell(row, info, cell, resolver)
    required = [info for info in columns.values() if info.required] if new else []
    for row in rows if required else ():
        demand(row, required)


def _read_cell(row: Row, info: FieldInfo, raw: Any, resolver: Resolver) -> None:
    try:
        row.values[info.name] = resolver.value_of(info, raw)
    except Invalid as error:
        row.errors[info.name] = str(error)
    except ValidationError as error:
        row.errors[info.name] = about(info.label, error.messages[0])


def says(info: FieldInfo, record: Any, value: Any) -> bool:
    """Does text with formatting say the same as the plain one of a spreadsheet? Then it stays as it is."""
    return info.kind is Kind.RICH_TEXT and plain(getattr(record, info.column)) == plain(value)


def demand(row: Row, required: Sequence[FieldInfo]) -> None:
    """Note an error for every one of these fields that the row leaves blank."""
    for info in required:
        if info.name not in row.errors and row.values.get(info.name) in (None, ""):
            row.errors[info.name] = _("%(field)s is required.") % {"field": info.label}
