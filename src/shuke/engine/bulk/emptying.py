"""What setting a choice on many records empties: the options below it that do not belong to the new one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Count, Q

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.models import Entry
from shuke.resource.describe import FieldInfo, dependents
from shuke.resource.spec import Resource


def below(actor: Actor, resource: Resource, field: str) -> list[FieldInfo]:
    """The fields that depend on this one, directly or not, and that may be emptied with it by the actor."""
    access = FieldAccess(actor, resource)
    names, found = {field}, []
    # Each round goes one level down.
    for _level in dependents(resource):
        for info, other in dependents(resource):
            if other.name in names and info.name not in names and not info.required and access.changes(info.name):
                names.add(info.name)
                found.append(info)
    return found


def filled(actor: Actor, resource: Resource, infos: Sequence[FieldInfo], ids: Collection[int]) -> int:
    """How many of the records have something in one of these fields."""
    rows = resource.model.objects.visible_to(actor).filter(pk__in=ids)  # type: ignore[attr-defined]
    return int(rows.filter(Q(*((f"{info.column}__isnull", False) for info in infos), _connector=Q.OR)).count())


def emptied(resource: Resource, infos: Sequence[FieldInfo], change: int) -> dict[str, int]:
    """Of how many records a change has emptied each of these fields, by name; those it left alone are not in it."""
    entries = Entry.objects.filter(change_id=change, relation=resource.model._meta.db_table, op="U")
    counts = {
        info.name: Count("pk", filter=Q(**{"after__has_key": info.column, f"after__{info.column}": None}))
        for info in infos
    }
    found = entries.aggregate(**counts) if infos else {}
    return {name: count for name, count in found.items() if count}
