"""One row of a spreadsheet on its way to a record: typed values, or the reasons why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuke.engine.exchange.resolve import Resolver
from shuke.engine.record.values import coerce
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.spec import Resource

_LINKS = (Kind.OPTION, Kind.LINK)


@dataclass
class Row:
    """Line ``line`` of the sheet with its raw ``cells``; ``values`` are typed, ``errors`` told by field."""

    line: int
    cells: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    record: Any = None
    outcome: str = ""

    @property
    def is_blank(self) -> bool:
        """Is there nothing in it?"""
        return not any(str(cell).strip("\u200b\ufeff \u00a0\u3000\t\r\n") for cell in self.cells if cell is not None)


def read(
    rows: Sequence[Row], columns: Mapping[int, FieldInfo], resource: Resource, resolver: Resolver, *, new: bool
) -> None:
    """Fill ``values`` and ``errors`` of a batch.

    ``columns`` maps column positions to fields; ``new`` says that the required ones must be filled.
    """
    for at, info in columns.items():
        resolver.learn(info, (row.cells[at] for row in rows if at < len(row.cells)))
    for row in rows:
        for at, info in columns.items():
            _read_cell(row, info, row.cells[at] if at < len(row.cells) else None, resolver)
        if new:
            _require(row, columns)


def _read_cell(row: Row, info: FieldInfo, raw: Any, resolver: Resolver) -> None:
    try:
        if info.kind in _LINKS:
            row.values[info.name] = resolver.id_of(info, raw)
            return
        value = coerce(info, raw)
        if value not in (None, ""):
            info.source.run_validators(value)
        row.values[info.name] = value
    except Invalid as error:
        row.errors[info.name] = str(error)
    except ValidationError as error:
        row.errors[info.name] = f"{info.label}: {error.messages[0]}"


def _require(row: Row, columns: Mapping[int, FieldInfo]) -> None:
    for info in columns.values():
        if info.required and info.name not in row.errors and row.values.get(info.name) in (None, ""):
            row.errors[info.name] = _("%(field)s is required.") % {"field": info.label}
