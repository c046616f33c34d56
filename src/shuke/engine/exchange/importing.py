"""Imports: read, check, find duplicates, write – in batches, each stored together with how far the job is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.scope import combined
from shuke.engine.commands.duplicates import ids_by_key
from shuke.engine.commands.many import insert_many, update_many
from shuke.engine.commands.ownership import parent_stamps
from shuke.engine.commands.prepare import require
from shuke.engine.commands.rules import check_rules, fill
from shuke.engine.commands.write import integrity_error
from shuke.engine.exchange import documents
from shuke.engine.exchange.line_columns import list_of
from shuke.engine.exchange.mapping import ORIGINALS, importable_fields, keys_for
from shuke.engine.exchange.plan import DUPLICATES, Plan
from shuke.engine.exchange.resolve import Resolver
from shuke.engine.exchange.rows import Row, demand, read, says
from shuke.engine.numbering.numbers import bearing
from shuke.engine.organisation.models import User
from shuke.engine.record.copying import maker
from shuke.engine.record.index_text import duplicate_keys
from shuke.engine.record.models import Personal
from shuke.kernel.errors import Invalid, NotAllowed, ShukeError
from shuke.resource.describe import FieldInfo, dependents, fields_of

BATCH = 2_000


def batches(plan: Plan, *, skip: int = 0) -> Iterator[list[Row]]:
    """The data rows behind the header, from the ``skip``-th on, in batches; those of a document as one."""
    rows = (Row(line, cells) for line, cells in enumerate(plan.sheet.rows(), start=1) if line > plan.header_line)
    if plan.lists:
        yield from documents.batches(plan, rows, plan.header_line + skip, BATCH)
        return
    left = islice(rows, skip, None)
    while batch := list(islice(left, BATCH)):
        yield batch


def check(plan: Plan, rows: Sequence[Row], columns: Mapping[int, FieldInfo], resolver: Resolver) -> None:
    """Decide each row's ``outcome`` (blank, created, updated, skipped, failed) and make its record, without writing."""
    for row in rows:
        row.outcome = "blank" if row.is_blank else ""
    filled = [row for row in rows if not row.outcome]
    heads = {at: info for at, info in columns.items() if not list_of(info.name)}
    read(filled, heads, resolver, new=not plan.is_partial)
    if plan.lists:
        documents.read_lines(plan, filled, columns, resolver)
    sound = [row for row in filled if not row.errors and not row.outcome]
    _make(plan, sound)
    if issubclass(plan.resource.model, Personal):
        _place(plan, [row for row in sound if not row.errors])
    if not plan.is_partial:
        _rule(plan, sound)
    _match(plan, [row for row in sound if not row.errors])
    if plan.is_partial:
        _complete(plan, [row for row in sound if not row.errors])
    if plan.lists:
        documents.make_lines(plan, filled)
    for row in filled:
        row.outcome = "failed" if row.errors else row.outcome or "created"


def _make(plan: Plan, rows: Sequence[Row]) -> None:
    make = maker(plan.resource.model)
    now = timezone.now()
    left = plan.kept - {*ORIGINALS}
    columns = {name: info.column for name, info in fields_of(plan.resource).items() if name not in left}
    for row in rows:
        row.record = make()
        # Straight into the new object: on the way through Django's attributes half the time would be lost.
        stored = row.record.__dict__
        stored["created_by_id"] = stored["updated_by_id"] = plan.actor.user_id
        stored.update([(columns[name], value) for name, value in row.values.items() if name in columns])
        for name in ORIGINALS:
            if row.values.get(name, now) in (None, ""):
                stored[columns[name]] = now if name == "created_at" else plan.actor.user_id


def _rule(plan: Plan, rows: Sequence[Row]) -> None:
    for row in rows if plan.resource.rules or dependents(plan.resource) else ():
        if not row.errors:
            _apply_rules(plan, row)


def _complete(plan: Plan, rows: Sequence[Row]) -> None:
    """What was not found is to be made: it needs every required field, and must keep the rules."""
    infos = importable_fields(plan.actor, plan.resource).values()
    required = [info for info in infos if info.required and not info.starts_filled]
    made = [row for row in rows if not row.outcome]
    for row in made:
        demand(row, required)
    _rule(plan, made)
    broken = {id(row.record): row.errors for row in made if row.errors}
    for row in rows:
        if row.outcome == "updated" and id(row.record) in broken:
            row.errors.update(broken[id(row.record)])


def _apply_rules(plan: Plan, row: Row, changed: Collection[str] | None = None) -> None:
    try:
        check_rules(plan.actor, plan.resource, row.record, changed)
    except Invalid as error:
        row.errors.update({name: str(messages[0]) for name, messages in error.fields.items()})
    except NotAllowed as error:
        row.errors[""] = str(error)


def _place(plan: Plan, rows: Sequence[Row]) -> None:
    if plan.resource.scope.parent:
        _follow_parents(plan, rows)
        return
    owners = {row.values.get("owner") for row in rows} - {None}
    people = User.objects.unscoped("owners named in an import").filter(pk__in=owners)
    units = {plan.actor.user_id: plan.actor.unit_id, **dict(people.values_list("pk", "unit_id"))}
    for row in rows:
        row.record.owner_id = row.values.get("owner") or plan.actor.user_id
        row.record.unit_id = units.get(row.record.owner_id)


def _follow_parents(plan: Plan, rows: Sequence[Row]) -> None:
    """Children go to their parent's owner – and only below parents that the actor may add to."""
    column = f"{plan.resource.scope.parent}_id"
    stamps = parent_stamps(plan.resource, {getattr(row.record, column) for row in rows})
    for row in rows:
        stamp = stamps.get(getattr(row.record, column))
        if stamp is None:
            row.errors[plan.resource.scope.parent or ""] = _("This belongs to a record that is in the recycle bin.")
            continue
        for name, value in stamp.items():
            setattr(row.record, name, value)


def _match(plan: Plan, rows: Sequence[Row]) -> None:
    """Find for each row the living record that looks like the same, or an earlier row of this batch."""
    if plan.duplicates == "create":
        return
    keys = {row.line: keys_of(plan, row) for row in rows}
    existing = _existing(plan, [key for found in keys.values() for key in found])
    earlier: dict[str, Row] = {}
    for row in rows:
        twin = next((earlier[key] for key in keys[row.line] if key in earlier), None)
        record = next((existing[key] for key in keys[row.line] if key in existing), None)
        if twin is not None or record is not None:
            _take_duplicate(plan, row, record, twin)
        if not row.errors and row.outcome != "skipped":
            for key in keys[row.line]:
                earlier.setdefault(key, twin or row)


def keys_of(plan: Plan, row: Row) -> list[str]:
    """What a checked row is recognised by; equal keys mean “the same record”."""
    if plan.resource.number and plan.key == plan.resource.number.field:
        number = row.values.get(plan.key)
        return [f"{plan.key}:{number}"] if number else []
    found = duplicate_keys(plan.resource, row.record)
    return [key for key in found if key.startswith(f"{plan.key}:")] if plan.key else found


def _take_duplicate(plan: Plan, row: Row, record: Any, twin: Row | None) -> None:
    if plan.duplicates == "skip":
        row.outcome = "skipped"
        return
    if plan.duplicates == "fail" or (twin is None and not record.may_edit):
        row.errors[""] = _("This looks like a duplicate of an existing record.")
        return
    if twin is not None and plan.lists:
        row.errors[""] = documents.apart()
        return
    row.outcome = "updated"
    row.record = twin.record if twin is not None else record


def _existing(plan: Plan, keys: list[str]) -> dict[str, Any]:
    """Key → the oldest living record that has it, with ``may_edit``."""
    ids = _ids_of(plan, keys) if keys else {}
    if not ids:
        return {}
    rows = plan.resource.model.objects.unscoped("a duplicate is one whoever owns it")  # type: ignore[attr-defined]
    records = rows.in_bulk(set(ids.values()))
    mine = rows.filter(combined(plan.actor, plan.resource, "edit"), pk__in=list(records))
    editable = set(mine.values_list("pk", flat=True)) if plan.actor.may(plan.resource.name, "edit") else set()
    for pk, record in records.items():
        record.may_edit = pk in editable
    return {key: records[pk] for key, pk in ids.items()}


def _ids_of(plan: Plan, keys: list[str]) -> dict[str, int]:
    if not plan.resource.number or plan.key != plan.resource.number.field:
        return ids_by_key(plan.resource, keys)
    rows = plan.resource.model.objects.unscoped("a number is one whoever owns the record")  # type: ignore[attr-defined]
    numbers = [key.removeprefix(f"{plan.key}:") for key in keys]
    found = bearing(rows, plan.key, numbers).filter(deleted_at__isnull=True)
    return {f"{plan.key}:{number}": pk for number, pk in found.values_list(plan.key, "pk")}


def store(plan: Plan, rows: Sequence[Row]) -> None:
    """Write a checked batch inside the open change; where it is refused, row by row, so that only the culprit fails."""
    try:
        with transaction.atomic():
            _store_together(plan, rows)
    except ShukeError:
        for row in rows:
            _store_alone(plan, row)


def _store_alone(plan: Plan, row: Row) -> None:
    try:
        with transaction.atomic():
            _store_together(plan, [row])
    except ShukeError as error:
        row.errors[""] = str(error)
        row.outcome = "failed"


def _store_together(plan: Plan, rows: Sequence[Row]) -> None:
    """New records first, then updates in their order, then the lines of all."""
    created = [row for row in rows if row.outcome == "created"]
    try:
        insert_many(plan.actor, plan.resource, [row.record for row in created], own=_gives_away(plan))
    except IntegrityError as error:
        raise integrity_error(plan.resource, error) from error
    merged: dict[int, tuple[Any, set[str]]] = {}
    for row in rows:
        if row.outcome == "updated" and (changed := fill_in(plan, row) | documents.placed(plan, row)):
            merged.setdefault(row.record.pk, (row.record, set()))[1].update(changed)
    update_many(plan.actor, plan.resource, [(record, changed) for record, changed in merged.values() if changed])
    documents.store_lines(plan, rows)


def fill_in(plan: Plan, row: Row) -> set[str]:
    """Put a row's values on the record that exists; ``changes`` says what was there and what is there now.

    When its rules refuse, the row fails and the record stays. Blank cells never overwrite.
    """
    infos = fields_of(plan.resource)
    given = {name: value for name, value in row.values.items() if name not in plan.kept and value not in (None, "")}
    if plan.duplicates == "fill":
        given = {name: value for name, value in given.items() if getattr(row.record, infos[name].column) in (None, "")}
    # Spreadsheets hold plain text: what says the same keeps its formatting.
    given = {name: value for name, value in given.items() if not says(infos[name], row.record, value)}
    before = {infos[name].column: getattr(row.record, infos[name].column) for name in given}
    changed = fill(row.record, given, plan.resource)
    row.changes = {name: (before[infos[name].column], given[name]) for name in changed}
    if changed:
        _apply_rules(plan, row, changed)
    if not row.errors:
        return changed
    row.outcome, row.changes = "failed", {}
    for column, value in before.items():
        setattr(row.record, column, value)
    return set()


def _gives_away(plan: Plan) -> str:
    return "assign" if "owner" in plan.fields else "create"


def start_checks(plan: Plan) -> dict[int, FieldInfo]:
    """What must hold before the first row is read: the grants and a mapping that makes sense."""
    require(plan.actor, plan.resource, "import")
    require(plan.actor, plan.resource, "create")
    if plan.duplicates not in DUPLICATES:
        raise Invalid(fields={"duplicates": _("Choose what to do with duplicates.")})
    if plan.key and plan.key not in keys_for(plan.resource):
        raise Invalid(fields={"key": _("Records cannot be recognised by this.")})
    if plan.key and not set(plan.key.split("+")) <= set(plan.fields):
        raise Invalid(fields={"key": _("Choose the column by which existing records are recognised.")})
    if not plan.resource.importable:
        raise Invalid(_("%(objects)s cannot be imported.") % {"objects": plan.resource.label_plural})
    return plan.columns()
