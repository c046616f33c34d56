"""The columns of an export: what to read from the database, and how a value is written – no objects in between.

The same rights and words as ``engine/present``, made once per export instead of once per cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import DateTimeField, F, Func, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.exchange.line_columns import list_of, plain_name, seen_in_lines
from shuke.engine.options.models import Option
from shuke.engine.query.reading import title_columns
from shuke.engine.record.rich import plain
from shuke.engine.record.words import between, listed
from shuke.engine.stored.fields import held
from shuke.kernel.errors import Invalid
from shuke.kernel.masks import masked
from shuke.kernel.phones import format_phone
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Resource

NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.MONEY)


@dataclass(frozen=True)
class Column:
    """``source`` is what ``values_list`` reads; ``typed`` makes of what was read, many at once, what is written.

    That is str, numbers, dates, times without a zone (the reader's own), and None for what stays empty.
    """

    info: FieldInfo
    source: Any
    typed: Callable[[Sequence[Any]], Sequence[Any]]
    kind: Kind


def export_columns(
    actor: Actor, resource: Resource, wanted: Sequence[str] | None, *, codes: bool = False
) -> list[Column]:
    """The wanted columns in their order (all of the record itself that the actor sees when None).

    ``codes``: ids and keys for words. Raises ``Invalid`` for unknown and hidden ones.
    """
    access = FieldAccess(actor, resource)
    infos, in_lines = fields_of(resource), seen_in_lines(actor, resource)
    names = [name for name in infos if access.sees(name)]
    unknown = set(wanted or ()) - {*names, *in_lines}
    if unknown:
        raise Invalid(fields={name: _("There is no such column.") for name in unknown})
    return [
        _of_lines(actor, resource, in_lines[name], codes=codes)
        if list_of(name)
        else _column(access, infos[name], codes=codes)
        for name in (names if wanted is None else wanted)
    ]


def titles_of(columns: Sequence[Column]) -> list[str]:
    """What stands above the columns, as one begins a title."""
    return [capfirst(str(column.info.label)) for column in columns]


def _column(access: FieldAccess, info: FieldInfo, *, codes: bool) -> Column:
    if access.is_masked(info.name):
        return _masked(info)
    return _coded(info) if codes else column_of(info)


def _of_lines(actor: Actor, resource: Resource, info: FieldInfo, *, codes: bool) -> Column:
    """A column of lines, under its own name: read like any of their object, told apart by the list's name."""
    lines = next(lines for lines in resource.lines if lines.name == list_of(info.name))
    target = resource_of(lines.model)
    column = _column(FieldAccess(actor, target), fields_of(target)[plain_name(info.name)], codes=codes)
    return replace(column, info=info)


def _masked(info: FieldInfo) -> Column:
    how = info.spec.mask or "text"
    if info.kind in (Kind.LINKS, Kind.TAGS, Kind.FILES):
        return Column(info, Value("***"), _texts, Kind.TEXT)
    return Column(
        info, info.column, _each(lambda value: masked(how, str(value)) if value not in (None, "") else None), Kind.TEXT
    )


def _coded(info: FieldInfo) -> Column:
    """What programs understand: ids, the keys of choices, numbers as they are stored."""
    if info.kind in (Kind.OPTION, Kind.LINK):
        return Column(info, info.column, _as_they_are, Kind.INTEGER)
    if info.kind in (Kind.TAGS, Kind.FILES):
        return Column(info, info.column, _each(lambda ids: ",".join(str(pk) for pk in ids) or None), Kind.TEXT)
    if info.kind is Kind.LINKS:
        joined = StringAgg(Cast(F(f"{info.name}__pk"), TextField()), delimiter=Value(","))
        return Column(info, joined, _texts, Kind.TEXT)
    if info.kind is Kind.BOOLEAN:
        return Column(info, info.column, _each(lambda value: None if value is None else int(value)), Kind.INTEGER)
    if info.kind in (Kind.CHOICE, Kind.PHONE):
        return Column(info, info.column, _texts, Kind.TEXT)
    return column_of(info)


def column_of(info: FieldInfo) -> Column:
    """A field as people read it."""
    if info.kind is Kind.OPTION:
        names = dict(Option.plain.values_list("pk", "name"))
        return Column(info, info.column, _each(names.get), Kind.TEXT)
    if info.kind is Kind.TAGS:
        names, mark = dict(Option.plain.values_list("pk", "name")), between()
        return Column(
            info, info.column, _each(lambda ids: mark.join(names.get(pk, "") for pk in ids) or None), Kind.TEXT
        )
    if info.kind is Kind.FILES:
        return Column(info, info.column, _file_names, Kind.TEXT)
    if info.kind is Kind.LINK:
        return Column(info, f"{info.name}__{title_columns(info)[0]}", _texts, Kind.TEXT)
    if info.kind is Kind.LINKS:
        joined = StringAgg(F(f"{info.name}__{title_columns(info)[0]}"), delimiter=Value(between()))
        return Column(info, joined, _texts, Kind.TEXT)
    if info.kind is Kind.CHOICE:
        labels = {value: str(label) for value, label in info.choices}
        return Column(info, info.column, _each(lambda value: labels.get(value, value) or None), Kind.TEXT)
    if info.kind is Kind.DATETIME:
        # In the reader's time by the database: making a zone's time in Python costs more than all the rest of a row.
        local = Func(
            F(info.column),
            Value(timezone.get_current_timezone_name()),
            template="(%(expressions)s)",
            arg_joiner=" AT TIME ZONE ",
            output_field=DateTimeField(),
        )
        return Column(info, local, _as_they_are, info.kind)
    return Column(info, info.column, _TYPED.get(info.kind, _texts), info.kind)


def _as_they_are(values: Sequence[Any]) -> Sequence[Any]:
    return values


def _each(convert: Callable[[Any], Any]) -> Callable[[Sequence[Any]], list[Any]]:
    return lambda values: [convert(value) for value in values]


def _texts(values: Sequence[Any]) -> list[str | None]:
    return [None if value is None or value == "" else str(value) for value in values]


def _file_names(values: Sequence[list[int]]) -> list[str | None]:
    files = held(pk for ids in values for pk in ids)
    return [listed(files[pk] for pk in ids if pk in files) or None for ids in values]


def _booleans(values: Sequence[bool | None]) -> list[str | None]:
    words = {True: _("yes"), False: _("no")}
    return [None if value is None else words[value] for value in values]


_TYPED: dict[Kind, Callable[[Sequence[Any]], Sequence[Any]]] = {
    Kind.BOOLEAN: _booleans,
    Kind.RICH_TEXT: _each(lambda value: plain(value) or None),
    Kind.PHONE: _each(lambda value: format_phone(value) if value else None),
    Kind.INTEGER: _as_they_are,
    Kind.DECIMAL: _as_they_are,
    Kind.MONEY: _as_they_are,
    Kind.DATE: _as_they_are,
}
