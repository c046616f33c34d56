"""Deleting a unit with all units and people in it (ORG-05); refused while one of them owns records (A42)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.removal import delete
from shuke.engine.organisation.models import User
from shuke.engine.structure.tree import walk
from shuke.kernel.errors import NotFound
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Resource


@dataclass(frozen=True)
class Going:
    """Who and what goes with a unit: id and name, the unit itself first; and which of the people still own what."""

    units: list[tuple[int, str]]
    people: list[tuple[int, str]]
    owners: list[tuple[int, str, str]]


def owned_resources() -> list[Resource]:
    """The objects whose records have an owner of their own."""
    return [one for one in all_resources() if one.scope.changes_hands]


def who_goes(actor: Actor, pk: int) -> Going:
    """What dissolving the unit would delete. Raises ``NotFound``."""
    units = [unit for _path, unit in walk(actor, pk)]
    if not units:
        raise NotFound(_("There is no such unit, or you may not see it."))
    rows = User.objects.unscoped("everybody in the units that go").filter(
        unit__in=[unit.pk for unit in units], deleted_at__isnull=True
    )
    people = list(rows.order_by("title_key", "pk").only("pk", "name"))
    owners = [
        (person.pk, person.name, resource.label_plural)
        for resource in owned_resources()
        for person in rows.filter(_owns_some(resource)).order_by("title_key", "pk").only("pk", "name")
    ]
    return Going([(unit.pk, unit.name) for unit in units], [(one.pk, one.name) for one in people], owners)


def _owns_some(resource: Resource) -> Exists:
    rows = resource.model.objects.unscoped("does he own anything?")  # type: ignore[attr-defined]
    return Exists(rows.filter(owner=OuterRef("pk"), deleted_at__isnull=True))


def dissolve(actor: Actor, pk: int) -> int:
    """Delete the unit, the units below it and everybody in them as one change. Returns its id.

    All or nothing. Raises ``NotFound``, ``NotAllowed``, and ``Invalid`` while one of the people owns records.
    """
    with change(actor, "dissolve", "units") as opened:
        going = who_goes(actor, pk)
        if going.people:
            delete(actor, resource_for("users"), [one for one, _name in going.people])
        # Parents come before their children there; an empty unit is all that may be deleted.
        for one, _name in reversed(going.units):
            delete(actor, resource_for("units"), [one])
    return opened.id
