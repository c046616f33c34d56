"""What of a row is read: the columns that a list shows, and the names of what they point at."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.db import models

from shuke.engine.query.ordering import Order
from shuke.engine.record.index_text import INDEXED
from shuke.kernel.criteria import conditions
from shuke.resource.describe import FieldInfo, Kind, field_of
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource


def narrow(rows: models.QuerySet[Any], resource: Resource, columns: Sequence[str] | None) -> models.QuerySet[Any]:
    """Records with only the columns shown, and those that links point at in the same query."""
    if columns is None:
        return rows.defer(*INDEXED)
    needed = {"pk", "version", "updated_at", resource.title}
    joined = []
    for info in _shown(resource, columns):
        needed.add(info.name)
        if info.kind is Kind.LINK:
            joined.append(info.name)
            needed |= {f"{info.name}__{column}" for column in title_columns(info)}
    for column in (resource.scope.owner, resource.scope.unit):
        if column and column.endswith("_id"):
            needed.add(column.removesuffix("_id"))
    return rows.select_related(*joined).only(*needed)


def _shown(resource: Resource, columns: Sequence[str]) -> list[FieldInfo]:
    """The fields that a list reads for its columns; several links are read by whoever shows them."""
    # A time that is to be kept looks different once the record has been dealt with.
    pending = [one.field for one in conditions(resource.pending)]
    names = dict.fromkeys([*columns, resource.title, *([resource.subtitle] if resource.subtitle else []), *pending])
    infos = [field_of(resource, name) for name in names]
    return [info for info in infos if info is not None and info.kind is not Kind.LINKS]


def read(
    rows: models.QuerySet[Any], resource: Resource, columns: Sequence[str] | None, order: Order | None = None
) -> list[Any]:
    """The rows of a list. With ``columns`` they are plain: the values shown, of a link its id and its name, the pool.

    Making model instances of fifty rows and of all they point at would cost more than the query itself.
    """
    if columns is None:
        return list(rows.defer(*INDEXED))
    sources = {"pk": "pk", "version": "version", "updated_at": "updated_at"}
    for info in _shown(resource, columns):
        sources[info.column] = info.column
        if info.kind is Kind.LINK:
            sources[info.name] = f"{info.name}__{title_columns(info)[0]}"
    if resource.scope.pool:
        sources[resource.scope.pool] = resource.scope.pool
    if order is not None:
        sources[order.info.sort_column] = order.info.sort_column
    names = tuple(sources)
    found = rows.values_list(*sources.values())
    return [SimpleNamespace(**dict(zip(names, values, strict=True))) for values in found]


def title_columns(info: FieldInfo) -> tuple[str, ...]:
    """The columns of a link's target that its name is made of."""
    if info.target is not None and has_resource(info.target):
        return (resource_of(info.target).title,)
    names = {field.name for field in info.target._meta.concrete_fields} if info.target else set()
    return tuple(name for name in ("full_name", "name") if name in names)[:1]
