"""Writing prepared records by the hundred: one statement a kind, the same bookkeeping as one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg import sql

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
from shuke.engine.audit.context import change
from shuke.engine.commands.ownership import follow_parent, lock_all
from shuke.engine.commands.prepare import prepare
from shuke.engine.commands.rules import check_rules, fill, loosen
from shuke.engine.events.outbox import emit
from shuke.engine.numbering.numbers import take
from shuke.engine.record.copying import insert
from shuke.engine.record.index_text import INDEXED, index, indexed_fields
from shuke.kernel.errors import NotAllowed
from shuke.kernel.json import dumps
from shuke.resource.describe import fields_of
from shuke.resource.spec import Resource


def insert_many(actor: Actor, resource: Resource, records: Sequence[Any], *, own: str = "create") -> None:
    """Insert checked records with their numbers; they must lie within the actor's reach for ``own``.

    Raises ``NotAllowed`` when one does not, Django's ``IntegrityError`` for a broken constraint; nothing is kept then.
    """
    if not records:
        return
    with change(actor, "create", resource.name) as opened:
        if resource.number:
            numbers = take(resource, len(records))
            for record, number in zip(records, numbers, strict=True):
                setattr(record, resource.number.field, number)
        insert(resource.model, records, partial(index, resource))
        ids = [record.pk for record in records]
        _require_scope(actor, resource, ids, own)
        given = frozenset(name for name, info in fields_of(resource).items() if not info.spec.readonly)
        _react(actor, resource, [(record, given) for record in records])
        emit(opened, "created", resource.name, ids)


def _require_scope(actor: Actor, resource: Resource, ids: Sequence[int], action: str) -> None:
    condition = combined(actor, resource, action)
    if condition == Q():
        return
    rows = resource.model.objects.unscoped("are the written rows still in scope?")  # type: ignore[attr-defined]
    if rows.filter(condition, pk__in=ids).count() != len(ids):
        raise NotAllowed(_("Some of these records would lie outside of what you may work with."))


def _react(actor: Actor, resource: Resource, changes: Sequence[tuple[Any, Collection[str]]]) -> None:
    for reaction in resource.reactions:
        for record, changed in changes:
            reaction(actor, record, frozenset(changed))


def edit_many(
    actor: Actor, resource: Resource, ids: Collection[int], values: Mapping[str, Any], *, loosely: bool = False
) -> int:
    """Give many records the same values as one change, through the checks of a single edit. Returns the change's id.

    ``loosely``: options that do not fit what is chosen above them now are emptied, not refused. All or nothing. Fields
    that hold several links are not among those that can be set on many (``Field.bulk``). Raises ``NotFound``,
    ``NotAllowed``, ``Invalid``.
    """
    with change(actor, "bulk", resource.name) as opened:
        records = lock_all(actor, resource, ids, "edit")
        typed = prepare(actor, resource, values, partial=True)
        changes = [(record, fill(record, typed, resource)) for record in records]
        changes = [(record, changed) for record, changed in changes if changed]
        for record, changed in changes:
            changed.update(loosen(actor, resource, record, changed) if loosely else ())
            check_rules(actor, resource, record, changed)
        update_many(actor, resource, changes)
    return opened.id


def update_many(actor: Actor, resource: Resource, changes: Sequence[tuple[Any, set[str]]]) -> None:
    """Write the changed fields of many checked records; one statement per set of changed fields.

    Children whose parent changed follow it. Raises ``NotAllowed`` when a record would leave what the actor may edit.
    """
    if not changes:
        return
    with change(actor, "edit", resource.name) as opened:
        store_many(actor, resource, changes)
        _require_scope(actor, resource, [record.pk for record, _changed in changes], "edit")
        _react(actor, resource, changes)
        told: dict[tuple[str, ...], list[int]] = defaultdict(list)
        names = {*fields_of(resource), *(lines.name for lines in resource.lines)}
        for record, changed in changes:
            told[tuple(sorted(changed & names))].append(record.pk)
        for fields, ids in told.items():
            emit(opened, "updated", resource.name, ids, {"fields": list(fields)})


def store_many(actor: Actor, resource: Resource, changes: Sequence[tuple[Any, set[str]]]) -> None:
    """Write the changed fields of records within a change, and nothing else; ``update_many`` is the whole of it."""
    searched, infos = indexed_fields(resource), fields_of(resource)
    groups: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for record, changed in changes:
        if resource.scope.parent in changed:
            changed |= {*follow_parent(resource, record)}
        # Lists of lines are stored elsewhere; their document has a new version all the same.
        columns = {infos[name].column for name in changed if name in infos}
        if searched & changed:
            index(resource, record)
            columns |= set(INDEXED)
        groups[tuple(sorted(columns))].append(record)
    for names, records in groups.items():
        _update_group(actor, resource, names, records)


def _update_group(actor: Actor, resource: Resource, columns: tuple[str, ...], records: list[Any]) -> None:
    table = sql.Identifier(resource.model._meta.db_table)
    sets = sql.SQL("").join(sql.SQL("{c} = new.{c}, ").format(c=sql.Identifier(column)) for column in columns)
    statement = sql.SQL(
        "UPDATE {table} t SET {sets}version = t.version + 1, updated_at = now(), updated_by_id = %s "
        "FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) new WHERE t.id = new.id"
    ).format(table=table, sets=sets)
    data = [{"id": record.pk, **{column: getattr(record, column) for column in columns}} for record in records]
    with connection.cursor() as cursor:
        cursor.execute(statement, [actor.user_id, dumps(data)])
