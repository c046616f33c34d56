"""What an export reads: the columns of rows; with columns of lines, a row for each line of a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from shuke.engine.exchange.columns import Column
from shuke.engine.exchange.line_columns import list_of
from shuke.resource.spec import Lines, Resource

# Documents read and written at once, each with up to some hundred lines.
_DOCUMENTS = 200

# Some rows, by column: typed values, None where there is none.
Chunk = list[Sequence[Any]]


def read_columns(rows: Any, columns: Sequence[Column], *before: str) -> Any:
    """The tuples of what columns are read from, behind those of other fields."""
    joined = {f"joined_{at}": column.source for at, column in enumerate(columns) if not isinstance(column.source, str)}
    names = [column.source if isinstance(column.source, str) else f"joined_{at}" for at, column in enumerate(columns)]
    return rows.annotate(**joined).values_list(*before, *names)


def parts(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Lists of so many rows."""
    while part := list(islice(rows, size)):
        yield part


def documents_with_lines(resource: Resource, columns: Sequence[Column], rows: Any) -> Iterator[Chunk]:
    """A row for each line; the document's own columns stand on its first row, as an import takes them.

    Where documents have several lists of lines these stand beside one another.
    """
    own = [column for column in columns if not list_of(column.info.name)]
    lists = {
        lines.name: (lines, [column for column in columns if list_of(column.info.name) == lines.name])
        for lines in resource.lines
    }
    found = read_columns(rows, own, "pk").iterator(chunk_size=_DOCUMENTS)
    for part in parts(found, _DOCUMENTS):
        ids = [row[0] for row in part]
        below = {name: _lines(lines, chosen, ids) for name, (lines, chosen) in lists.items() if chosen}
        heights = [max(1, *(len(of_list[pk]) for of_list in below.values())) for pk in ids]
        made = _spread(own, [[row[1:]] for row in part], heights)
        for name, of_list in below.items():
            made |= _spread(lists[name][1], [of_list[pk] for pk in ids], heights)
        yield [made[column.info.name] for column in columns]


def _lines(lines: Lines, columns: Sequence[Column], ids: Sequence[int]) -> defaultdict[int, list[tuple[Any, ...]]]:
    """What is read of the lines of these documents, by document."""
    by = f"{lines.by}_id"
    rows = lines.model._default_manager.filter(**{f"{by}__in": ids}, deleted_at__isnull=True)
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for pk, *values in read_columns(rows, columns, by).order_by(by, lines.order, "pk"):
        found[pk].append(tuple(values))
    return found


def _spread(
    columns: Sequence[Column], blocks: Sequence[Sequence[tuple[Any, ...]]], heights: Sequence[int]
) -> dict[str, list[Any]]:
    """The typed values of each column, with blanks below each document's block down to its height."""
    rows = [row for block in blocks for row in block]
    found: dict[str, list[Any]] = {}
    for at, column in enumerate(columns):
        typed = iter(column.typed([row[at] for row in rows]))
        found[column.info.name] = [
            value
            for block, height in zip(blocks, heights, strict=True)
            for value in [*islice(typed, len(block)), *[None] * (height - len(block))]
        ]
    return found
