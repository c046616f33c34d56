"""Indexes that follow from the declarations: one per scope, sort and filter, made concurrently after each ``migrate``.

Only what a resource declares is offered for sorting and filtering, and all of that has its index; nobody has to
remember to add one.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connection
from django.db.models import F, Index, Q

from shuke.engine.query.ordering import sort_value
from shuke.engine.record.models import Record
from shuke.resource.describe import STANDARD, FieldInfo, Kind, fields_of
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

_PREFIX = "by_"
_LIVING = Q(deleted_at__isnull=True)
# The latest changes have theirs in the base model, whose records belong to whom in the scopes'.
_BASE = frozenset({"owner", "unit", "pool", "updated_at"})
_SMALL = 10_000
_RANGES = frozenset({Kind.DATE, Kind.DATETIME, Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
# Values of these are short: an index may carry them along.
_SHORT = _RANGES | {Kind.OPTION, Kind.LINK, Kind.CHOICE, Kind.BOOLEAN}


def derived(resource: Resource) -> list[Index]:
    """The indexes that a resource's scopes, sorts and filters need."""
    found = [*_scopes(resource)]
    for info in fields_of(resource).values():
        if info.name in _BASE or info.kind is Kind.LINKS:
            continue
        if info.kind is Kind.TAGS:
            found.append(_tags(resource, info))
        elif info.spec.sort or (info.spec.filter and info.kind in _RANGES):
            found.append(_index(resource, info, "sort", sort_value(info).asc(), F("id").asc()))
            if resource.scope.waits_in_pools:
                found.append(_pooled(resource, info))
        elif info.spec.filter:
            found.append(_index(resource, info, "filter", F(info.column), F("updated_at").desc(), F("id").desc()))
    return found


def _scopes(resource: Resource) -> Iterator[Index]:
    """Whose rows, in the list's own order: one index per way to reach rows.

    Those of a unit and of a pool are many: what a filter may ask of them is carried along, so that rows that are not
    wanted need not be read (a level among sixty thousand pooled customers: 155 ms → 15 ms).
    """
    infos = fields_of(resource)
    order = resource.table.sort
    first = infos[order.removeprefix("-")]
    by = sort_value(first)
    keys = (by.desc(), F("id").desc()) if order.startswith("-") else (by.asc(), F("id").asc())
    table = resource.model._meta.db_table
    columns = {source.attname for source in resource.model._meta.concrete_fields if not source.primary_key}
    for use in ("owner", "unit", "pool"):
        column = getattr(resource.scope, use)
        if column not in columns:
            continue
        keys_themselves = {column} if first.nullable else {column, first.sort_column}
        carried = () if use == "owner" else tuple(name for name in _carried(resource) if name not in keys_themselves)
        living = _LIVING & _pooled_only(resource) if use == "pool" else _LIVING
        told = sha256(repr((column, order, carried)).encode()).hexdigest()[:6]
        index = Index(F(column), *keys, name="scope", condition=living, include=carried)
        index.name = f"{_PREFIX}{table[: 63 - len(_PREFIX) - 13]}_{use}_{told}"
        yield index


def _carried(resource: Resource) -> list[str]:
    """The columns of what a list is filtered and sorted by, of fields that are declared: those added come and go."""
    declared = {spec.name for spec in (*resource.fields, *STANDARD)}
    infos = [info for name, info in fields_of(resource).items() if name in declared]
    return sorted({info.column for info in infos if info.kind in _SHORT and (info.spec.filter or info.spec.sort)})


def _index(resource: Resource, info: FieldInfo, use: str, *expressions: Any) -> Index:
    name = f"{_PREFIX}{resource.model._meta.db_table}_{info.name}_{use}"
    # Django's limit of 30 is Oracle's; PostgreSQL takes 63.
    index = Index(*expressions, name=name[:30], condition=_LIVING)
    index.name = name[:63]
    return index


def _pooled(resource: Resource, info: FieldInfo) -> Index:
    """What waits in a pool, in the order of a field.

    Few records do, and they are unlike the others – nobody is to contact them next –, so that the planner misjudges
    how soon a walk through all records would meet some.
    """
    index = _index(resource, info, "pooled", F(resource.scope.pool or ""), sort_value(info).asc(), F("id").asc())
    index.condition = _LIVING & _pooled_only(resource)
    return index


def _pooled_only(resource: Resource) -> Q:
    return Q(**{f"{resource.scope.pool}__isnull": False})


def _tags(resource: Resource, info: FieldInfo) -> Index:
    index = GinIndex(fields=[info.column], name="tags", condition=_LIVING)
    index.name = f"{_PREFIX}{resource.model._meta.db_table}_{info.name}_filter"[:63]
    return index


def install(**_: Any) -> None:
    """Create missing derived indexes and drop those no longer declared; the receiver of ``post_migrate``."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    resources = [resource for resource in all_resources() if resource.model._meta.db_table in tables]
    existing = _existing()
    wanted = {index.name: (resource, index) for resource in resources for index in derived(resource)}
    for name in wanted.keys() - existing:
        resource, index = wanted[name]
        with connection.schema_editor(atomic=False) as editor:
            editor.execute(index.create_sql(resource.model, editor, concurrently=_is_big(resource)))
    for name in existing - wanted.keys():
        _execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
    for resource in resources:
        if issubclass(resource.model, Record):
            _sample_grams(resource.model._meta.db_table)


def _existing() -> set[str]:
    """Names of valid derived indexes; a build that was interrupted left an invalid one, which is made anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE c.relname LIKE %s",
            [_PREFIX.replace("_", r"\_") + "%"],
        )
        rows = cursor.fetchall()
    for name, valid in rows:
        if not valid:
            _execute(f'DROP INDEX IF EXISTS "{name}"')
    return {name for name, valid in rows if valid}


def _is_big(resource: Resource) -> bool:
    """Writers wait while an index is made in the plain way, which is quicker: fine as long as it is a moment."""
    rows = resource.model._default_manager.all()
    return bool(rows[_SMALL : _SMALL + 1].exists())


def _sample_grams(table: str) -> None:
    """With the default sample the planner takes every gram for a common one."""
    _execute(f'ALTER TABLE "{table}" ALTER COLUMN grams SET STATISTICS 1000')


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
