"""Exports: the selected rows, streamed, as the person may see them; safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.prepare import require
from shuke.engine.exchange.sheets import FORMULA_STARTS
from shuke.engine.present.cells import Cell, Presenter
from shuke.engine.query.paging import narrow, select
from shuke.kernel.criteria import EVERYTHING, Criteria
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.spec import Resource

KINDS = ("xlsx", "csv")
_CHUNK = 2_000
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.MONEY)
_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.DATETIME: "yyyy-mm-dd hh:mm", Kind.MONEY: "#,##0.00"}


def export_columns(actor: Actor, resource: Resource, wanted: Sequence[str] | None) -> Presenter:
    """The presenter for the wanted columns (all that the actor sees when None). Raises ``Invalid`` for unknown ones."""
    presenter = Presenter(actor, resource, wanted)
    unknown = set(wanted or ()) - set(presenter.columns)
    if unknown:
        raise Invalid(fields={name: _("There is no such column.") for name in unknown})
    return presenter


def cells(actor: Actor, presenter: Presenter, *, criteria: Criteria = EVERYTHING, q: str = "") -> Iterator[list[Cell]]:
    """The rows, through a server-side cursor: memory stays flat however many there are."""
    resource = presenter.resource
    selection = select(actor, resource, criteria=criteria, q=q, action="export")
    rows = narrow(selection.all(), resource, presenter.columns).order_by("-pk")
    for record in rows.iterator(chunk_size=_CHUNK):
        yield presenter.row(record)


def stream_csv(
    actor: Actor, resource: Resource, *, columns: Sequence[str] | None, criteria: Criteria = EVERYTHING, q: str = ""
) -> Iterator[str]:
    """CSV text in pieces, with a mark that makes Excel read it as UTF-8. The export is logged as a change."""
    presenter = _begin(actor, resource, columns)

    def pieces() -> Iterator[str]:
        yield "\ufeff"
        yield _line([str(info.label) for info in presenter.infos])
        for row in cells(actor, presenter, criteria=criteria, q=q):
            yield _line([_safe(_written(cell)) for cell in row])

    return pieces()


def write_file(
    actor: Actor,
    resource: Resource,
    folder: Path,
    *,
    kind: str,
    columns: Sequence[str] | None,
    criteria: Criteria = EVERYTHING,
    q: str = "",
    progress: Callable[[int], None],
) -> tuple[Path, int]:
    """Write the rows into ``folder``; returns the file and the number of rows. ``progress`` hears of every chunk."""
    if kind not in KINDS:
        raise Invalid(fields={"kind": _("Export as xlsx or csv.")})
    presenter = _begin(actor, resource, columns)
    path = folder / f"{resource.name}.{kind}"
    rows = _counting(cells(actor, presenter, criteria=criteria, q=q), progress)
    count = _write_xlsx(path, presenter.infos, rows) if kind == "xlsx" else _write_csv(path, presenter.infos, rows)
    return path, count


def _begin(actor: Actor, resource: Resource, columns: Sequence[str] | None) -> Presenter:
    require(actor, resource, "export")
    presenter = export_columns(actor, resource, columns)
    with change(actor, "export", resource.name, reason=", ".join(presenter.columns)):
        return presenter


def _counting(rows: Iterator[list[Cell]], progress: Callable[[int], None]) -> Iterator[list[Cell]]:
    for done, row in enumerate(rows, start=1):
        if done % _CHUNK == 0:
            progress(done)
        yield row


def _line(values: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(values)
    return buffer.getvalue()


def _safe(text: str) -> str:
    """No cell may become a formula; our own import takes the apostrophe off again."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _written(cell: Cell) -> str:
    if cell.kind in _NUMBERS and not cell.masked:
        return "" if cell.value is None else str(cell.value)
    return cell.text


def _write_csv(path: Path, infos: Sequence[FieldInfo], rows: Iterator[list[Cell]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([str(info.label) for info in infos])
        for row in rows:
            writer.writerow([_safe(_written(cell)) for cell in row])
            count += 1
    return count


def _write_xlsx(path: Path, infos: Sequence[FieldInfo], rows: Iterator[list[Cell]]) -> int:
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [str(info.label) for info in infos], book.add_format({"bold": True}))
    formats = [
        book.add_format({"num_format": _FORMATS[info.kind]}) if info.kind in _FORMATS else None for info in infos
    ]
    count = 0
    for count, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            value = cell.value
            if value is None or value == "":
                continue
            if cell.masked or cell.kind not in (*_NUMBERS, Kind.DATE, Kind.DATETIME):
                sheet.write_string(count, at, cell.text)
            elif isinstance(value, datetime.datetime):
                sheet.write_datetime(count, at, timezone.make_naive(value), formats[at])
            elif isinstance(value, datetime.date):
                sheet.write_datetime(count, at, value, formats[at])
            else:
                sheet.write_number(count, at, float(value) if isinstance(value, Decimal) else value, formats[at])
    book.close()
    return count
