"""Indexes that follow from the declarations: one per sort, one per filter, made concurrently after each ``migrate``.

Only what a resource declares is offered for sorting and filtering, and all of that has its index; nobody has to
remember to add one.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connection
from django.db.models import F, Index, Q

from shuke.engine.query.ordering import sort_value
from shuke.engine.record.models import Record
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

_PREFIX = "by_"
_LIVING = Q(deleted_at__isnull=True)
# These have theirs in the base models.
_BASE = frozenset({"owner", "unit", "pool", "updated_at"})
_SMALL = 10_000
_RANGES = frozenset({Kind.DATE, Kind.DATETIME, Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})


def derived(resource: Resource) -> list[Index]:
    """The indexes that a resource's sorts and filters need."""
    found = []
    for info in fields_of(resource).values():
        if info.name in _BASE or info.kind is Kind.LINKS:
            continue
        if info.kind is Kind.TAGS:
            found.append(_tags(resource, info))
        elif info.spec.sort or (info.spec.filter and info.kind in _RANGES):
            found.append(_index(resource, info, "sort", sort_value(info).asc(), F("id").asc()))
        elif info.spec.filter:
            found.append(_index(resource, info, "filter", F(info.column), F("updated_at").desc(), F("id").desc()))
    return found


def _index(resource: Resource, info: FieldInfo, use: str, *expressions: Any) -> Index:
    name = f"{_PREFIX}{resource.model._meta.db_table}_{info.name}_{use}"
    # Django's limit of 30 is Oracle's; PostgreSQL takes 63.
    index = Index(*expressions, name=name[:30], condition=_LIVING)
    index.name = name[:63]
    return index


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
    for name in existing - wanted.keys():
        _execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
    for name in wanted.keys() - existing:
        resource, index = wanted[name]
        with connection.schema_editor(atomic=False) as editor:
            editor.execute(index.create_sql(resource.model, editor, concurrently=_is_big(resource)))
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
