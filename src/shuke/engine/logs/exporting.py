"""A log as a CSV file, however long: read stretch by stretch, so that memory stays flat."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from shuke.engine.exchange.sheets import escaped
from shuke.engine.logs.stretch import MOST, Stretch

# Reads the stretch behind a place, at most so many lines.
Reader = Callable[[str, int], Stretch]


def csv_of(titles: Sequence[str], read: Reader, cells: Callable[[Any], Iterable[str]]) -> Iterator[str]:
    """The text in pieces, with a mark that makes spreadsheet programs read it as UTF-8; no cell becomes a formula."""
    first = read("", MOST)  # what is wrong with the question shows before the first piece

    def pieces() -> Iterator[str]:
        yield "\ufeff" + _text([titles])
        found = first
        while True:
            yield _text([escaped(cell) for cell in cells(row)] for row in found.rows)
            if found.older is None:
                return
            found = read(found.older, MOST)

    return pieces()


def _text(rows: Iterable[Iterable[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
