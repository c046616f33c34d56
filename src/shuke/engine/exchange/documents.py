"""Documents in a spreadsheet, one row a line: the head's columns are filled on the first row of each document.

The rows that follow belong to it while they leave the head empty or say the same key. Whatever is wrong with one of
them refuses the whole document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuke.engine.audit.context import open_change
from shuke.engine.audit.models import Entry
from shuke.engine.commands.lines import MOST, Sheet, add, living, place, write_together
from shuke.engine.commands.rules import fill
from shuke.engine.commands.write import integrity_error
from shuke.engine.exchange.line_columns import list_of, plain_name
from shuke.engine.exchange.plan import Plan
from shuke.engine.exchange.resolve import Resolver
from shuke.engine.exchange.rows import Document, Row, demand, read, says
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Lines


def batches(plan: Plan, rows: Iterable[Row], behind: int, size: int) -> Iterator[list[Row]]:
    """The documents that begin behind a line of the sheet, in batches of about so many rows of it."""
    batch: list[Row] = []
    held = 0
    for document in _gathered(plan, rows):
        if document.line > behind:
            batch.append(document)
            held += len(document.rows)
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _gathered(plan: Plan, rows: Iterable[Row]) -> Iterator[Document]:
    """A document of more lines than one can have comes in pieces, each with that error; a blank row by itself."""
    head: Row | None = None
    piece: Document | None = None
    for row in rows:
        if head and piece and not row.is_blank and _goes_on(plan, head, row):
            if len(piece.more) < MOST:
                piece.more.append(row)
                continue
            piece.errors[""] = _too_many()
            yield piece
            piece = Document(row.line, row.cells, errors={"": _too_many()})
            continue
        if piece:
            yield piece
        piece = Document(row.line, row.cells)
        head = None if row.is_blank else piece
        if head and not any(_texts(head, plan.heads)):
            piece.errors[""] = _("This line belongs to no document: fill in the columns of the document, too.")
    if piece:
        yield piece


def _goes_on(plan: Plan, head: Row, row: Row) -> bool:
    """Does the row belong to the document that ``head`` begins?"""
    here = _texts(row, plan.heads)
    if not any(here):
        return True
    key = _texts(head, plan.keys)
    return key == _texts(row, plan.keys) if any(key) else here == _texts(head, plan.heads)


def _texts(row: Row, places: Iterable[int]) -> list[str]:
    return ["" if at >= len(row.cells) or row.cells[at] is None else str(row.cells[at]).strip() for at in places]


def _too_many() -> str:
    return _("At most %(most)d lines.") % {"most": MOST}


def apart() -> str:
    """What is said of rows of a document that stand elsewhere in the sheet."""
    return _("The rows of a document must follow one another; this one came up further above already.")


def read_lines(plan: Plan, documents: Sequence[Row], columns: Mapping[int, FieldInfo], resolver: Resolver) -> None:
    """Read the cells of all lines, a column of the batch at a time; what is wrong is noted at each (``make_lines``)."""
    for lines in plan.lists:
        own = {at: info for at, info in columns.items() if list_of(info.name) == lines.name}
        found = {id(row): Row(row.line, row.cells) for one in documents for row in one.rows if any(_texts(row, own))}
        read(list(found.values()), own, resolver, new=False)
        for one in cast("Sequence[Document]", documents):
            one.lines[lines.name] = [found[id(row)] for row in one.rows if id(row) in found]
            if len(one.lines[lines.name]) > MOST:
                one.errors[""] = _too_many()
    for one in cast("Sequence[Document]", documents):
        for row in one.more:
            _refuse_other_heads(plan, one, row, columns)


def _refuse_other_heads(plan: Plan, document: Document, row: Row, columns: Mapping[int, FieldInfo]) -> None:
    pairs = zip(plan.heads, _texts(document, plan.heads), _texts(row, plan.heads), strict=True)
    words = _("%(field)s: line %(line)d, where the document begins, says something else.")
    for at, first, said in pairs:
        if said and said != first:
            row.errors[columns[at].name] = words % {"field": columns[at].label, "line": document.line}


def _blame(document: Document) -> None:
    """Say what is wrong with lines at the rows where they stand."""
    rows = {row.line: row for row in document.rows}
    for entries in document.lines.values():
        for entry in entries:
            rows[entry.line].errors |= entry.errors
    if any(row.errors for row in document.rows):
        document.outcome = "failed"


def make_lines(plan: Plan, documents: Sequence[Row]) -> None:
    """Make the lines of checked documents and hold them against their rules, without writing.

    Whatever is wrong with a document or any of its lines is told at once.
    """
    every = cast("Sequence[Document]", documents)
    found = [row for row in every if not row.errors and row.outcome in ("", "updated")]
    _refuse_twice(plan, [row for row in found if row.outcome])
    for lines in plan.lists:
        present = defaultdict(list)
        for line in living(lines, [row.record.pk for row in found if row.outcome]):
            present[getattr(line, f"{lines.by}_id")].append(line)
        for row in found:
            if not row.errors:
                _make(plan, lines, row, present[row.record.pk] if row.outcome else [])
        for row in every:
            if row.errors and plan.duplicates not in ("update", "fill"):
                _demand_all(plan, lines, row)
    for row in every:
        _blame(row)


def _demand_all(plan: Plan, lines: Lines, document: Document) -> None:
    """A refused document's lines are still looked through where all of them can only be new ones."""
    required = _required(plan, lines)
    for entry in document.lines.get(lines.name, ()):
        demand(entry, required)


def _refuse_twice(plan: Plan, documents: Sequence[Document]) -> None:
    """Documents that an earlier batch has written stand in two places of the sheet."""
    opened = open_change()
    if opened is None or not documents:
        return
    entries = Entry.objects.filter(
        change_id=opened.id,
        relation=plan.resource.model._meta.db_table,
        object_id__in=[row.record.pk for row in documents],
    )
    written = set(entries.values_list("object_id", flat=True))
    for row in documents:
        if row.record.pk in written:
            row.errors[""] = apart()


def _make(plan: Plan, lines: Lines, document: Document, present: Sequence[Any]) -> None:
    entries = document.lines[lines.name]
    is_kept = document.outcome and (not entries or (plan.duplicates == "fill" and present))
    if is_kept:
        return
    sheet = Sheet(lines, resource_of(lines.model))
    values = [{plain_name(name): value for name, value in entry.values.items()} for entry in entries]
    known = _recognised(sheet, values, present)
    for entry, typed, record in zip(entries, values, known, strict=True):
        _put(plan, sheet, document, entry, typed, record)
    kept = {record.pk for record in known if record is not None}
    sheet.gone = [record for record in present if record.pk not in kept]
    if len(entries) < lines.least:
        words = ngettext("Enter at least %(least)d line.", "Enter at least %(least)d lines.", lines.least)
        document.errors.setdefault("", words % {"least": lines.least})
    document.sheets.append(sheet)


def _put(plan: Plan, sheet: Sheet, document: Document, entry: Row, typed: Mapping[str, Any], record: Any) -> None:
    """Put a row's line on the sheet: a new one, or one that is there, of which blank cells change nothing."""
    infos = fields_of(sheet.resource)
    if record is None:
        demand(entry, _required(plan, sheet.lines))
        line = sheet.lines.model()
    else:
        line = record
    given = {
        name: value for name, value in typed.items() if value not in (None, "") and not says(infos[name], line, value)
    }
    if entry.errors:
        return
    setattr(line, sheet.lines.by, document.record)
    try:
        add(plan.actor, sheet, line, fill(line, given, sheet.resource))
    except Invalid as error:
        told = {f"{sheet.name}.{name}": str(found[0]) for name, found in error.fields.items()}
        entry.errors |= told or {sheet.name: str(error)}


def _required(plan: Plan, lines: Lines) -> list[FieldInfo]:
    return [info for info in plan.infos.values() if list_of(info.name) == lines.name and info.required]


def _recognised(sheet: Sheet, wanted: Sequence[Mapping[str, Any]], present: Sequence[Any]) -> list[Any]:
    """The line that is there for each wanted one, or None: one that says all the same, else one of the same title."""
    infos = fields_of(sheet.resource)
    free = list(present)
    found: list[Any] = [None] * len(wanted)
    for names in (infos.keys(), {sheet.resource.title}):
        for at, values in enumerate(wanted):
            given = {name: value for name, value in values.items() if name in names and value not in (None, "")}
            if found[at] is not None or not given:
                continue
            same = (row for row in free if all(getattr(row, infos[n].column) == v for n, v in given.items()))
            found[at] = next(same, None)
            if found[at] is not None:
                free.remove(found[at])
    return found


def placed(plan: Plan, row: Row) -> set[str]:
    """Give the lines of a stored document their places; returns the names of the lists that differ now."""
    sheets = row.sheets if isinstance(row, Document) and not row.errors else []
    return {sheet.name for sheet in sheets if place(plan.actor, row.record, sheet)}


def store_lines(plan: Plan, rows: Sequence[Row]) -> None:
    """Write the lines of stored documents, all of a list together. Raises ``Invalid`` for a broken constraint."""
    sheets: defaultdict[str, list[Sheet]] = defaultdict(list)
    for row in rows:
        if isinstance(row, Document) and row.outcome in ("created", "updated"):
            placed(plan, row)
            for sheet in row.sheets:
                sheets[sheet.name].append(sheet)
    for found in sheets.values():
        try:
            write_together(plan.actor, found)
        except IntegrityError as error:
            raise integrity_error(found[0].resource, error) from error
