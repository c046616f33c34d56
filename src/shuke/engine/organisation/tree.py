"""Questions about the organisation tree that are asked outside an actor's own place in it."""

from __future__ import annotations

from shuke.engine.organisation.actors import subtree
from shuke.engine.organisation.models import Unit


def units_below(unit_id: int) -> set[int]:
    """Ids of the unit and of everything below it; empty when there is no such unit."""
    units = Unit.objects.unscoped("organisation tree").filter(deleted_at__isnull=True).only("pk", "parent_id", "kind")
    return subtree({unit.pk: unit for unit in units}, unit_id)
