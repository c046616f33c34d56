"""Writes workbooks with many rows: a package of a few fixed parts and sheets that are streamed into it.

XlsxWriter needs a call and an object per cell and comes to 5,000 rows a second; this writes a column of a thousand
cells in one go. Texts stand in the sheet itself (inline strings), so that none has to be kept until the end.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO

# What a sheet holds (1,048,576 lines less the header), and a cell.
SHEET_ROWS = 1_048_575
CELL_CHARACTERS = 32_767

# Styles of cells, by their place in _STYLES: plain, header, date, time, money.
PLAIN, HEADER, DATE, MOMENT, MONEY = range(5)

_FAST = 1  # of zlib's levels: a third larger than the best, four times as fast
_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
    '<numFmt numFmtId="166" formatCode="#,##0.00"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="5"><xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/>'
    '<xf numFmtId="164" applyNumberFormat="1" xfId="0"/><xf numFmtId="165" applyNumberFormat="1" xfId="0"/>'
    '<xf numFmtId="166" applyNumberFormat="1" xfId="0"/></cellXfs></styleSheet>'
)

# A column of a chunk: the number of its first row, its values, None for what stays empty → the XML of its cells.
Cells = Callable[[int, Sequence[Any]], Iterable[str]]


def written(write: Callable[[Path], object]) -> BinaryIO:
    """What ``write`` puts into a file, open to be sent; the file is gone when that is done."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        write(path)
        return path.open("rb")


def write_book(path: Path, titles: Sequence[str], columns: Sequence[Cells], chunks: Iterator[list[Any]]) -> int:
    """Write chunks of rows – each a list of columns – below a header; returns the number of rows.

    ``columns`` make the cells, one function a column (``texts``, ``numbers``). What no longer fits goes on the next
    sheet, from the next chunk on.
    """
    count = sheets = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as package:
        pending = next(chunks, None)
        while pending is not None or not sheets:
            sheets += 1
            with package.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                _begin(sheet, titles)
                at = 0
                with _writing_behind(sheet) as write:
                    while pending is not None and at + len(pending[0]) <= SHEET_ROWS:
                        write(_rows(at + 2, columns, pending))
                        at += len(pending[0])
                        pending = next(chunks, None)
                sheet.write(b"</sheetData></worksheet>")
                count += at
        _frame(package, sheets)
    return count


@contextmanager
def _writing_behind(sheet: IO[bytes]) -> Iterator[Callable[[bytes], None]]:
    """Pack one chunk in a thread while the next is read and written down: packing needs no Python."""
    with ThreadPoolExecutor(1) as packer:
        packed: Future[int] | None = None

        def write(data: bytes) -> None:
            nonlocal packed
            if packed is not None:
                packed.result()
            packed = packer.submit(sheet.write, data)

        yield write
        if packed is not None:
            packed.result()


def texts(place: int) -> Cells:
    """Cells of text for the column at ``place`` (from 0). A text is never a formula here, whatever it begins with."""
    letters = column_letters(place)

    def cells(first: int, values: Sequence[Any]) -> Iterable[str]:
        return [
            ""
            if value is None
            else f'<c r="{letters}{at}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
            for at, value in enumerate(_all_escaped(values), first)
        ]

    return cells


def numbers(place: int, style: int = PLAIN) -> Cells:
    """Cells of numbers; days and times are numbers with a style."""
    letters = column_letters(place)
    styled = f' s="{style}"' if style else ""

    def cells(first: int, values: Sequence[Any]) -> Iterable[str]:
        return [
            "" if value is None else f'<c r="{letters}{at}"{styled}><v>{value}</v></c>'
            for at, value in enumerate(values, first)
        ]

    return cells


def column_letters(place: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _rows(first: int, columns: Sequence[Cells], chunk: list[Any]) -> bytes:
    # A column in which nothing stands – there are many in real lists – costs nothing.
    filled = [
        cells(first, values)
        for cells, values in zip(columns, chunk, strict=True)
        if any(value is not None for value in values)
    ]
    rows = map("".join, zip(*filled, strict=True)) if filled else repeat("", len(chunk[0]))
    return "".join([f'<row r="{at}">{cells}</row>' for at, cells in enumerate(rows, first)]).encode()


def _begin(sheet: IO[bytes], titles: Sequence[str]) -> None:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    columns = f'<cols><col min="1" max="{max(1, len(titles))}" width="16" customWidth="1"/></cols>'
    sheet.write(
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'{columns}<sheetData><row r="1">'.encode()
    )
    for place, title in enumerate(titles):
        cell = f'<c r="{column_letters(place)}1" s="{HEADER}" t="inlineStr"><is><t>{_escaped(title)}</t></is></c>'
        sheet.write(cell.encode())
    sheet.write(b"</row>")


def _all_escaped(values: Sequence[str | None]) -> Sequence[str | None]:
    """The texts of a column; one look at all of them tells whether there is anything to do, as there seldom is."""
    found = [value for value in values if value is not None]
    if _ODD.search("\n".join(found)) is None and max(map(len, found), default=0) <= CELL_CHARACTERS:
        return values
    return [None if value is None else _escaped(value) for value in values]


def _escaped(text: str) -> str:
    if len(text) > CELL_CHARACTERS:
        text = text[:CELL_CHARACTERS]
    return text if _ODD.search(text) is None else _ODD.sub(_replacement, text)


def _replacement(found: re.Match[str]) -> str:
    """XML's own signs as entities; what XML cannot hold, and what looks like its spelling, as Excel spells it."""
    sign = found.group()
    if len(sign) > 1:
        return f"_x005F{sign}"
    return _ENTITIES.get(sign) or f"_x{ord(sign):04X}_"


def _frame(package: zipfile.ZipFile, sheets: int) -> None:
    """The fixed parts around the sheets; how many there are is only known now."""
    numbered = range(1, sheets + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for at in numbered
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in numbered
    )
    names = "".join(f'<sheet name="Sheet{at}" sheetId="{at}" r:id="rId{at}"/>' for at in numbered)
    package.writestr(
        "xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'
    )
    package.writestr(
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_LINKS}">{links}<Relationship Id="rId{sheets + 1}" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    package.writestr("xl/styles.xml", _STYLES)
    package.writestr("_rels/.rels", _ROOT)
    package.writestr(
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_KINDS}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>',
    )
