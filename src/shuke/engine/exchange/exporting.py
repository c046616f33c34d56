"""Exports: the selected rows, streamed, as the person may see them; safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import datetime
import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
from shuke.engine.audit.context import change
from shuke.engine.commands.prepare import require
from shuke.engine.exchange.columns import NUMBERS, Column, export_columns
from shuke.engine.exchange.sheets import escaped
from shuke.engine.query.paging import select
from shuke.kernel.criteria import EVERYTHING, Criteria
from shuke.kernel.errors import Invalid
from shuke.resource.describe import Kind
from shuke.resource.spec import Resource

KINDS = ("xlsx", "csv")
_CHUNK = 2_000
_SHEET_ROWS = 1_048_575
_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.DATETIME: "yyyy-mm-dd hh:mm", Kind.MONEY: "#,##0.00"}
_BOOK = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def rows_of(
    actor: Actor, resource: Resource, columns: Sequence[Column], *, criteria: Criteria = EVERYTHING, q: str = ""
) -> Iterator[list[Any]]:
    """The typed rows through a server-side cursor, newest first: memory stays flat however many there are.

    Raises ``Invalid`` for senseless criteria at once, not with the first row.
    """
    # An export grant that reaches further than the view grant opens nothing that one may not see.
    rows = select(actor, resource, criteria=criteria, q=q, action="export").all().filter(combined(actor, resource))
    joined = {f"joined_{at}": column.source for at, column in enumerate(columns) if not isinstance(column.source, str)}
    names = [column.source if isinstance(column.source, str) else f"joined_{at}" for at, column in enumerate(columns)]
    found = rows.annotate(**joined).values_list(*names).order_by("-pk")
    makers = [column.typed for column in columns]
    return ([make(value) for make, value in zip(makers, row, strict=True)] for row in found.iterator(chunk_size=_CHUNK))


def stream_csv(
    actor: Actor, resource: Resource, *, columns: Sequence[str] | None, criteria: Criteria = EVERYTHING, q: str = ""
) -> Iterator[str]:
    """CSV text in pieces, with a mark that makes Excel read it as UTF-8. The export is logged as a change."""
    chosen = _begin(actor, resource, columns)
    rows = rows_of(actor, resource, chosen, criteria=criteria, q=q)

    def pieces() -> Iterator[str]:
        yield "\ufeff"
        for row in _csv_rows(chosen, rows):
            buffer = io.StringIO()
            csv.writer(buffer, lineterminator="\r\n").writerow(row)
            yield buffer.getvalue()

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
    chosen = _begin(actor, resource, columns)
    path = folder / f"{resource.name}.{kind}"
    # Under a name of its own until it is whole: another worker may be writing the same export.
    draft = folder / f".{secrets.token_hex(8)}.{kind}"
    rows = _counting(rows_of(actor, resource, chosen, criteria=criteria, q=q), progress)
    count = (_write_xlsx if kind == "xlsx" else _write_csv)(draft, chosen, rows)
    return draft.replace(path), count


def _begin(actor: Actor, resource: Resource, columns: Sequence[str] | None) -> list[Column]:
    require(actor, resource, "export")
    chosen = export_columns(actor, resource, columns)
    with change(actor, "export", resource.name, reason=", ".join(column.info.name for column in chosen)):
        return chosen


def _counting(rows: Iterator[list[Any]], progress: Callable[[int], None]) -> Iterator[list[Any]]:
    for done, row in enumerate(rows, start=1):
        if done % _CHUNK == 0:
            progress(done)
        yield row


def _csv_rows(columns: Sequence[Column], rows: Iterator[list[Any]]) -> Iterator[list[str]]:
    yield [str(column.info.label) for column in columns]
    numeric = [column.kind in NUMBERS for column in columns]
    for row in rows:
        yield [_written(value, number) for value, number in zip(row, numeric, strict=True)]


def _written(value: Any, number: bool) -> str:
    """No text may become a formula; our own import takes the apostrophe off again."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    text = str(value)
    return text if number else escaped(text)


def _write_csv(path: Path, columns: Sequence[Column], rows: Iterator[list[Any]]) -> int:
    count = -1
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in _csv_rows(columns, rows):
            writer.writerow(row)
            count += 1
    return count


def _write_xlsx(path: Path, columns: Sequence[Column], rows: Iterator[list[Any]]) -> int:
    """A sheet holds 1,048,576 lines; what comes after goes on the next one."""
    book = xlsxwriter.Workbook(str(path), _BOOK)
    book.use_zip64()
    bold = book.add_format({"bold": True})
    styles = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    count = 0
    while True:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [str(column.info.label) for column in columns], bold)
        writers = [_writer(sheet, column, styles.get(column.kind)) for column in columns]
        at = 0
        for at, row in enumerate(islice(rows, _SHEET_ROWS), start=1):
            for place, value in enumerate(row):
                if value is not None:
                    writers[place](at, place, value)
        count += at
        if at < _SHEET_ROWS:
            break
    book.close()
    return count


def _writer(sheet: Any, column: Column, style: Any) -> Callable[[int, int, Any], None]:
    """How the cells of a column are written: numbers and dates stay what they are."""
    if column.kind in (Kind.DATE, Kind.DATETIME):
        return lambda at, column_at, value: sheet.write_datetime(at, column_at, value, style)
    if column.kind in NUMBERS:
        return lambda at, column_at, value: sheet.write_number(at, column_at, value, style)
    plain: Callable[[int, int, Any], None] = sheet.write_string
    return plain
