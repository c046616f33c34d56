"""Rules of the organisation tree."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import Unit, User
from shuke.engine.organisation.tree import units_below
from shuke.kernel.errors import Invalid


def tree_has_no_loop(actor: Actor, unit: Unit) -> None:
    """A unit cannot stand below itself."""
    if unit.pk and unit.parent_id in units_below(unit.pk):
        raise Invalid(fields={"parent": _("“%(unit)s” cannot stand below itself.") % {"unit": unit.name}})


def unit_has_a_place(actor: Actor, unit: Unit) -> None:
    """Only the first unit stands at the top; every other names its parent (ORG-02, ORG-03)."""
    if unit.parent_id is not None or not unit._state.adding:
        return
    tops = Unit.objects.unscoped("is there a top already?").filter(parent__isnull=True, deleted_at__isnull=True)
    if tops.exists():
        raise Invalid(fields={"parent": _("Choose the unit that this one belongs to.")})


def unit_is_empty(actor: Actor, unit: Unit) -> None:
    """A unit with people or units in it stays; they are moved first."""
    people = User.objects.unscoped("is the unit empty?").filter(unit=unit, deleted_at__isnull=True).count()
    below = Unit.objects.unscoped("is the unit empty?").filter(parent=unit, deleted_at__isnull=True).count()
    if people or below:
        raise Invalid(
            _(
                "“%(unit)s” is not empty (people: %(people)d, units: %(below)d). Move them first, or delete it with "
                "them on the page of the organisation."
            )
            % {"unit": unit.name, "people": people, "below": below}
        )
