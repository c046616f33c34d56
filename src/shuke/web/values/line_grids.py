"""The lines of a document in its form: read from what was typed, and drawn as a grid (``islands/lines.ts``).

An input is called ``lines.<key>.<column>``; the keys tell rows apart, ``lines.rows`` names them in their order, and
``lines.known`` the ids of the lines that the form began with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.lines import Given, columns_of, shown
from shuke.engine.present.cells import Presenter, text_of
from shuke.engine.record.words import listed
from shuke.kernel.digits import whole_number, whole_numbers
from shuke.kernel.errors import Conflict, Invalid
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Lines, Resource
from shuke.web.values import forms
from shuke.web.values.cells import NUMBERS, cell_html
from shuke.web.values.inputs import Input, as_text, draw, new_key
from shuke.web.values.titles import titles_of

# What stands for a row's key in the template of new rows.
KEY = "__key__"


@dataclass(frozen=True)
class TypedRow:
    """A row of the grid: texts by column; ``id`` and ``version`` of a line that is there."""

    key: str
    texts: Mapping[str, str]
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class TypedLines:
    """What a form holds of one list of lines; ``present`` are those of the document, where it was filled from them."""

    lines: Lines
    rows: list[TypedRow]
    known: frozenset[int] = frozenset()
    present: Sequence[Any] | None = None

    def filled(self) -> list[TypedRow]:
        """The rows that say something: an empty one at the end is nothing that anybody wants."""
        blank = _blank(self.lines)
        return [row for row in self.rows if row.id or any(row.texts.get(name, "") != blank[name] for name in blank)]


@dataclass(frozen=True)
class DrawnColumn:
    """The head of a column."""

    name: str
    label: str
    must: bool
    number: bool


@dataclass(frozen=True)
class DrawnCell:
    """A cell: an input, or – ``name`` is its place for the script – a value that is worked out."""

    column: DrawnColumn
    id: str
    name: str
    html: SafeString
    errors: Sequence[str] = ()
    typed: bool = True


@dataclass(frozen=True)
class DrawnRow:
    """A row of the grid; ``note`` says what is wrong with the line as a whole."""

    key: str
    id: str
    version: str
    cells: list[DrawnCell]
    note: str = ""


@dataclass(frozen=True)
class DrawnLines:
    """The grid: ``template`` is the row that new ones are made of, ``address`` works out what follows from it."""

    name: str
    label: str
    address: str
    known: str
    columns: list[DrawnColumn]
    rows: list[DrawnRow]
    template: DrawnRow
    totals: list[tuple[str, str, str]]
    errors: list[str] = field(default_factory=list)
    marked: list[tuple[str, str, str]] = field(default_factory=list)


# ---- reading --------------------------------------------------------------------------------------------------------


def seen_columns(actor: Actor, lines: Lines) -> list[FieldInfo]:
    """The columns that the actor sees, in their order."""
    target = resource_of(lines.model)
    access = FieldAccess(actor, target)
    return [fields_of(target)[name] for name in columns_of(lines) if access.sees(name)]


def typed_columns(actor: Actor, lines: Lines, *, new: bool) -> dict[str, FieldInfo]:
    """The columns that he writes in a new line, or in one that is there."""
    access = FieldAccess(actor, resource_of(lines.model))
    may = access.writes if new else access.changes
    return {info.name: info for info in seen_columns(actor, lines) if may(info.name)}


def stored(actor: Actor, resource: Resource, document: Any) -> list[TypedLines]:
    """The lines of a document as the form begins with them; one empty row where there is none."""
    found = []
    for lines in resource.lines:
        infos = typed_columns(actor, lines, new=False)
        records = shown(lines, document.pk) if document is not None else []
        rows = [TypedRow(f"r{one.pk}", forms.texts_of(infos, one), one.pk, one.version) for one in records]
        known = frozenset(one.pk for one in records)
        found.append(TypedLines(lines, rows or [TypedRow(new_key(), _blank(lines))], known, records))
    return found


def _blank(lines: Lines) -> dict[str, str]:
    infos = fields_of(resource_of(lines.model))
    return forms.texts_of({name: infos[name] for name in columns_of(lines)}, lines.model())


def posted(actor: Actor, resource: Resource, data: QueryDict) -> list[TypedLines]:
    """The lines as they came with a form."""
    return [_posted(actor, lines, data) for lines in resource.lines if f"{lines.name}.known" in data]


def _posted(actor: Actor, lines: Lines, data: QueryDict) -> TypedLines:
    rows = []
    for key in dict.fromkeys(data.getlist(f"{lines.name}.rows")):
        pk = whole_number(data.get(f"{lines.name}.{key}.id", ""))
        version = whole_number(data.get(f"{lines.name}.{key}.version", ""), 9)
        infos = typed_columns(actor, lines, new=pk is None)
        named = {f"{lines.name}.{key}.{name}": info for name, info in infos.items()}
        texts = forms.read_posted({full: replace(info, name=full) for full, info in named.items()}, data).values
        rows.append(TypedRow(key, {named[full].name: text for full, text in texts.items()}, pk, version))
    return TypedLines(lines, rows, frozenset(whole_numbers(data.get(f"{lines.name}.known", "").split(","))))


def for_commands(actor: Actor, typed: Sequence[TypedLines]) -> dict[str, Given]:
    """The lines as the commands take them."""
    found = {}
    for one in typed:
        rows = []
        for row in one.filled():
            values = forms.for_commands(typed_columns(actor, one.lines, new=row.id is None), row.texts)
            if row.id is not None:
                values |= {"id": row.id, "version": row.version}
            rows.append(values)
        found[one.lines.name] = Given(rows, one.known)
    return found


def after_conflict(typed: Sequence[TypedLines], conflict: Conflict) -> list[TypedLines]:
    """The same rows, with the versions that stand now: who saves again wants his own to stay."""
    found = []
    for one in typed:
        stale = conflict.theirs.get(one.lines.name, {})
        filled = one.filled()
        versions = {filled[at].key: theirs["version"] for at, theirs in stale.items() if at < len(filled)}
        found.append(replace(one, rows=[replace(row, version=versions.get(row.key, row.version)) for row in one.rows]))
    return found


def conflict_words(actor: Actor, typed: Sequence[TypedLines], conflict: Conflict) -> Invalid:
    """What stands in the lines now, as messages of theirs."""
    messages: dict[str, object] = {}
    for one in typed:
        infos = {info.name: info for info in seen_columns(actor, one.lines)}
        for at, theirs in conflict.theirs.get(one.lines.name, {}).items():
            values = {name: value for name, value in theirs.items() if name in infos}
            texts = one.filled()[at].texts
            other = {n: v for n, v in values.items() if n in texts and as_text(infos[n], v) != texts[n]}
            said = listed(f"{infos[n].label}: {_shown(actor, infos[n], v)}" for n, v in other.items())
            messages[f"{one.lines.name}.{at}"] = _(
                "Changed by someone else meanwhile (%(said)s). Save again and yours stays."
            ) % {"said": said or "…"}
    return Invalid(str(conflict), fields=messages)


def _shown(actor: Actor, info: FieldInfo, value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if info.kind in (Kind.LINK, Kind.OPTION):
        return titles_of(actor, info, [value]).get(str(value), "?")
    return text_of(info, value)


# ---- drawing --------------------------------------------------------------------------------------------------------


def draw_grids(
    actor: Actor,
    resource: Resource,
    record: Any,
    typed: Sequence[TypedLines],
    errors: Mapping[str, Sequence[object]] | None = None,
) -> list[DrawnLines]:
    """The grids of a form, with what is wrong in each row and cell."""
    return [_draw(actor, resource, record, one, errors or {}) for one in typed]


def _draw(
    actor: Actor, resource: Resource, record: Any, one: TypedLines, errors: Mapping[str, Sequence[object]]
) -> DrawnLines:
    lines, target = one.lines, resource_of(one.lines.model)
    infos = seen_columns(actor, lines)
    columns = [DrawnColumn(info.name, str(info.label), _must(info), info.kind in NUMBERS) for info in infos]
    places = {row.key: f"{lines.name}.{at}" for at, row in enumerate(one.filled())}
    ways = {new: _Way(lines.name, columns, typed_columns(actor, lines, new=new)) for new in (True, False)}
    titles = {info.name: _titles(actor, info, one.rows) for info in infos}
    values = _values_of(actor, one, record, [info.name for info in infos if info.name not in ways[False].typed])
    drawn = [
        _draw_row(ways[row.id is None], row, titles, values.get(row.id, {}), errors, places.get(row.key, ""))
        for row in one.rows
    ]
    numbers = {row.key: at for at, row in enumerate(one.rows, 1)}
    marked = [
        (cell.id, _("line %(number)d, %(field)s") % {"number": numbers[row.key], "field": cell.column.label}, said)
        for row in drawn
        for cell in row.cells
        if (said := " ".join(cell.errors))
    ]
    return DrawnLines(
        name=lines.name,
        label=target.label_plural,
        address=reverse("web:lines", args=[resource.name, lines.name]),
        known=",".join(str(pk) for pk in sorted(one.known)),
        columns=columns,
        rows=drawn,
        template=_draw_row(ways[True], TypedRow(KEY, _blank(lines)), {}, {}, {}, ""),
        totals=_totals(actor, resource, lines, record),
        errors=[str(message) for message in errors.get(lines.name, ())],
        marked=marked,
    )


def _must(info: FieldInfo) -> bool:
    return info.spec.asked or (info.required and info.kind is not Kind.BOOLEAN and not info.starts_filled)


def _titles(actor: Actor, info: FieldInfo, rows: Sequence[TypedRow]) -> dict[str, str]:
    """The names of what a column of choosers holds, read at once for all rows."""
    if info.kind not in (Kind.LINK, Kind.LINKS, Kind.TAGS):
        return {}
    return titles_of(actor, info, [item for row in rows for item in row.texts.get(info.name, "").split(",")])


@dataclass(frozen=True)
class _Way:
    """How the rows of a list are drawn, the new ones or those that are there: which of the columns are ``typed``."""

    lines: str
    columns: Sequence[DrawnColumn]
    typed: Mapping[str, FieldInfo]


def _values_of(
    actor: Actor, one: TypedLines, document: Any, columns: Sequence[str]
) -> dict[int | None, dict[str, SafeString]]:
    """What the lines of a document show in columns that nobody types in, by their ids."""
    rows = one.present
    if rows is None:
        rows = shown(one.lines, document.pk) if document is not None else []
    presenter = Presenter(actor, resource_of(one.lines.model), columns)
    pairs = zip(rows, presenter.rows(rows), strict=True)
    return {
        row.pk: {c.name: cell_html(c, i) for c, i in zip(cells, presenter.infos, strict=True)} for row, cells in pairs
    }


def _draw_row(
    way: _Way,
    row: TypedRow,
    titles: Mapping[str, dict[str, str]],
    values: Mapping[str, SafeString],
    errors: Mapping[str, Sequence[object]],
    place: str,
) -> DrawnRow:
    """A row of the grid. ``place`` is where its messages are, ``lines.2``; an empty row has none."""
    cells = []
    for column in way.columns:
        name, id_ = f"{way.lines}.{row.key}.{column.name}", f"{way.lines}-{row.key}-{column.name}"
        if column.name not in way.typed:
            cells.append(DrawnCell(column, id_, name, values.get(column.name, SafeString("")), typed=False))
            continue
        said = [str(message) for message in errors.get(f"{place}.{column.name}", ())] if place else []
        info = replace(way.typed[column.name], name=name)
        html = draw(Input(info, row.texts.get(column.name, ""), id_, said, titles.get(column.name, {})))
        cells.append(DrawnCell(column, id_, name, html, said))
    note = " ".join(str(message) for message in errors.get(place, ())) if place else ""
    return DrawnRow(row.key, str(row.id or ""), str(row.version or ""), cells, note)


def _totals(actor: Actor, resource: Resource, lines: Lines, record: Any) -> list[tuple[str, str, str]]:
    """(field, label, text) of what the lines come to."""
    access, infos = FieldAccess(actor, resource), fields_of(resource)
    seen = [infos[name] for name in lines.totals if access.sees(name)]
    cells = {cell.name: cell.text for cell in Presenter(actor, resource, lines.totals).row(record)} if record else {}
    return [(info.name, str(info.label), cells.get(info.name) or "—") for info in seen]


# ---- on the record's page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownLines:
    """The lines as the record's page, and paper, show them."""

    label: str
    columns: list[DrawnColumn]
    rows: list[list[tuple[DrawnColumn, SafeString]]]
    totals: list[tuple[str, str, str]]


def shown_lines(actor: Actor, resource: Resource, record: Any) -> list[ShownLines]:
    """The lines of a document, to be read."""
    found = []
    for lines in resource.lines:
        target = resource_of(lines.model)
        infos = seen_columns(actor, lines)
        presenter = Presenter(actor, target, [info.name for info in infos])
        columns = [DrawnColumn(one.name, str(one.label), False, one.kind in NUMBERS) for one in presenter.infos]
        rows = [
            [
                (column, cell_html(cell, info))
                for column, cell, info in zip(columns, cells, presenter.infos, strict=True)
            ]
            for cells in presenter.rows(shown(lines, record.pk))
        ]
        found.append(ShownLines(target.label_plural, columns, rows, _totals(actor, resource, lines, record)))
    return found
