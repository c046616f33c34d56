"""Reads the trail: what happened to a record, what a change did – as far as the reader may see the fields."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Q

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.models import Change, Entry
from shuke.engine.organisation.people import with_names
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Lines, Resource

# Shown as deeds of their own (deleted, restored), not as changes of a field.
_LIFE = "deleted_at"
_LIVES = frozenset({"create", "delete", "restore"})
_FEW = 25
# The place in the trail of what happened before it began.
_BEFORE_ALL = 0


@dataclass(frozen=True)
class Difference:
    """One field's raw value before and after, as stored in the trail (JSON)."""

    info: FieldInfo
    before: Any
    after: Any


@dataclass(frozen=True)
class LineDeed:
    """What a change did to one line of a document: ``create``, ``edit``, ``delete`` or ``restore`` it."""

    resource: Resource
    title: str
    verb: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Happening:
    """What one change did to one record. ``change`` is None for what came in past the commands (raw SQL).

    ``entry`` is its place in the trail.
    ``wide``: the change did something to many more records, so taking it back wants a look at all of them first.
    """

    entry: int
    at: Any
    change: Change | None
    verb: str
    differences: tuple[Difference, ...]
    undone: bool
    wide: bool
    lines: tuple[LineDeed, ...] = ()


def history(
    actor: Actor, resource: Resource, record_id: int, *, limit: int = 30, before: int | None = None
) -> list[Happening]:
    """The latest happenings of a record (or those before an entry), newest first, without hidden and masked fields.

    The last one is always that it came into being, also where the trail begins later.
    """
    if resource.lines:
        return _of_document(actor, resource, record_id, limit, before)
    entries = Entry.objects.filter(relation=resource.model._meta.db_table, object_id=record_id)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.order_by("-id").values_list("pk", "at", "change_id", "op", "before", "after")[:limit])
    changes = _changes({row[2] for row in found if row[2] is not None})
    undone, wide = fate(list(changes))
    access = FieldAccess(actor, resource)
    columns = _columns(actor, resource)
    shown = [
        Happening(
            entry,
            at,
            changes.get(change_id),
            _verb(changes.get(change_id), op, values),
            tuple(_differences(columns, old or {}, values or {})),
            change_id in undone,
            change_id in wide,
        )
        for entry, at, change_id, op, old, values in found
    ]
    ends_here = len(found) < limit and before != _BEFORE_ALL and not any(row[3] == "I" for row in found)
    return [*shown, *_born(access, resource, record_id, before)] if ends_here else shown


def _born(access: FieldAccess, resource: Resource, record_id: int, before: int | None) -> list[Happening]:
    """How a record came into being of which the trail has no beginning: it was loaded past the commands.

    What was read of the trail does not tell of one; ``before`` says that there are later parts, which may.
    """
    told = {"created_at", "created_by"}
    if not (told <= fields_of(resource).keys() and all(access.compares(name) for name in told)):
        return []
    if (
        before is not None
        and Entry.objects.filter(relation=resource.model._meta.db_table, object_id=record_id, op="I").exists()
    ):
        return []
    rows: models.QuerySet[Any] = resource.model.objects.unscoped("its history is read")  # type: ignore[attr-defined]
    record = rows.select_related("created_by").only("created_at", "created_by__name").filter(pk=record_id).first()
    if record is None:
        return []
    change = Change(actor=record.created_by, at=record.created_at, via="web", verb="create", resource=resource.name)
    return [Happening(_BEFORE_ALL, record.created_at, change, "create", (), undone=False, wide=True)]


def _columns(actor: Actor, resource: Resource) -> dict[str, FieldInfo]:
    access = FieldAccess(actor, resource)
    return {info.column: info for info in fields_of(resource).values() if access.compares(info.name)}


def _of_document(actor: Actor, resource: Resource, record_id: int, limit: int, before: int | None) -> list[Happening]:
    """The same of a document: what a change did to it and to its lines is one happening."""
    mine = Q(relation=resource.model._meta.db_table, object_id=record_id)
    for lines in resource.lines:
        rows = lines.model._default_manager.filter(**{lines.by: record_id})
        mine |= Q(relation=lines.model._meta.db_table, object_id__in=list(rows.values_list("pk", flat=True)))
    entries = Entry.objects.filter(mine)
    newest = entries.values_list("change_id").annotate(last=models.Max("pk")).order_by("-last")
    heads = dict((newest if before is None else newest.filter(last__lt=before))[:limit])
    changes = _changes({pk for pk in heads if pk is not None})
    undone, wide = fate(list(changes))
    chosen = entries.filter(Q(change_id__in=list(changes)) | (Q(change_id=None) if None in heads else Q(pk__in=())))
    by_change: dict[int | None, list[Entry]] = defaultdict(list)
    for entry in chosen.order_by("pk"):
        by_change[entry.change_id].append(entry)
    shown = [
        _document_happening(
            actor, resource, last, changes.get(pk) if pk else None, by_change[pk], pk in undone, pk in wide
        )
        for pk, last in heads.items()
    ]
    ends_here = len(shown) < limit and before != _BEFORE_ALL and not any(one.verb == "create" for one in shown)
    return [*shown, *_born(FieldAccess(actor, resource), resource, record_id, before)] if ends_here else shown


def _document_happening(
    actor: Actor, resource: Resource, last: int, change: Change | None, entries: list[Entry], undone: bool, wide: bool
) -> Happening:
    own = [entry for entry in entries if entry.relation == resource.model._meta.db_table]
    verbs = [_verb(change, entry.op, entry.after) for entry in own] or [change.verb if change else "edit"]
    columns = _columns(actor, resource)
    found = [one for entry in own for one in _differences(columns, entry.before or {}, entry.after or {})]
    deeds = [deed for lines in resource.lines for deed in _line_deeds(actor, resource_of(lines.model), lines, entries)]
    at = max(entry.at for entry in entries)
    return Happening(last, at, change, verbs[0], tuple(found), undone, wide, tuple(deeds))


def _line_deeds(actor: Actor, target: Resource, lines: Lines, entries: list[Entry]) -> list[LineDeed]:
    mine = [entry for entry in entries if entry.relation == target.model._meta.db_table]
    columns = {name: info for name, info in _columns(actor, target).items() if info.name not in (lines.by, lines.order)}
    shows_title = FieldAccess(actor, target).compares(target.title)
    rows = target.model._default_manager.in_bulk([entry.object_id for entry in mine]) if shows_title else {}
    found = []
    for entry in mine:
        verb = _verb(None, entry.op, entry.after)
        differences = tuple(_differences(columns, entry.before or {}, entry.after or {}))
        if differences or verb != "edit":
            row = rows.get(entry.object_id)
            title = str(getattr(row, target.title) or "") if row else ""
            found.append(LineDeed(target, title or f"#{entry.object_id}", verb, differences))
    return found


def last_time_without(resource: Resource, record_id: int, column: str) -> datetime.datetime | None:
    """When a column of a record last became empty, e.g. when it last left a pool; None if it never did."""
    rows = Entry.objects.filter(relation=resource.model._meta.db_table, object_id=record_id, op="U")
    emptied = rows.filter(after__has_key=column, **{f"after__{column}": None})
    return emptied.order_by("-id").values_list("at", flat=True).first()


def fate(ids: list[int]) -> tuple[set[int], set[int]]:
    """Which changes were taken back, and which touched more than ``_FEW`` rows; counts no further than that."""
    if not ids:
        return set(), set()
    statement = """
        SELECT c, EXISTS (SELECT FROM audit_change undo WHERE undo.undoes_id = c), counted.rows > %s
        FROM unnest(%s::bigint[]) AS c, LATERAL (
            SELECT count(*) AS rows FROM (SELECT FROM audit_entry WHERE change_id = c LIMIT %s) AS first_few
        ) AS counted
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [_FEW, ids, _FEW + 1])
        found = cursor.fetchall()
    return {row[0] for row in found if row[1]}, {row[0] for row in found if row[2]}


def _changes(ids: set[int]) -> dict[int, Change]:
    return {change.pk: change for change in with_names(Change.objects.filter(pk__in=ids), "actor")} if ids else {}


def _verb(change: Change | None, op: str, after: dict[str, Any] | None) -> str:
    if op == "I":
        return "create"
    if after and _LIFE in after:
        return "delete" if after[_LIFE] else "restore"
    # A change that made or removed something else only touched this record: a contact record sets its customer's plan.
    return change.verb if change and change.verb not in _LIVES else "edit"


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
