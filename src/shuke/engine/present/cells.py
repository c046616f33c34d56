"""Cells: a field's value as a person may see it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.options.catalogue import option
from shuke.kernel.masks import masked
from shuke.kernel.phones import format_phone
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource


@dataclass(frozen=True, slots=True)
class Link:
    """Where a cell leads: a record of a registered object."""

    resource: str
    id: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one row. ``value`` is plain data (JSON, spreadsheet), ``text`` what a person reads in his language.

    ``tone`` colours it (``good``, ``warn``, ``bad``, ``brand`` or nothing). ``masked`` values are masked in both.
    """

    name: str
    kind: Kind
    value: Any
    text: str
    tone: str = ""
    link: Link | None = None
    masked: bool = False


class Presenter:
    """Presents rows of one resource to one actor; made once for a page, an export, an answer."""

    def __init__(self, actor: Actor, resource: Resource, columns: Sequence[str] | None = None) -> None:
        access = FieldAccess(actor, resource)
        infos = fields_of(resource)
        names = columns if columns is not None else list(infos)
        self.resource = resource
        self.infos: tuple[FieldInfo, ...] = tuple(infos[name] for name in names if name in infos and access.sees(name))
        self._masked = {info.name for info in self.infos if access.is_masked(info.name)}
        self._openable = {
            info.name: _target_name(info)
            for info in self.infos
            if info.target is not None and has_resource(info.target) and actor.may(_target_name(info), "view")
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields that the actor sees, in order."""
        return tuple(info.name for info in self.infos)

    def row(self, record: Any) -> list[Cell]:
        """The cells of one row, one per column."""
        return [self.cell(record, info) for info in self.infos]

    def rows(self, records: Iterable[Any]) -> list[list[Cell]]:
        """The cells of many rows."""
        return [self.row(record) for record in records]

    def cell(self, record: Any, info: FieldInfo) -> Cell:
        """One cell."""
        value = getattr(record, info.column) if info.kind is not Kind.LINKS else None
        if info.name in self._masked:
            text = masked(info.spec.mask or "text", str(value)) if value not in (None, "") else ""
            return Cell(info.name, info.kind, text, text, masked=True)
        if info.kind is Kind.LINKS:
            return self._links(record, info)
        if value is None or value == "":
            return Cell(info.name, info.kind, value, "")
        if info.kind is Kind.OPTION:
            found = option(value)
            return Cell(info.name, info.kind, value, found.name if found else "?", found.tone if found else "")
        if info.kind is Kind.LINK:
            return self._link(record, info, value)
        return Cell(info.name, info.kind, value, text_of(info, value))

    def _link(self, record: Any, info: FieldInfo, value: Any) -> Cell:
        target = getattr(record, info.name)
        link = Link(self._openable[info.name], value) if info.name in self._openable else None
        return Cell(info.name, info.kind, value, str(target), link=link)

    def _links(self, record: Any, info: FieldInfo) -> Cell:
        rows = info.source.remote_field.through._default_manager.filter(  # type: ignore[union-attr]
            **{info.source.m2m_field_name(): record.pk}  # type: ignore[union-attr]
        )
        ids = list(rows.values_list(f"{info.source.m2m_reverse_field_name()}_id", flat=True))  # type: ignore[union-attr]
        names = (
            [str(row) for row in info.target._default_manager.filter(pk__in=ids).order_by("pk")] if info.target else []
        )
        return Cell(info.name, info.kind, sorted(ids), "、".join(names))


def _target_name(info: FieldInfo) -> str:
    assert info.target is not None
    return resource_of(info.target).name


def text_of(info: FieldInfo, value: Any) -> str:
    """How a value reads in the active language; links and options need the presenter."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime.datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case datetime.date():
            return f"{value:%Y-%m-%d}"
        case Decimal():
            return f"¥{value:,.2f}" if info.kind is Kind.MONEY else f"{value:,f}"
    if info.kind is Kind.CHOICE:
        return str(dict(info.choices).get(value, value))
    if info.kind is Kind.PHONE:
        return format_phone(str(value))
    return str(value)
