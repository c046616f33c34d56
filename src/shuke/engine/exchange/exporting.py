"""Exports: the selected rows, streamed, as the person may see them; safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import datetime
import io
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
from shuke.engine.audit.context import change
from shuke.engine.commands.prepare import require
from shuke.engine.exchange import workbook
from shuke.engine.exchange.columns import NUMBERS, Column, export_columns, titles_of
from shuke.engine.exchange.line_columns import list_of
from shuke.engine.exchange.line_rows import Chunk, documents_with_lines, parts, read_columns
from shuke.engine.exchange.sheets import FORMULA_STARTS, escaped
from shuke.engine.query.paging import select
from shuke.kernel.criteria import EVERYTHING, Criteria
from shuke.kernel.errors import Invalid
from shuke.resource.describe import Kind
from shuke.resource.spec import Resource

KINDS = ("xlsx", "csv")
# Rows read and written at once.
_CHUNK = 2_000
_STYLES = {Kind.DATE: workbook.DATE, Kind.DATETIME: workbook.MOMENT, Kind.MONEY: workbook.MONEY}
# Day 0 of the calendar that spreadsheets count by.
_DAY_ZERO = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zones
_DAY = datetime.timedelta(days=1)
_RISKY = ("'", *FORMULA_STARTS)


@dataclass(frozen=True)
class Shape:
    """What an export looks like: ``kind`` of file, ``columns`` in order (None: all), ``codes`` instead of words."""

    kind: str
    columns: Sequence[str] | None = None
    codes: bool = False


def chunks_of(
    actor: Actor, resource: Resource, columns: Sequence[Column], *, criteria: Criteria = EVERYTHING, q: str = ""
) -> Iterator[Chunk]:
    """The typed rows through a server-side cursor, newest first: memory stays flat however many there are.

    Raises ``Invalid`` for senseless criteria at once, not with the first row.
    """
    # An export grant that reaches further than the view grant opens nothing that one may not see.
    rows = select(actor, resource, criteria=criteria, q=q, action="export").all().filter(combined(actor, resource))
    if any(list_of(column.info.name) for column in columns):
        return documents_with_lines(resource, columns, rows.order_by("-pk"))
    found = read_columns(rows, columns).order_by("-pk").iterator(chunk_size=_CHUNK)
    makers = [column.typed for column in columns]
    return (
        [make(values) for make, values in zip(makers, zip(*part, strict=True), strict=True)]
        for part in parts(found, _CHUNK)
    )


def stream_csv(
    actor: Actor, resource: Resource, *, columns: Sequence[str] | None, criteria: Criteria = EVERYTHING, q: str = ""
) -> Iterator[str]:
    """CSV text in pieces, with a mark that makes Excel read it as UTF-8. The export is logged as a change."""
    chosen = _begin(actor, resource, columns)
    chunks = chunks_of(actor, resource, chosen, criteria=criteria, q=q)

    def pieces() -> Iterator[str]:
        yield "\ufeff" + _csv_text([titles_of(chosen)])
        for chunk in chunks:
            yield _csv_text(_csv_rows(chosen, chunk))

    return pieces()


def _csv_text(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def write_file(
    actor: Actor,
    resource: Resource,
    folder: Path,
    shape: Shape,
    *,
    criteria: Criteria = EVERYTHING,
    q: str = "",
    progress: Callable[[int], None],
) -> tuple[Path, int]:
    """Write the rows into ``folder``; returns the file and the number of rows. ``progress`` hears of every chunk."""
    kind = shape.kind
    if kind not in KINDS:
        raise Invalid(fields={"kind": _("Export as xlsx or csv.")})
    chosen = _begin(actor, resource, shape.columns, codes=shape.codes)
    path = folder / f"{resource.name}.{kind}"
    # Under a name of its own until it is whole: another worker may be writing the same export.
    draft = folder / f".{secrets.token_hex(8)}.{kind}"
    chunks = _counting(chunks_of(actor, resource, chosen, criteria=criteria, q=q), progress)
    count = (_write_xlsx if kind == "xlsx" else _write_csv)(draft, chosen, chunks)
    return draft.replace(path), count


def _begin(actor: Actor, resource: Resource, columns: Sequence[str] | None, *, codes: bool = False) -> list[Column]:
    require(actor, resource, "export")
    chosen = export_columns(actor, resource, columns, codes=codes)
    with change(actor, "export", resource.name, reason=", ".join(column.info.name for column in chosen)):
        return chosen


def _counting(chunks: Iterator[Chunk], progress: Callable[[int], None]) -> Iterator[Chunk]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk[0])
        progress(done)


def _csv_rows(columns: Sequence[Column], chunk: Chunk) -> Iterator[tuple[str, ...]]:
    written = [_written(column.kind, values) for column, values in zip(columns, chunk, strict=True)]
    return zip(*written, strict=True)


def _written(kind: Kind, values: Sequence[Any]) -> list[str]:
    """No text may become a formula; our own import takes the apostrophe off again."""
    if kind in NUMBERS or kind is Kind.DATE:
        return ["" if value is None else str(value) for value in values]
    if kind is Kind.DATETIME:
        return ["" if value is None else value.isoformat(" ", "minutes") for value in values]
    return ["" if value is None else escaped(value) if value[0] in _RISKY else value for value in values]


def _write_csv(path: Path, columns: Sequence[Column], chunks: Iterator[Chunk]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles_of(columns))
        for chunk in chunks:
            writer.writerows(_csv_rows(columns, chunk))
            count += len(chunk[0])
    return count


def _write_xlsx(path: Path, columns: Sequence[Column], chunks: Iterator[Chunk]) -> int:
    return workbook.write_book(
        path, titles_of(columns), [_cells(column, at) for at, column in enumerate(columns)], chunks
    )


def _cells(column: Column, place: int) -> workbook.Cells:
    """How the cells of a column are written: numbers and dates stay what they are."""
    if column.kind in NUMBERS:
        return workbook.numbers(place, _STYLES.get(column.kind, workbook.PLAIN))
    if column.kind not in (Kind.DATE, Kind.DATETIME):
        return workbook.texts(place)
    number = workbook.numbers(place, _STYLES[column.kind])
    serial = _serial_day if column.kind is Kind.DATE else _serial_moment
    return lambda first, values: number(first, [None if value is None else serial(value) for value in values])


def _serial_day(day: datetime.date) -> int:
    return day.toordinal() - _DAY_ZERO.toordinal()


def _serial_moment(moment: datetime.datetime) -> float:
    return (moment - _DAY_ZERO) / _DAY
