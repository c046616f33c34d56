"""Which people a rule means: the owner, those who oversee his department, chosen people, roles and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Reach
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Membership, Role, Unit, User
from shuke.engine.organisation.tree import heads_above, units_above, units_below
from shuke.kernel.errors import Invalid
from shuke.resource.spec import Resource

MOST = 500
# The lists of a step that name people, and where their ids lead.
LISTS = {"people": User, "roles": Role, "units": Unit}


def active(ids: Iterable[int]) -> list[User]:
    """Those of the people who work here, in the order of their ids."""
    rows = User.objects.unscoped("whom a rule means").filter(pk__in=set(ids))
    return list(rows.filter(is_active=True, deleted_at__isnull=True).order_by("pk"))


def chosen(step: Mapping[str, Any]) -> list[User]:
    """The active people that a step names: by person, by role, by unit (with all below it)."""
    ids = set(step.get("people", ()))
    if roles := step.get("roles"):
        ids |= set(Membership.objects.filter(role_id__in=roles).values_list("user_id", flat=True))
    if units := step.get("units"):
        below = set().union(*(units_below(unit) for unit in units))
        rows = User.objects.unscoped("the people of a unit").filter(unit_id__in=below)
        ids |= set(rows.values_list("pk", flat=True))
    return active(ids)


def told(resource: Resource, record: Any, step: Mapping[str, Any]) -> list[User]:
    """Everybody whom a step tells: those it names, the record's owner, and his overseers."""
    owner = getattr(record, "owner_id", None)
    ids = {user.pk for user in chosen(step)}
    if step.get("owner") and owner:
        ids.add(owner)
    if step.get("manager") and owner:
        ids |= set(overseers(resource, owner))
    return active(ids)


def overseers(resource: Resource, owner: int, *, besides: int | None = None) -> list[int]:
    """Who is in charge of a person: the nearest head above him; ``besides`` is somebody who knows already.

    Where no unit above him has a head, those of his unit – else of the nearest one above – who see all of a unit's
    records oversee him, and where nobody does, the administrators.
    """
    person = next(iter(active([owner])), None)
    if person is None:
        return []
    if head := next((one for one in heads_above(person) if one.pk != besides), None):
        return [head.pk]
    for unit in units_above(person.unit_id):
        people = User.objects.unscoped("who is in charge of a unit?").filter(
            unit_id=unit, is_active=True, deleted_at__isnull=True
        )
        others = [user for user in people.order_by("pk")[:MOST] if user.pk not in (owner, besides)]
        if found := [user.pk for user in others if _oversees(resource, user)]:
            return found
    administrators = User.objects.unscoped("who is in charge of everything?").filter(
        is_administrator=True, is_active=True, deleted_at__isnull=True
    )
    return [pk for pk in administrators.order_by("pk").values_list("pk", flat=True) if pk not in (owner, besides)]


def _oversees(resource: Resource, user: User) -> bool:
    return actor_for(user, "job").reach(resource.name, "view") >= Reach.UNIT


def check_people(step: Mapping[str, Any], *, also: Sequence[str] = ()) -> None:
    """Raises ``Invalid`` when the step names nobody, or somebody who is not there. ``also``: further ways to name."""
    for name, model in LISTS.items():
        ids = step.get(name, [])
        if not isinstance(ids, list) or len(ids) > MOST or not all(type(pk) is int for pk in ids):
            raise Invalid(_("Choose whom it is about."))
        rows = model.plain.filter(pk__in=ids, deleted_at__isnull=True)
        if rows.count() != len(set(ids)):
            raise Invalid(_("One of those chosen is no longer there."))
    if not any(step.get(name) for name in (*LISTS, *also)):
        raise Invalid(_("Choose whom it is about."))
