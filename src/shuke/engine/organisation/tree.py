"""Questions about the organisation tree that are asked outside an actor's own place in it."""

from __future__ import annotations

from collections.abc import Iterator

from shuke.engine.organisation.actors import ancestors, subtree
from shuke.engine.organisation.models import Unit, User


def units_below(unit_id: int) -> set[int]:
    """Ids of the unit and of everything below it; empty when there is no such unit."""
    return subtree(_units(), unit_id)


def units_above(unit_id: int | None) -> list[int]:
    """Ids of the unit and of every unit over it, nearest first; empty when there is no such unit."""
    return ancestors(_units(), unit_id)


def heads_above(place: User | Unit) -> Iterator[User]:
    """Who is in charge of a person or a unit, nearest first (ORG-01): the heads of the unit and of those over it.

    Nobody is his own head: who heads his unit answers to the next one. Heads who left do not count.
    """
    person = place if isinstance(place, User) else None
    units = _units()
    path = ancestors(units, place.unit_id if isinstance(place, User) else place.pk)
    heads = [head for unit in path if (head := units[unit].head_id)]
    rows = User.objects.unscoped("who is in charge?").filter(pk__in=heads, is_active=True, deleted_at__isnull=True)
    known = {user.pk: user for user in rows}
    for head in dict.fromkeys(heads):
        if head in known and (person is None or head != person.pk):
            yield known[head]


def _units() -> dict[int, Unit]:
    units = Unit.objects.unscoped("organisation tree").filter(deleted_at__isnull=True)
    return {unit.pk: unit for unit in units.only("pk", "parent_id", "kind", "head_id")}
