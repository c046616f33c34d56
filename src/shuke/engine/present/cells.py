"""Cells: a field's value as a person may see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.options.catalogue import option
from shuke.engine.record.rich import plain
from shuke.engine.record.words import listed
from shuke.engine.stored.fields import held
from shuke.engine.stored.models import FieldFile
from shuke.kernel.criteria import All, matches
from shuke.kernel.masks import masked
from shuke.kernel.phones import format_phone
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource

# The tone of a time that was to be kept, once the record has been dealt with.
SETTLED = "dim"


class Link(NamedTuple):
    """Where a cell leads: a record of a registered object."""

    resource: str
    id: int


class Cell(NamedTuple):
    """One field of one row. ``value`` is plain data (JSON, spreadsheet), ``text`` what a person reads in his language.

    ``tone`` colours it (``good``, ``warn``, ``bad``, ``brand``, ``dim`` or nothing). ``masked`` values are so in both.
    """

    name: str
    kind: Kind
    value: Any
    text: str
    tone: str = ""
    link: Link | None = None
    masked: bool = False


Maker = Callable[[Any], Cell]


class Presenter:
    """Presents rows of one resource to one actor; made once for a page or an answer.

    Everything that is the same for all rows – rights, names of options, time zone – is worked out here, once a column.
    """

    def __init__(self, actor: Actor, resource: Resource, columns: Sequence[str] | None = None) -> None:
        access = FieldAccess(actor, resource)
        infos = fields_of(resource)
        names = columns if columns is not None else list(infos)
        self.resource = resource
        self.infos: tuple[FieldInfo, ...] = tuple(infos[name] for name in names if name in infos and access.sees(name))
        self._files: dict[int, FieldFile] = {}
        makers = [
            _masking(info) if access.is_masked(info.name) else _maker(info, actor, self._files) for info in self.infos
        ]
        self._makers = [
            _settled(make, resource.pending) if info.spec.due and resource.pending.parts else make
            for info, make in zip(self.infos, makers, strict=True)
        ]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields that the actor sees, in order."""
        return tuple(info.name for info in self.infos)

    def row(self, record: Any) -> list[Cell]:
        """The cells of one row, one per column."""
        return [make(record) for make in self._makers]

    def rows(self, records: Sequence[Any]) -> list[list[Cell]]:
        """The cells of many rows, read together where a cell needs more than its row."""
        for make in self._makers:
            if isinstance(make, _Links):
                make.learn(records)
        # The files of all fields in one query, however many columns hold some.
        columns = [make.column for make in self._makers if isinstance(make, _Files)]
        ids = {pk for column in columns for record in records for pk in getattr(record, column)}
        self._files |= held(ids - self._files.keys())
        return [self.row(record) for record in records]


def _masking(info: FieldInfo) -> Maker:
    how = info.spec.mask or "text"
    if info.kind in (Kind.LINKS, Kind.TAGS, Kind.FILES):
        return lambda _record: Cell(info.name, info.kind, "***", "***", masked=True)

    def make(record: Any) -> Cell:
        value = getattr(record, info.column)
        text = masked(how, str(value)) if value not in (None, "") else ""
        return Cell(info.name, info.kind, text, text, masked=True)

    return make


def _maker(info: FieldInfo, actor: Actor, files: dict[int, FieldFile]) -> Maker:
    if info.kind is Kind.LINKS:
        return _Links(info)
    if info.kind is Kind.LINK:
        return _link(info, actor)
    if info.kind is Kind.OPTION:
        return _option(info)
    if info.kind is Kind.TAGS:
        return _tags(info)
    if info.kind is Kind.FILES:
        return _Files(info, files)
    write = writer(info)
    name, kind, column, tint = info.name, info.kind, info.column, info.spec.tint

    def make(record: Any) -> Cell:
        value = getattr(record, column)
        text = "" if value is None or value == "" else write(value)
        return Cell(name, kind, value, text, value if tint and text else "")

    return make


def _settled(make: Maker, pending: All) -> Maker:
    """A time that was to be kept, of a record that may have been dealt with."""

    def tell(record: Any) -> Cell:
        cell = make(record)
        return cell if matches(pending, lambda name: getattr(record, name)) else cell._replace(tone=SETTLED)

    return tell


def _option(info: FieldInfo) -> Maker:
    def make(record: Any) -> Cell:
        value = getattr(record, info.column)
        found = option(value)
        return (
            Cell(info.name, info.kind, value, found.name, found.tone)
            if found
            else Cell(info.name, info.kind, value, "")
        )

    return make


def _tags(info: FieldInfo) -> Maker:
    def make(record: Any) -> Cell:
        ids = list(getattr(record, info.column) or ())
        names = [found.name for pk in ids if (found := option(pk))]
        return Cell(info.name, info.kind, ids, listed(names))

    return make


def _link(info: FieldInfo, actor: Actor) -> Maker:
    assert info.target is not None
    target = resource_of(info.target).name if has_resource(info.target) else ""
    opens = bool(target) and actor.may(target, "view")

    def make(record: Any) -> Cell:
        value = getattr(record, info.column)
        if value is None:
            return Cell(info.name, info.kind, None, "")
        text = str(getattr(record, info.name))
        return Cell(info.name, info.kind, value, text, link=Link(target, value) if opens else None)

    return make


class _Links:
    """Makes the cells of a field that holds several links; ``learn`` reads those of many rows in two queries."""

    def __init__(self, info: FieldInfo) -> None:
        self._info = info
        self._known: dict[int, dict[int, str]] = {}

    def learn(self, records: Collection[Any]) -> None:
        """Read what the rows are linked with, and its names."""
        pks = [record.pk for record in records]
        source: Any = self._info.source
        assert self._info.target is not None
        here, there = f"{source.m2m_field_name()}_id", f"{source.m2m_reverse_field_name()}_id"
        through = source.remote_field.through._default_manager.filter(**{f"{here}__in": pks})
        pairs = sorted(through.values_list(here, there))
        names = {row.pk: str(row) for row in self._info.target._default_manager.filter(pk__in={pk for _, pk in pairs})}
        self._known |= {pk: {} for pk in pks}
        for pk, target in pairs:
            self._known[pk][target] = names[target]

    def __call__(self, record: Any) -> Cell:
        if record.pk not in self._known:
            self.learn([record])
        found = self._known[record.pk]
        return Cell(self._info.name, self._info.kind, list(found), listed(found.values()))


class _Files:
    """Makes the cells of a field that holds files, out of what is ``known`` of them; reads what is not."""

    def __init__(self, info: FieldInfo, known: dict[int, FieldFile]) -> None:
        self._info = info
        self._known = known
        self.column = info.column

    def __call__(self, record: Any) -> Cell:
        ids = getattr(record, self.column)
        if not ids:
            return Cell(self._info.name, self._info.kind, [], "")
        self._known |= held(set(ids) - self._known.keys())
        found = [self._known[pk] for pk in ids if pk in self._known]
        return Cell(self._info.name, self._info.kind, [told_of(one) for one in found], listed(found))


def told_of(file: FieldFile) -> dict[str, Any]:
    """What is told of a file that a field holds."""
    return {
        "id": file.pk,
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "picture": bool(file.preview),
    }


def writer(info: FieldInfo) -> Callable[[Any], str]:
    """How the values of a field read in the active language and time zone; links and options need the presenter."""
    if info.kind is Kind.CHOICE:
        labels = {value: str(label) for value, label in info.choices}
        return lambda value: labels.get(value, str(value))
    if info.kind is Kind.DATETIME:
        zone = timezone.get_current_timezone()
        return lambda value: value.astimezone(zone).isoformat(" ", "minutes")[:16]
    if info.kind is Kind.BOOLEAN:
        words = {True: _("yes"), False: _("no")}
        return lambda value: words[value]
    return _WRITERS.get(info.kind, str)


def text_of(info: FieldInfo, value: Any) -> str:
    """How one value reads; for many of a field take ``writer``."""
    return writer(info)(value)


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.RICH_TEXT: plain,
    Kind.DATE: lambda value: f"{value:%Y-%m-%d}",
    Kind.MONEY: lambda value: f"¥{value:,.2f}",
    Kind.DECIMAL: lambda value: f"{value:,f}",
    Kind.PHONE: lambda value: format_phone(str(value)),
}
