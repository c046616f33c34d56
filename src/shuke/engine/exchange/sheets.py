"""Opens the spreadsheets people have: xlsx, xls, ods; csv in UTF-8, GBK/GB18030, Big5 or UTF-16, with any separator."""

from __future__ import annotations

import csv
import datetime
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from shuke.kernel.errors import Invalid

MAX_COLUMNS = 200
MAX_BYTES = 200 * 1024 * 1024
_BOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
# A program, not a module to import: the parser is only needed there.
_BOOK_READER = Path(__file__).with_name("book_reader.py")
_TEXTS = (".csv", ".tsv", ".txt")
KNOWN = _BOOKS + _TEXTS
# What Excel opens as a formula is written with an apostrophe before it; reading takes it off again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """A sheet to be read once or several times, row by row; cells are str, numbers, bools, dates or ""."""

    path: Path
    name: str

    def rows(self) -> Iterator[list[Any]]:
        """The rows in order, whatever they are: titles, header, data, blanks. Raises ``Invalid`` for a broken file."""
        suffix = self.path.suffix.lower()
        yield from _book(self.path) if suffix in _BOOKS else _text(self.path)


def open_sheet(path: Path, name: str) -> Sheet:
    """The sheet in an uploaded file called ``name``. Raises ``Invalid`` when it is none of the known kinds."""
    suffix = Path(name).suffix.lower()
    if suffix not in KNOWN:
        raise Invalid(_("“%(name)s” is no spreadsheet; use .xlsx or .csv.") % {"name": name})
    if path.stat().st_size > MAX_BYTES:
        raise Invalid(_("“%(name)s” is larger than 200 MB; split it.") % {"name": name})
    return Sheet(path, name)


def _book(path: Path) -> Iterator[list[Any]]:
    command = [sys.executable, "-I", str(_BOOK_READER), str(path), str(MAX_COLUMNS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        assert reader.stdout is not None
        try:
            last: Any = None
            for line in reader.stdout:
                last = json.loads(line, object_hook=_moment)
                if isinstance(last, list):
                    yield from last
            if last != "end":
                problem = last.problem if isinstance(last, _Broken) else _("it is broken, or far too large")
                raise Invalid(_("The file cannot be read as a spreadsheet: %(problem)s") % {"problem": problem})
        finally:
            reader.kill()


@dataclass(frozen=True)
class _Broken:
    problem: str


def _moment(found: dict[str, str]) -> datetime.datetime | datetime.date | _Broken:
    if "t" in found:
        return datetime.datetime.fromisoformat(found["t"])
    return datetime.date.fromisoformat(found["d"]) if "d" in found else _Broken(found["error"])


def _text(path: Path) -> Iterator[list[Any]]:
    encoding = encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            sample = file.read(64 * 1024)
            file.seek(0)
            for row in csv.reader(file, delimiter=_delimiter(sample)):
                yield [_unescape(cell) for cell in row[:MAX_COLUMNS]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(_("The file cannot be read as text: %(problem)s") % {"problem": error}) from error


def escaped(text: str) -> str:
    """The text as no spreadsheet program takes it for a formula; ``_unescape`` gives back exactly what it was."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def _unescape(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


# One stray zero does not make a text UTF-16; there each separator and line end has one.
_FEW = 20


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its mark, by the zeros of UTF-16, UTF-8 if all of it is, else GB18030 or Big5."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return encoding
    if head.count(0) > len(head) // _FEW:
        # Separators and line ends are two bytes there, one of them zero: which one tells the order.
        fitting = ["utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"]
    else:
        fitting = ["utf-8", *sorted(("gb18030", "big5"), key=lambda name: -_usual(head, name))]
    for encoding in fitting:
        if _decodes(path, encoding):
            return encoding
    raise Invalid(_("The encoding of the file is not known; save it as UTF-8 or as .xlsx."))


# First bytes of the signs and of the characters in everyday use. GB18030 can read nearly all of Big5, as nonsense.
_EVERYDAY = {"gb18030": (range(0xA1, 0xA4), range(0xB0, 0xD8)), "big5": (range(0xA1, 0xC7),)}


def _usual(head: bytes, encoding: str) -> float:
    """The share of everyday characters when the bytes are read in this encoding; 0 when they cannot be."""
    text = head.decode(encoding, "ignore")
    firsts = [char.encode(encoding)[0] for char in text if not char.isascii()]
    if not firsts or len(text.encode(encoding)) < len(head) - 3:
        return 0.0
    return sum(any(first in run for run in _EVERYDAY[encoding]) for first in firsts) / len(firsts)


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(1024 * 1024):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    """The separator that cuts most of the first lines into the same number of pieces."""
    lines = list(csv.reader(io.StringIO("\n".join(sample.splitlines()[:20]))))
    best, most = ",", sum(len(line) > 1 for line in lines)
    for candidate in ("\t", ";", "|"):
        count = sum(line.count(candidate) > 0 for line in sample.splitlines()[:20])
        if count > most:
            best, most = candidate, count
    return best
