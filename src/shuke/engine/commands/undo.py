"""Taking a change back – an edit, a bulk run, an import, an undo – set by set in SQL.

Every entry is reversed unless the row has moved on: the values that the change wrote must still stand there. Rows that
have moved on, or are out of the actor's reach, are left alone and listed. Several entries of one row are taken back in
rounds, the last first. An undo is a change itself, so it can be undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.access.scope import combined
from shuke.engine.audit.context import OpenChange, change
from shuke.engine.audit.install import holds_rights
from shuke.engine.audit.models import Change, Entry
from shuke.engine.commands.ownership import carry_again, refuse_orphans
from shuke.engine.events.outbox import emit
from shuke.engine.organisation.models import User
from shuke.engine.record.index_text import INDEXED, index, indexed_fields
from shuke.engine.record.models import Record
from shuke.kernel.errors import Conflict, NotAllowed, NotFound
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources, children_of, has_resource, parent_of, resource_for, resource_of
from shuke.resource.spec import Lines, Resource

_BATCH = 1_000

# So long its maker may take a change back although its records have left his reach, as after a hand-over by mistake.
OWN_CHANGE = timedelta(days=1)


@dataclass(frozen=True)
class Undone:
    """The new change, how many rows went back, and the (resource, id) of those that did not."""

    change: int
    rows: int
    refused: tuple[tuple[str, int], ...]


def undo(actor: Actor, change_id: int) -> Undone:
    """Take a change back. Its own maker may within a day; so may who has every one of its rows within his own reach.

    Raises ``NotFound`` also for what the actor may not know of, ``NotAllowed`` when a row is out of reach, ``Conflict``
    when none can go back.
    """
    original = known_change(actor, change_id)
    with change(actor, "undo", original.resource, undoes=change_id) as opened:
        _lock(change_id)
        if _is_undone(change_id, opened.id):
            raise Conflict(_("This change was taken back already."))
        outcome = _Outcome()
        for model in _models_of(change_id):
            _undo_model(opened, original, model, outcome)
        if not outcome.rows:
            _explain_nothing(outcome)
        _keep_documents_whole(outcome)
        _check_what_came_of_it(actor, outcome)
        _check_links()
        for resource, ids in outcome.touched.items():
            emit(opened, "undone", resource, sorted(ids), {"undoes": change_id})
    return Undone(opened.id, outcome.rows, tuple(sorted(outcome.refused)))


def known_change(actor: Actor, change_id: int) -> Change:
    """A change that the actor may know of: his own, or one of a record that he sees or could bring back.

    Raises ``NotFound``.
    """
    found = Change.objects.filter(pk=change_id).select_related("actor").first()
    if found is None or not _knows_of(actor, found):
        raise NotFound(_("There is no such change, or it is not yours to see."))
    return found


def _knows_of(actor: Actor, original: Change) -> bool:
    if actor.is_administrator or original.actor_id == actor.user_id:
        return True
    entries = Entry.objects.filter(change_id=original.pk)
    for model in _models_of(original.pk):
        if not has_resource(model) or not actor.may(resource_of(model).name, "view"):
            continue
        ids = entries.filter(relation=model._meta.db_table).values("object_id")
        objects = model.objects  # type: ignore[attr-defined]
        if any(rows.filter(pk__in=ids).exists() for rows in (objects.visible_to(actor), objects.deleted_for(actor))):
            return True
    return False


def _ids() -> dict[str, set[int]]:
    return defaultdict(set)


@dataclass
class _Outcome:
    """What went back: ids by resource. ``moved`` has those among them that got another parent, owner, unit or pool,
    ``freed`` those that came or went, or got another parent.
    """

    rows: int = 0
    refused: set[tuple[str, int]] = field(default_factory=set)
    touched: dict[str, set[int]] = field(default_factory=_ids)
    moved: dict[str, set[int]] = field(default_factory=_ids)
    freed: dict[str, set[int]] = field(default_factory=_ids)


def _keep_documents_whole(outcome: _Outcome) -> None:
    """A document and its lines go back together or not at all. Raises ``Conflict`` for one that would go by half."""
    for resource in all_resources():
        for lines in resource.lines:
            target = resource_of(lines.model).name
            gone_back = _documents(lines, outcome.touched.get(target, ())) | outcome.touched.get(resource.name, set())
            left = {pk for name, pk in outcome.refused if name == target}
            stayed = _documents(lines, left) | {pk for name, pk in outcome.refused if name == resource.name}
            if half := gone_back & stayed:
                record = resource.model._default_manager.get(pk=min(half))
                raise Conflict(
                    _("“%(record)s” has been changed since, and goes back whole or not at all.")
                    % {"record": getattr(record, resource.title)}
                )


def _documents(lines: Lines, ids: Collection[int]) -> set[int]:
    """The documents that these lines belong to."""
    rows = lines.model._default_manager.filter(pk__in=list(ids))
    return set(rows.values_list(f"{lines.by}_id", flat=True))


def _check_what_came_of_it(actor: Actor, outcome: _Outcome) -> None:
    """The rows went back past the commands: what these hold together is looked at again."""
    for name, ids in outcome.touched.items():
        resource = resource_for(name)
        refuse_orphans(resource, outcome.freed[name])
        carry_again(resource, outcome.moved[name])
        if resource.keep:
            for record in resource.model._default_manager.filter(pk__in=ids, deleted_at__isnull=False):
                for check in resource.keep:
                    check(actor, record)
    administrators = User.plain.filter(is_administrator=True, is_active=True, deleted_at__isnull=True)
    if actor.user_id in outcome.touched.get(resource_of(User).name, ()) and not administrators.exists():
        raise Conflict(_("There must be at least one active administrator."))


def _explain_nothing(outcome: _Outcome) -> None:
    if outcome.refused:
        raise Conflict(_("Nothing can be taken back: everything it changed has been changed again since."))
    raise Conflict(_("This change changed nothing, so there is nothing to take back."))


def _lock(change_id: int) -> None:
    """Two people undoing the same change wait for each other (changes themselves are append-only)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('undo', %s))", [change_id])


def _is_undone(change_id: int, own: int) -> bool:
    """Was the change taken back, and that not taken back itself?"""
    undos = Change.objects.filter(undoes=change_id).exclude(pk=own).order_by("-pk")
    latest = undos.values_list("pk", flat=True).first()
    return latest is not None and not Change.objects.filter(undoes=latest).exists()


def _models_of(change_id: int) -> list[type[models.Model]]:
    """Children first: what hangs on a created record goes before it. Link tables go before all records."""
    tables = Entry.objects.filter(change_id=change_id).values_list("relation", flat=True).distinct()
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    found = [by_table[table] for table in tables if table in by_table]
    return sorted(found, key=lambda model: (issubclass(model, Record), -_depth(model), model._meta.db_table))


def _depth(model: type[models.Model]) -> int:
    """How many parents stand over rows of the model."""
    resource = resource_of(model) if has_resource(model) else None
    return 1 + _depth(parent_of(resource).model) if resource and resource.scope.parent else 0


def _undo_model(opened: OpenChange, original: Change, model: type[models.Model], outcome: _Outcome) -> None:
    actor = opened.actor
    entries = list(
        Entry.objects.filter(change_id=original.pk, relation=model._meta.db_table)
        .order_by("-id")
        .values_list("id", "object_id", "op", "after")
    )
    name = resource_of(model).name if has_resource(model) else model._meta.label_lower
    _require_fields(actor, model, {column for row in entries for column in row[3] or ()})
    fresh = timezone.now() - original.at < OWN_CHANGE
    if original.actor_id != actor.user_id or not fresh:
        _require_reach(actor, model, entries)
    blocked: set[int] = set()
    undone: set[int] = set()
    for group in _rounds(entries):
        pending = [row for row in group if row[1] not in blocked]
        done = _reverse(opened, original, model, pending)
        blocked |= {row[1] for row in pending} - done
        undone |= done
    outcome.refused |= {(name, pk) for pk in blocked}
    outcome.rows += len(undone - blocked)
    if has_resource(model):
        outcome.touched[name] |= undone
        _remember(outcome, resource_of(model), [row for row in entries if row[1] in undone])
        _reindex(model, undone, entries)


def _remember(outcome: _Outcome, resource: Resource, entries: list[Any]) -> None:
    """Note whose children, and which children, have to be looked at again. What was made had none, and goes alone."""
    scope = resource.scope
    parent = {f"{scope.parent}_id"} if scope.parent else set()
    for _entry, pk, op, after in entries:
        columns = set(after or ())
        if op == "D" or (op == "U" and columns & {*scope.carried, *parent}):
            outcome.moved[resource.name].add(pk)
        if op != "U" or columns & {"deleted_at", *parent}:
            outcome.freed[resource.name].add(pk)


def _require_fields(actor: Actor, model: type[models.Model], columns: set[str]) -> None:
    """Taking back is writing: not what is closed to the actor by now, and no rights unless he is an administrator."""
    if actor.is_administrator:
        return
    if holds_rights(model, columns):
        raise NotAllowed(_("Only a system administrator can take back what changed rights or the organisation."))
    if not has_resource(model):
        return
    access = FieldAccess(actor, resource_of(model))
    for info in fields_of(resource_of(model)).values():
        if info.column in columns and not info.spec.readonly and not access.writes(info.name):
            raise NotAllowed(_("You may not take this change back: it changed a field that is closed to you."))


def _require_reach(actor: Actor, model: type[models.Model], entries: list[Any]) -> None:
    """Somebody else's deed goes back whole or not at all: what it made must be deletable, the rest editable."""
    if actor.is_administrator:
        return
    made = {row[1] for row in entries if row[2] == "I"}
    others = {row[1] for row in entries} - made
    for action, ids in (("delete", made), ("edit", others)):
        if ids and not (has_resource(model) and _all_within(actor, model, action, ids)):
            raise NotAllowed(_("You may not take this change back: some of its records are out of your reach."))


def _all_within(actor: Actor, model: type[models.Model], action: str, ids: set[int]) -> bool:
    rows = model._default_manager.filter(combined(actor, resource_of(model), action), pk__in=ids)
    return rows.count() == len(ids)


def _rounds(entries: list[Any]) -> list[list[Any]]:
    """Entries grouped so that each row occurs once a round, its latest entry first."""
    depth: dict[int, int] = defaultdict(int)
    rounds: list[list[Any]] = []
    for row in entries:
        level = depth[row[1]]
        depth[row[1]] += 1
        if level == len(rounds):
            rounds.append([])
        rounds[level].append(row)
    return rounds


def _reverse(opened: OpenChange, original: Change, model: type[models.Model], entries: list[Any]) -> set[int]:
    """Reverse one round; returns the ids of the rows that went back."""
    done: set[int] = set()
    groups: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for entry_id, _pk, op, after in entries:
        groups[(op, tuple(sorted(after or ())))].append(entry_id)
    common = {
        "change": original.pk,
        "relation": model._meta.db_table,
        "undo": opened.id,
        "actor": opened.actor.user_id,
    }
    for (op, columns), ids in groups.items():
        statement = _STATEMENTS[op](model, columns)
        for start in range(0, len(ids), _BATCH):
            done |= _run(statement, {**common, "entries": ids[start : start + _BATCH]})
    return done


def _run(statement: sql.Composed, parameters: dict[str, Any]) -> set[int]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return {row[0] for row in cursor.fetchall()}
    except IntegrityError as error:
        raise _in_the_way(error) from error


def _check_links() -> None:
    """Links are checked when a transaction ends; here already, while it can still be said what is wrong."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise _in_the_way(error) from error


def _in_the_way(error: IntegrityError) -> Conflict:
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    return Conflict(
        _("This cannot be taken back: a record that exists now stands in its way (%(rule)s).") % {"rule": rule}
    )


# Named by change and table first: the index of the entries begins with them.
_CHOSEN = sql.SQL("e.change_id = %(change)s AND e.relation = %(relation)s AND e.id = ANY(%(entries)s)")


def _undo_update(model: type[models.Model], columns: tuple[str, ...]) -> sql.Composed:
    sets = [sql.SQL("{column} = old.{column}").format(column=sql.Identifier(column)) for column in columns]
    if issubclass(model, Record):
        sets.append(sql.SQL("version = t.version + 1, updated_at = now(), updated_by_id = %(actor)s").format())
    return sql.SQL(
        "UPDATE {table} t SET {sets} FROM audit_entry e, jsonb_populate_record(NULL::{table}, e.before) old "
        "WHERE {chosen} AND t.id = e.object_id AND audit_holds(to_jsonb(t), e.after) RETURNING t.id"
    ).format(table=sql.Identifier(model._meta.db_table), sets=sql.SQL(", ").join(sets), chosen=_CHOSEN)


def _undo_insert(model: type[models.Model], _columns: tuple[str, ...]) -> sql.Composed:
    """A record goes to the recycle bin – unless somebody has worked with it since; other rows vanish.

    A child that lives below it is such work; those made by the same change went before it.
    """
    table = sql.Identifier(model._meta.db_table)
    if not issubclass(model, Record):
        return sql.SQL(
            "DELETE FROM {table} t USING audit_entry e WHERE {chosen} AND t.id = e.object_id RETURNING t.id"
        ).format(table=table, chosen=_CHOSEN)
    used = [
        sql.SQL("AND NOT EXISTS (SELECT FROM {child} c WHERE c.{link} = t.id AND c.deleted_at IS NULL) ").format(
            child=sql.Identifier(child.model._meta.db_table), link=sql.Identifier(f"{child.scope.parent}_id")
        )
        for child in (children_of(resource_of(model)) if has_resource(model) else ())
    ]
    return sql.SQL(
        "UPDATE {table} t SET deleted_at = now(), deleted_by_id = %(actor)s, version = t.version + 1 "
        "FROM audit_entry e WHERE {chosen} AND t.id = e.object_id AND t.deleted_at IS NULL "
        "AND NOT EXISTS (SELECT FROM audit_entry later WHERE later.relation = e.relation "
        "AND later.object_id = e.object_id AND later.id > e.id AND later.change_id IS DISTINCT FROM e.change_id "
        "AND later.change_id IS DISTINCT FROM %(undo)s) "
        "{used}RETURNING t.id"
    ).format(table=table, chosen=_CHOSEN, used=sql.SQL("").join(used))


def _undo_delete(model: type[models.Model], _columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(
        "INSERT INTO {table} SELECT old.* FROM audit_entry e, jsonb_populate_record(NULL::{table}, e.before) old "
        "WHERE {chosen} ON CONFLICT DO NOTHING RETURNING id"
    ).format(table=sql.Identifier(model._meta.db_table), chosen=_CHOSEN)


_STATEMENTS = {"U": _undo_update, "I": _undo_insert, "D": _undo_delete}


def _reindex(model: type[models.Model], ids: set[int], entries: list[Any]) -> None:
    """Search text follows, where a searched field went back."""
    resource = resource_of(model)
    columns = {fields_of(resource)[name].column for name in indexed_fields(resource)}
    stale = {row[1] for row in entries if row[1] in ids and columns & set(row[3] or ())}
    for start in range(0, len(stale), _BATCH):
        rows = list(model._default_manager.filter(pk__in=sorted(stale)[start : start + _BATCH]))
        for record in rows:
            index(resource, record)
        model._default_manager.bulk_update(rows, INDEXED)
