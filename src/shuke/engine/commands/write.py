"""Creating and changing one record: the order of checks that form, inline edit, API, import and automation share.

grant → writable fields → types, defaults, required → version → references visible → rules → duplicates → number →
one write → still in write scope → reactions → events.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import BooleanField, Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
from shuke.engine.audit.context import OpenChange, change
from shuke.engine.commands import lines, links, ownership
from shuke.engine.commands.duplicates import refuse_duplicates
from shuke.engine.commands.lines import Sheets
from shuke.engine.commands.prepare import prepare, require
from shuke.engine.commands.rules import check_rules, complete, fill, loosen
from shuke.engine.customfields.computing import refreshed
from shuke.engine.events.outbox import emit
from shuke.engine.numbering.numbers import take
from shuke.engine.record.index_text import INDEXED, index, indexed_fields
from shuke.engine.stored.fields import claim
from shuke.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from shuke.resource.describe import FieldInfo, Kind, field_of, fields_of
from shuke.resource.spec import Resource


@dataclass(frozen=True)
class Saved:
    """A record as it is now, and the change that made it so (``None`` only for what changed nothing).

    ``emptied``: the fields that lost an option which belonged to another one than was chosen above it.
    """

    record: Any
    change: int
    emptied: frozenset[str] = frozenset()


def create(
    actor: Actor,
    resource: Resource,
    values: Mapping[str, Any],
    *,
    owner: int | None = None,
    pool: int | None = None,
    allow_duplicates: bool = True,
) -> Saved:
    """Make a record. ``owner`` gives it to somebody else, which needs the right to assign; ``pool`` to nobody (CUS-08).

    Raises ``NotAllowed``, ``Invalid`` (with field messages), ``Duplicate`` unless they are allowed.
    """
    require(actor, resource, "create")
    record: Any = resource.model()
    typed, sheets = _prepared(actor, resource, record, values)
    with change(actor, "create", resource.name) as opened:
        fill(record, typed, resource)
        suggested = complete(actor, resource, record)
        ownership.place_new(actor, resource, record, owner, pool)
        record.created_by_id = record.updated_by_id = actor.user_id
        check_rules(actor, resource, record)
        if not allow_duplicates:
            refuse_duplicates(actor, resource, record)
        if resource.number and not getattr(record, resource.number.field):
            setattr(record, resource.number.field, take(resource)[0])
        index(resource, record)
        _store(resource, record, force_insert=True)
        links.write(resource, record, typed)
        claim(actor, resource, record, typed)
        lines.write(actor, record, sheets)
        if not allow_duplicates:
            doubt(actor, resource, record)
        _require_scope(actor, resource, record, "create" if owner in (None, actor.user_id) else "assign")
        finish(actor, resource, record, opened, "created", {*suggested, *typed, *(one.name for one in sheets)})
    return Saved(refreshed(resource, record), opened.id)


def update(
    actor: Actor,
    resource: Resource,
    pk: int,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    allow_duplicates: bool = True,
    loosely: bool = False,
) -> Saved:
    """Change some fields of a record. ``version`` is the one that was on the screen; a stale one is a ``Conflict``.

    ``loosely``: options that do not fit what was chosen above them are emptied in the same change, not refused.
    Raises ``NotFound``, ``NotAllowed``, ``Invalid``, ``Conflict`` (which carries the current values), ``Duplicate``.
    """
    with change(actor, "edit", resource.name) as opened:
        record = locked(actor, resource, pk, "edit")
        typed, sheets = _prepared(actor, resource, record, values)
        # After the check of the fields: a conflict shows their values.
        if version is not None and version != record.version:
            raise _stale(resource, record, typed)
        changed = fill(record, typed, resource)
        emptied = loosen(actor, resource, record, changed) if loosely else set()
        changed |= emptied
        claim(actor, resource, record, changed)
        changed |= links.write(resource, record, typed) | lines.write(actor, record, sheets)
        if changed:
            apply(actor, resource, record, changed, allow_duplicates=allow_duplicates)
            if not allow_duplicates:
                doubt(actor, resource, record)
            _require_scope(actor, resource, record, "edit")
            finish(actor, resource, record, opened, "updated", changed)
    return Saved(refreshed(resource, record), opened.id, frozenset(emptied))


def _prepared(
    actor: Actor, resource: Resource, record: Any, values: Mapping[str, Any]
) -> tuple[dict[str, Any], Sheets]:
    """The typed values of an input and its lines. Raises ``Invalid`` with what is wrong in both."""
    plain, given = lines.parted(resource, values)
    errors: dict[str, list[object]] = {}
    typed: dict[str, Any] = {}
    sheets: Sheets = []
    try:
        typed = prepare(actor, resource, plain, partial=not record._state.adding)
    except Invalid as error:
        errors |= error.fields
    try:
        sheets = lines.read(actor, resource, record, given)
    except Invalid as error:
        errors |= error.fields
    if errors:
        raise Invalid(_("Please correct the marked fields."), fields=errors)
    return typed, sheets


def apply(
    actor: Actor, resource: Resource, record: Any, changed: Collection[str], *, allow_duplicates: bool = True
) -> None:
    """Check the rules and write the changed fields of a locked record; what verbs end with, too."""
    if resource.scope.parent in changed:
        changed = {*changed, *ownership.follow_parent(resource, record)}
    check_rules(actor, resource, record, changed)
    if indexed_fields(resource) & set(changed):
        if not allow_duplicates:
            refuse_duplicates(actor, resource, record)
        index(resource, record)
        changed = {*changed, *INDEXED}
    record.version += 1
    record.updated_at = timezone.now()
    record.updated_by_id = actor.user_id
    stored = {name for name in changed if not _is_elsewhere(resource, name)}
    _store(resource, record, update_fields=[*stored, "version", "updated_at", "updated_by"])


def finish(
    actor: Actor, resource: Resource, record: Any, opened: OpenChange, kind: str, changed: Collection[str]
) -> None:
    """What follows a write within its transaction: the object's own reactions, then the event."""
    for reaction in resource.reactions:
        reaction(actor, record, frozenset(changed))
    emit(opened, kind, resource.name, [record.pk], {"fields": sorted(changed)})


def locked(actor: Actor, resource: Resource, pk: int, action: str) -> Any:
    """The record, locked for this transaction.

    Raises ``NotFound`` when the actor may not see it, ``NotAllowed`` when he may not do ``action`` with it.
    """
    may = combined(actor, resource, action)
    rows = resource.model.objects.visible_to(actor).filter(pk=pk)  # type: ignore[attr-defined]
    allowed: Any = Value(True) if may == Q() else Case(When(may, then=Value(True)), default=Value(False))
    record = rows.annotate(may_act=_as_boolean(allowed)).select_for_update(of=("self",), no_key=True).first()
    if record is None:
        raise NotFound(
            _("There is no such record of %(objects)s, or you may not see it.") % {"objects": resource.label_plural}
        )
    if not record.may_act:
        raise NotAllowed(
            _("You may see “%(record)s” but not do this with it (%(action)s).")
            % {"record": getattr(record, resource.title), "action": action}
        )
    return record


def _as_boolean(expression: Any) -> Any:
    expression.output_field = BooleanField()
    return expression


def doubt(actor: Actor, resource: Resource, record: Any) -> None:
    """Raises ``Duplicate`` for what the object has doubts about in a stored record; it may be saved nevertheless."""
    for ask in resource.doubts:
        ask(actor, record)


def _is_elsewhere(resource: Resource, name: str) -> bool:
    """Is it stored in rows of other tables, and written already?"""
    info = field_of(resource, name)
    return any(one.name == name for one in resource.lines) or (info is not None and info.kind is Kind.LINKS)


def _store(resource: Resource, record: models.Model, **options: Any) -> None:
    try:
        with transaction.atomic():
            record.save(**options)
    except IntegrityError as error:
        raise integrity_error(resource, error) from error


def integrity_error(resource: Resource, error: IntegrityError) -> Invalid:
    """A constraint of the database in the words of the model that declares it."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for constraint in resource.model._meta.constraints:
        if constraint.name == name:
            return Invalid(constraint.get_violation_error_message())
    return Invalid(_("This cannot be stored: a rule of the database refuses it (%(rule)s).") % {"rule": name or error})


def _require_scope(actor: Actor, resource: Resource, record: Any, action: str) -> None:
    condition = combined(actor, resource, action)
    if condition == Q():
        return
    rows = resource.model.objects.unscoped("is the written row still in scope?")  # type: ignore[attr-defined]
    if not rows.filter(condition, pk=record.pk).exists():
        raise NotAllowed(
            _("This would put “%(record)s” outside of what you may work with.")
            % {"record": getattr(record, resource.title)}
        )


def _present(record: Any, info: FieldInfo) -> Any:
    if info.kind is Kind.LINKS:
        return sorted(getattr(record, info.name).values_list("pk", flat=True))
    return getattr(record, info.column)


def _stale(resource: Resource, record: Any, values: Mapping[str, Any]) -> Conflict:
    infos = fields_of(resource)
    return Conflict(
        _("“%(record)s” was changed by someone else meanwhile. Compare both versions and save again.")
        % {"record": getattr(record, resource.title)},
        version=record.version,
        theirs={name: _present(record, infos[name]) for name in values},
    )
