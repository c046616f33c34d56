"""A person leaves: all that he owns goes to a colleague, history and all, as one change (ORG-33)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.ownership import assign
from shuke.engine.commands.write import locked
from shuke.engine.structure.dissolving import owned_resources
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for

# One transaction moves so many; who owns more hands a list over in the background first.
MOST = 20_000


def owned_by(people: Collection[int]) -> list[tuple[str, int]]:
    """What the people own, of every object whose records have owners: its name and the number, no further than MOST."""
    found = []
    for resource in owned_resources():
        rows = resource.model.objects.unscoped("what a leaver owns is counted")  # type: ignore[attr-defined]
        count = rows.filter(owner__in=people, deleted_at__isnull=True)[: MOST + 1].count()
        if count:
            found.append((resource.label_plural, count))
    return found


def hand_over(actor: Actor, person: int, to: int) -> int:
    """Give all records of a person, of every object, to a colleague. Returns the change's id.

    All or nothing: raises ``NotFound`` and ``NotAllowed`` where the actor may not edit the person or assign one of the
    records, ``Invalid`` for a colleague who does not work here, the same person, and too many records.
    """
    if person == to:
        raise Invalid(fields={"to": _("Choose another colleague.")})
    with change(actor, "handover", "users") as opened:
        locked(actor, resource_for("users"), person, "edit")
        for resource in owned_resources():
            # All of it: the command checks each record.
            rows = resource.model.objects.unscoped("all that a leaver owns")  # type: ignore[attr-defined]
            ids = list(rows.filter(owner=person, deleted_at__isnull=True).values_list("pk", flat=True)[: MOST + 1])
            if len(ids) > MOST:
                raise Invalid(
                    _("More than %(most)d %(objects)s: hand some over in their list first.")
                    % {"most": MOST, "objects": resource.label_plural}
                )
            if ids:
                assign(actor, resource, ids, to)
    return opened.id
