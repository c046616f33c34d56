"""Reads the trail: what happened to a record, what a change did – as far as the reader may see the fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.models import Change, Entry
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.spec import Resource

# Shown as deeds of their own (deleted, restored), not as changes of a field.
_LIFE = "deleted_at"
_FEW = 25


@dataclass(frozen=True)
class Difference:
    """One field's raw value before and after, as stored in the trail (JSON)."""

    info: FieldInfo
    before: Any
    after: Any


@dataclass(frozen=True)
class Happening:
    """What one change did to one record. ``change`` is None for what came in past the commands (raw SQL).

    ``wide``: the change did something to many more records, so taking it back wants a look at all of them first.
    """

    at: Any
    change: Change | None
    verb: str
    differences: tuple[Difference, ...]
    undone: bool
    wide: bool


def history(
    actor: Actor, resource: Resource, record_id: int, *, limit: int = 30, before: int | None = None
) -> list[Happening]:
    """The latest happenings of a record, newest first. Hidden and masked fields do not occur in them."""
    entries = Entry.objects.filter(relation=resource.model._meta.db_table, object_id=record_id)
    if before is not None:
        entries = entries.filter(change_id__lt=before)
    found = list(entries.order_by("-id").values_list("at", "change_id", "op", "before", "after")[:limit])
    changes = _changes({row[1] for row in found if row[1] is not None})
    undone = set(Change.objects.filter(undoes__in=changes).values_list("undoes_id", flat=True)) if changes else set()
    wide = _wide(list(changes))
    access = FieldAccess(actor, resource)
    columns = {info.column: info for info in fields_of(resource).values() if access.compares(info.name)}
    return [
        Happening(
            at,
            changes.get(change_id),
            _verb(changes.get(change_id), op, values),
            tuple(_differences(columns, old or {}, values or {})),
            change_id in undone,
            change_id in wide,
        )
        for at, change_id, op, old, values in found
    ]


def _wide(ids: list[int]) -> set[int]:
    """The changes that touched more than ``_FEW`` rows; counts no further than that."""
    if not ids:
        return set()
    statement = """
        SELECT c FROM unnest(%s::bigint[]) AS c, LATERAL (
            SELECT count(*) AS rows FROM (SELECT FROM audit_entry WHERE change_id = c LIMIT %s) AS first_few
        ) AS counted WHERE rows > %s
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids, _FEW + 1, _FEW])
        return {row[0] for row in cursor.fetchall()}


def _changes(ids: set[int]) -> dict[int, Change]:
    return {change.pk: change for change in Change.objects.filter(pk__in=ids).select_related("actor")} if ids else {}


def _verb(change: Change | None, op: str, after: dict[str, Any] | None) -> str:
    if op == "I":
        return "create"
    if after and _LIFE in after:
        return "delete" if after[_LIFE] else "restore"
    return change.verb if change else "edit"


def _differences(columns: dict[str, FieldInfo], before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    return [Difference(columns[name], before.get(name), value) for name, value in after.items() if name in columns]


def summary(change_id: int) -> dict[str, int]:
    """How many rows of each table a change touched."""
    rows = (
        Entry.objects.filter(change_id=change_id)
        .values("relation")
        .annotate(count=models.Count("object_id", distinct=True))
    )
    return {row["relation"]: row["count"] for row in rows}
