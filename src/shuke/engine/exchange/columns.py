"""The columns of an export: what to read from the database, and how a value is written – no objects in between.

The same rights and words as ``engine/present``, made once per export instead of once per cell.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.options.models import Option
from shuke.engine.query.paging import title_columns
from shuke.kernel.errors import Invalid
from shuke.kernel.masks import masked
from shuke.kernel.phones import format_phone
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource

NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.MONEY)


@dataclass(frozen=True)
class Column:
    """``source`` is what ``values_list`` reads; ``typed`` makes of it a str, number, naive date or time, or None."""

    info: FieldInfo
    source: Any
    typed: Callable[[Any], Any]
    kind: Kind


def export_columns(actor: Actor, resource: Resource, wanted: Sequence[str] | None) -> list[Column]:
    """The wanted columns (all that the actor sees when None). Raises ``Invalid`` for unknown and hidden ones."""
    access = FieldAccess(actor, resource)
    infos = fields_of(resource)
    names = [name for name in (wanted if wanted is not None else infos) if name in infos and access.sees(name)]
    unknown = set(wanted or ()) - set(names)
    if unknown:
        raise Invalid(fields={name: _("There is no such column.") for name in unknown})
    return [_masked(infos[name]) if access.is_masked(name) else _column(infos[name]) for name in names]


def _masked(info: FieldInfo) -> Column:
    how = info.spec.mask or "text"
    if info.kind is Kind.LINKS:
        return Column(info, Value("***"), _text, Kind.TEXT)
    return Column(
        info, info.column, lambda value: masked(how, str(value)) if value not in (None, "") else None, Kind.TEXT
    )


def _column(info: FieldInfo) -> Column:
    if info.kind is Kind.OPTION:
        names = dict(Option.objects.values_list("pk", "name"))
        return Column(info, info.column, names.get, Kind.TEXT)
    if info.kind is Kind.LINK:
        return Column(info, f"{info.name}__{title_columns(info)[0]}", _text, Kind.TEXT)
    if info.kind is Kind.LINKS:
        joined = StringAgg(F(f"{info.name}__{title_columns(info)[0]}"), delimiter=Value("、"))
        return Column(info, joined, _text, Kind.TEXT)
    if info.kind is Kind.CHOICE:
        labels = {value: str(label) for value, label in info.choices}
        return Column(info, info.column, lambda value: labels.get(value, value), Kind.TEXT)
    return Column(info, info.column, _TYPED.get(info.kind, _text), info.kind)


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _boolean(value: bool | None) -> str | None:
    return None if value is None else _("yes") if value else _("no")


def _moment(value: datetime.datetime | None) -> datetime.datetime | None:
    return None if value is None else timezone.make_naive(value)


def _phone(value: str) -> str | None:
    return format_phone(value) if value else None


_TYPED: dict[Kind, Callable[[Any], Any]] = {
    Kind.BOOLEAN: _boolean,
    Kind.DATETIME: _moment,
    Kind.PHONE: _phone,
    Kind.INTEGER: lambda value: value,
    Kind.DECIMAL: lambda value: value,
    Kind.MONEY: lambda value: value,
    Kind.DATE: lambda value: value,
}
