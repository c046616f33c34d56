"""The lines of a document: checked, written and put in order together with it, within the same change.

An input names them as a list in their order: ``{"lines": [{"id": 7, "version": 2, "quantity": 3}, {"product": 5}]}``.
A line with an id is one that is there, of which what is left out stays as it is; one without is new; what is not in the
list goes into the recycle bin.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuke.engine.access.actor import Actor
from shuke.engine.commands.many import store_many
from shuke.engine.commands.prepare import prepare
from shuke.engine.commands.rules import check_rules, complete, fill
from shuke.engine.query.reading import narrow
from shuke.engine.record.copying import insert
from shuke.engine.record.index_text import index
from shuke.kernel.errors import Conflict, Invalid
from shuke.resource.describe import fields_of, form_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Lines, Resource

# More lines than this nobody edits in one grid.
MOST = 300
# Between two lines there is room for others.
STEP = 10


@dataclass(frozen=True)
class Given:
    """Lines as somebody wants them. ``known`` are the ids that he has seen: of others nothing is taken away.

    None: he has seen them all.
    """

    rows: Sequence[Mapping[str, Any]]
    known: frozenset[int] | None = None


@dataclass
class Sheet:
    """Checked lines, ready to be written: all in their order, the new ones among them, what is different in the
    others, and those that go.

    ``stale`` holds, by place, what lines are now that somebody else has changed meanwhile.
    """

    lines: Lines
    resource: Resource
    order: list[Any] = field(default_factory=list)
    new: list[Any] = field(default_factory=list)
    changed: dict[int, set[str]] = field(default_factory=dict)
    gone: list[Any] = field(default_factory=list)
    stale: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the list."""
        return self.lines.name


Sheets = list[Sheet]


def columns_of(lines: Lines) -> tuple[str, ...]:
    """The columns of the grid: the declared ones, then the custom fields that the lines have."""
    resource = resource_of(lines.model)
    own = {spec.name for spec in resource.fields}
    added = [name for section in form_of(resource) for name in section.fields if name not in own]
    return (*lines.fields, *added)


def living(lines: Lines, documents: Collection[int]) -> Any:
    """The lines of documents that are there; those of one in their order."""
    rows = lines.model._default_manager.filter(**{f"{lines.by}_id__in": documents}, deleted_at__isnull=True)
    return rows.order_by(lines.order, "pk")


def shown(lines: Lines, document: int, columns: Sequence[str] | None = None) -> list[Any]:
    """The lines of a document with the columns of the grid, or some, and what these link to: read at once."""
    rows = living(lines, [document])
    return list(narrow(rows, resource_of(lines.model), columns_of(lines) if columns is None else columns))


def parted(resource: Resource, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An input's own fields, and its lists of lines by their names."""
    names = {lines.name for lines in resource.lines}
    return {k: v for k, v in values.items() if k not in names}, {k: v for k, v in values.items() if k in names}


def read(actor: Actor, resource: Resource, document: Any, given: Mapping[str, Any]) -> Sheets:
    """Check the lines of a document, which is new or locked. Raises ``Invalid`` with messages like ``lines.2.price``.

    Raises ``Conflict`` for lines that somebody else has changed since they were read, with what they are now.
    """
    is_new = document._state.adding
    sheets: Sheets = []
    errors: dict[str, list[object]] = {}
    for lines in resource.lines:
        if lines.name in given or (is_new and lines.least):
            try:
                sheets.append(_read(actor, lines, document, _understood(lines, given.get(lines.name, []))))
            except Invalid as error:
                errors |= error.fields
    if errors:
        raise Invalid(_("Please correct the marked fields."), fields=errors)
    return sheets


def _understood(lines: Lines, raw: Any) -> Given:
    found = raw if isinstance(raw, Given) else Given(raw)
    if not isinstance(found.rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in found.rows):
        raise Invalid(fields={lines.name: _("Lines are a list of objects.")})
    if len(found.rows) > MOST:
        raise Invalid(fields={lines.name: _("At most %(most)d lines.") % {"most": MOST}})
    return found


def _read(actor: Actor, lines: Lines, document: Any, given: Given) -> Sheet:
    sheet = Sheet(lines, resource_of(lines.model))
    present = (
        {} if document._state.adding else {row.pk: row for row in living(lines, [document.pk]).select_for_update()}
    )
    errors: dict[str, list[object]] = {}
    for at, row in enumerate(given.rows):
        try:
            _add(actor, sheet, document, present, row)
        except Invalid as error:
            at_line = {f"{lines.name}.{at}.{name}": said for name, said in error.fields.items()}
            errors |= at_line or {f"{lines.name}.{at}": [str(error)]}
    kept = {row.pk for row in sheet.order if row.pk}
    rest = [row for pk, row in present.items() if pk not in kept]
    sheet.gone = [row for row in rest if given.known is None or row.pk in given.known]
    sheet.order += [row for row in rest if row not in sheet.gone]
    if not errors and len(sheet.order) < lines.least:
        words = ngettext("Enter at least %(least)d line.", "Enter at least %(least)d lines.", lines.least)
        errors[lines.name] = [words % {"least": lines.least}]
    if errors:
        raise Invalid(_("Please correct the marked fields."), fields=errors)
    if sheet.stale:
        raise Conflict(_("Lines were changed by someone else meanwhile."), theirs={lines.name: sheet.stale})
    return sheet


def _add(actor: Actor, sheet: Sheet, document: Any, present: Mapping[int, Any], row: Mapping[str, Any]) -> None:
    """Put the line that a row means on the sheet, filled with what it says and held against its object's rules."""
    lines, resource = sheet.lines, sheet.resource
    columns = columns_of(lines)
    if strangers := [name for name in row if name not in (*columns, "id", "version")]:
        words = _("%(objects)s have no field “%(field)s”.")
        raise Invalid(fields={name: words % {"objects": resource.label_plural, "field": name} for name in strangers})
    pk = row.get("id")
    if pk is not None and (type(pk) is not int or pk not in present or present[pk] in sheet.order):
        raise Invalid(_("This line is not there any more. Take it away, or add it anew."))
    record: Any = lines.model() if pk is None else present[pk]
    if pk is not None and row.get("version") not in (None, record.version):
        theirs = {name: getattr(record, fields_of(resource)[name].column) for name in row if name in columns}
        sheet.stale[len(sheet.order)] = {"version": record.version, **theirs}
    values = {name: value for name, value in row.items() if name in columns and not _is_derived(resource, name)}
    typed = prepare(actor, resource, values, partial=pk is not None, given=(lines.by, lines.order))
    setattr(record, lines.by, document)
    changed = fill(record, typed, resource)
    add(actor, sheet, record, changed)


def add(actor: Actor, sheet: Sheet, record: Any, changed: set[str]) -> None:
    """Put a line that is filled as it is to be on the sheet, completed where it is new. Raises ``Invalid``."""
    is_new = record._state.adding
    if is_new:
        complete(actor, sheet.resource, record)
    check_rules(actor, sheet.resource, record, None if is_new else changed)
    if is_new:
        sheet.new.append(record)
    elif changed:
        sheet.changed[record.pk] = changed
    sheet.order.append(record)


def _is_derived(resource: Resource, name: str) -> bool:
    """Is it a column that a formula fills? What was read of it may come back, and means nothing."""
    return bool(fields_of(resource)[name].spec.formula)


def write(actor: Actor, document: Any, sheets: Sheets) -> set[str]:
    """Store checked lines of a stored document within its change; returns the names of the lists that differ now."""
    differing = {sheet.name for sheet in sheets if place(actor, document, sheet)}
    for sheet in sheets:
        write_together(actor, [sheet])
    return differing


def place(actor: Actor, document: Any, sheet: Sheet) -> bool:
    """Give the lines of a stored document their places and what they carry of it; returns whether the list differs."""
    lines, new = sheet.lines, {id(record) for record in sheet.new}
    for at, record in enumerate(sheet.order):
        if getattr(record, lines.order) != at * STEP:
            setattr(record, lines.order, at * STEP)
            if id(record) not in new:
                sheet.changed.setdefault(record.pk, set()).add(lines.order)
    for record in sheet.new:
        setattr(record, lines.by, document)
        for column in sheet.resource.scope.carried:
            setattr(record, column, getattr(document, column))
        record.created_by_id = record.updated_by_id = actor.user_id
    return bool(sheet.new or sheet.gone or sheet.changed)


def write_together(actor: Actor, sheets: Sheets) -> None:
    """Store placed lines of one list, of a document or of many, with one statement for each kind of change."""
    model, resource = sheets[0].lines.model, sheets[0].resource
    new = [record for sheet in sheets for record in sheet.new]
    kept = [(row, sheet.changed[row.pk]) for sheet in sheets for row in sheet.order if row.pk in sheet.changed]
    gone = [record.pk for sheet in sheets for record in sheet.gone]
    if gone:
        rows = model._default_manager.filter(pk__in=gone)
        rows.update(deleted_at=timezone.now(), deleted_by_id=actor.user_id, version=F("version") + 1)
    if new:
        insert(model, new, partial(index, resource))
    store_many(actor, resource, kept)
    _react(actor, resource, new, kept)


def _react(actor: Actor, resource: Resource, new: Sequence[Any], kept: Sequence[tuple[Any, set[str]]]) -> None:
    given = frozenset(name for name, info in fields_of(resource).items() if not info.spec.readonly)
    changes = [*((record, given) for record in new), *((row, frozenset(changed)) for row, changed in kept)]
    for reaction in resource.reactions:
        for record, changed in changes:
            reaction(actor, record, changed)
