"""Whose a record is: the owner, the owner's unit stamped beside it, the pool; children carry their parent's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.prepare import require
from shuke.engine.events.outbox import emit
from shuke.engine.organisation.models import Pool, User
from shuke.engine.record.models import Personal
from shuke.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from shuke.resource.registry import all_resources, children_of, parent_of
from shuke.resource.spec import Resource


def place_new(actor: Actor, resource: Resource, record: Any, owner: int | None, pool: int | None = None) -> None:
    """Give a new record its owner: the parent's, the given person, or the actor himself – or none, but a pool."""
    if not issubclass(resource.model, Personal):
        return
    if resource.scope.parent:
        follow_parent(resource, record)
        return
    if pool is not None:
        if owner is not None:
            raise Invalid(fields={"pool": _("A record has an owner or waits in a pool, not both.")})
        _require_pools(resource)
        _require_open(actor, pool)
        record.pool_id = pool
        return
    if owner is not None and owner != actor.user_id:
        require(actor, resource, "assign")
        person = new_owner(actor, owner)
        record.owner_id, record.unit_id = person.pk, person.unit_id
        return
    record.owner_id, record.unit_id = actor.user_id, actor.unit_id


def follow_parent(resource: Resource, record: Any) -> tuple[str, ...]:
    """Copy owner, unit and pool from the parent; returns the fields written. Raises ``Invalid`` when it is gone."""
    parent_id = getattr(record, f"{resource.scope.parent}_id")
    stamp = parent_stamps(resource, [parent_id]).get(parent_id)
    if stamp is None:
        raise Invalid(fields={resource.scope.parent or "": _("This belongs to a record that is in the recycle bin.")})
    for column, value in stamp.items():
        setattr(record, column, value)
    return tuple(column.removesuffix("_id") for column in stamp)


def parent_stamps(resource: Resource, ids: Collection[int]) -> dict[int, dict[str, int | None]]:
    """Owner, unit and pool of the living ones among the given parents, by their ids.

    Within a transaction they are locked: who hands the parent over or deletes it waits, and finds the new child.
    """
    rows = parent_of(resource).model._default_manager.filter(pk__in=ids, deleted_at__isnull=True).order_by("pk")
    if connection.in_atomic_block:
        rows = rows.select_for_update(no_key=True)
    columns = resource.scope.carried
    return {pk: dict(zip(columns, stamp, strict=True)) for pk, *stamp in rows.values_list("pk", *columns)}


def new_owner(actor: Actor, user_id: int) -> User:
    """The active colleague who is to own records. Raises ``Invalid``."""
    people = User.objects.visible_to(actor) if actor.may("users", "view") else User.objects.unscoped("oneself")
    if not actor.may("users", "view"):
        people = people.filter(pk=actor.user_id)
    found: User | None = people.filter(pk=user_id, is_active=True, deleted_at__isnull=True).first()
    if found is None:
        raise Invalid(fields={"owner": _("Choose a colleague who works here and may sign in.")})
    return found


def assign(actor: Actor, resource: Resource, ids: Collection[int], owner: int) -> int:
    """Hand records to a colleague (CUS-06, CUS-09, CUS-20), children included. Returns the change's id.

    All or nothing: raises ``NotFound`` or ``NotAllowed`` when one of the records is out of the actor's reach.
    """
    _require_own_owner(resource)
    require(actor, resource, "assign")
    with change(actor, "assign", resource.name) as opened:
        person = new_owner(actor, owner)
        records = lock_all(actor, resource, ids, "assign")
        moved = [record.pk for record in records if record.owner_id != person.pk]
        place(actor, resource, moved, owner=person.pk, unit=person.unit_id, pool=None)
        emit(opened, "assigned", resource.name, moved, {"owner": person.pk})
    return opened.id


def release(actor: Actor, resource: Resource, ids: Collection[int], pool: int) -> int:
    """Put records into a pool: they lose their private owner (CUS-07). Returns the change's id."""
    _require_pools(resource)
    require(actor, resource, "edit")
    with change(actor, "release", resource.name) as opened:
        _require_open(actor, pool)
        records = lock_all(actor, resource, ids, "edit")
        moved = [record.pk for record in records]
        place(actor, resource, moved, owner=None, unit=None, pool=pool)
        emit(opened, "released", resource.name, moved, {"pool": pool})
    return opened.id


def _require_open(actor: Actor, pool: int) -> None:
    """Raises ``Invalid`` for a pool that is neither open to the actor nor his to see."""
    if pool not in actor.pools and not Pool.objects.visible_to(actor).filter(pk=pool).exists():
        raise Invalid(fields={"pool": _("There is no such pool, or it is not open to you.")})


def claim(actor: Actor, resource: Resource, ids: Collection[int]) -> int:
    """Take records out of a pool for oneself (CUS-08).

    Raises ``NotAllowed`` for one that is in no pool open to the actor.
    """
    _require_pools(resource)
    require(actor, resource, "edit")
    with change(actor, "claim", resource.name) as opened:
        records = lock_all(actor, resource, ids, "view")
        if any(record.pool_id not in actor.pools for record in records):
            raise NotAllowed(
                _("Only records in a pool that is open to you can be claimed; somebody was faster, perhaps.")
            )
        moved = [record.pk for record in records]
        place(actor, resource, moved, owner=actor.user_id, unit=actor.unit_id, pool=None)
        emit(opened, "claimed", resource.name, moved, {"owner": actor.user_id})
    return opened.id


def _require_own_owner(resource: Resource) -> None:
    """Only what has an owner of its own goes from hand to hand; a child goes with its parent."""
    if not resource.scope.changes_hands:
        raise Invalid(
            _("%(objects)s have no owner of their own that could be changed.") % {"objects": resource.label_plural}
        )


def _require_pools(resource: Resource) -> None:
    """What is one person's business, such as a task, never waits for whoever comes."""
    if not resource.scope.waits_in_pools:
        raise Invalid(_("%(objects)s cannot be put into a pool.") % {"objects": resource.label_plural})


def lock_all(actor: Actor, resource: Resource, ids: Collection[int], action: str) -> list[Any]:
    """Every one of the records, locked in the order of their ids.

    Raises ``NotFound`` when the actor may not see one, ``NotAllowed`` when he may not do ``action`` with one.
    """
    wanted = set(ids)
    objects = resource.model.objects  # type: ignore[attr-defined]
    rows = objects.visible_to(actor).filter(pk__in=wanted).order_by("pk")
    records = list(rows.defer("haystack", "grams", "keys").select_for_update(of=("self",), no_key=True))
    if len(records) != len(wanted):
        raise NotFound(_("Some of these records are gone, or you may not see them. Reload the list."))
    if action != "view":
        allowed = objects.visible_to(actor, action).filter(pk__in=wanted).count()
        if allowed != len(wanted):
            raise NotAllowed(
                _("You may not do this (%(action)s) with %(count)d of these records.")
                % {"action": action, "count": len(wanted) - allowed}
            )
    return records


def place(
    actor: Actor, resource: Resource, ids: Sequence[int], *, owner: int | None, unit: int | None, pool: int | None
) -> None:
    """Write owner, unit and pool of records and, without touching their versions, of all their children."""
    whose = {"owner_id": owner, "unit_id": unit, "pool_id": pool}
    stamp = {column: whose[column] for column in resource.scope.carried}
    rows = resource.model.objects.unscoped("ids were locked in scope")  # type: ignore[attr-defined]
    _raise_version(rows.filter(pk__in=ids), actor, stamp)
    _carry_down(resource, ids, stamp)


def _raise_version(rows: Any, actor: Actor, stamp: dict[str, int | None]) -> None:
    rows.update(**stamp, version=F("version") + 1, updated_at=timezone.now(), updated_by_id=actor.user_id)


def _carry_down(resource: Resource, ids: Sequence[int], stamp: dict[str, int | None]) -> None:
    for child in children_of(resource):
        rows = child.model.objects.unscoped("children go with their parent")  # type: ignore[attr-defined]
        rows = rows.filter(**{f"{child.scope.parent}__in": ids})
        if children_of(child):
            _carry_down(child, list(rows.values_list("pk", flat=True)), stamp)
        rows.update(**stamp)


def refuse_orphans(resource: Resource, ids: Collection[int]) -> None:
    """After rows came back or went: raises ``Conflict`` when a living child would be left below a parent in the bin.

    ``ids`` are rows of the resource, as children and as parents.
    """
    own = [(resource, "id")] if resource.scope.parent else []
    below = [(child, f"{child.scope.parent}_id") for child in children_of(resource)]
    for child, column in [*own, *below] if ids else ():
        with connection.cursor() as cursor:
            cursor.execute(_ORPHANS.format(**_names(child, column)), [list(ids)])
            if cursor.fetchone()[0]:
                raise Conflict(
                    _("Not possible: %(objects)s would be left below a record that is in the recycle bin.")
                    % {"objects": child.label_plural}
                )


def carry_again(resource: Resource, ids: Collection[int]) -> None:
    """After rows got another parent, owner, unit or pool past the commands: children carry what their parent has now.

    ``ids`` are rows of the resource, as children and as parents; what lives below them follows at every depth.
    """
    if ids and resource.scope.parent:
        _follow(resource, "id", ids)
    _follow_below(resource, ids)


def _follow_below(resource: Resource, ids: Collection[int]) -> None:
    for child in children_of(resource) if ids else ():
        link = f"{child.scope.parent}_id"
        _follow(child, link, ids)
        if children_of(child):
            rows = child.model.objects.unscoped("children of moved records")  # type: ignore[attr-defined]
            _follow_below(child, list(rows.filter(**{f"{link}__in": list(ids)}).values_list("pk", flat=True)))


def _follow(child: Resource, column: str, ids: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CARRY.format(**_names(child, column)), [list(ids)])


def _names(child: Resource, column: str) -> dict[str, sql.Composable]:
    carried = child.scope.carried
    return {
        "child": sql.Identifier(child.model._meta.db_table),
        "parent": sql.Identifier(parent_of(child).model._meta.db_table),
        "link": sql.Identifier(f"{child.scope.parent}_id"),
        "column": sql.Identifier(column),
        "sets": sql.SQL(", ").join(sql.SQL("{c} = p.{c}").format(c=sql.Identifier(name)) for name in carried),
        "mine": sql.SQL(", ").join(sql.SQL("c.{c}").format(c=sql.Identifier(name)) for name in carried),
        "its": sql.SQL(", ").join(sql.SQL("p.{c}").format(c=sql.Identifier(name)) for name in carried),
    }


_ORPHANS = sql.SQL(
    "SELECT EXISTS (SELECT FROM {child} c JOIN {parent} p ON c.{link} = p.id "
    "WHERE c.{column} = ANY(%s) AND c.deleted_at IS NULL AND p.deleted_at IS NOT NULL)"
)
_CARRY = sql.SQL(
    "UPDATE {child} c SET {sets} FROM {parent} p "
    "WHERE c.{link} = p.id AND c.{column} = ANY(%s) AND ({mine}) IS DISTINCT FROM ({its})"
)


def restamp(user_id: int, unit_id: int | None) -> None:
    """Write a person's new unit on everything he owns; part of moving him to another department (ORG-06)."""
    for resource in all_resources():
        if issubclass(resource.model, Personal):
            rows = resource.model.objects.unscoped("the owner moved").filter(owner_id=user_id)
            rows.exclude(unit=unit_id).update(unit_id=unit_id)
