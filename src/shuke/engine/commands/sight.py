"""Is a record in sight? Asked before anything is done with what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import User
from shuke.kernel.errors import NotAllowed, NotFound
from shuke.resource.spec import Resource


def in_sight(actor: Actor, resource: Resource, pk: int, action: str = "view") -> bool:
    """May the actor do this with the living record?"""
    if not actor.may(resource.name, action):
        return False
    rows = resource.model.objects.visible_to(actor, action)  # type: ignore[attr-defined]
    return bool(rows.filter(pk=pk).exists())


def require_sight(actor: Actor, resource: Resource, pk: int, action: str = "view") -> None:
    """Raises ``NotFound`` when the record is out of sight, ``NotAllowed`` when ``action`` is not the actor's."""
    if not in_sight(actor, resource, pk):
        raise NotFound(
            _("There is no such record of %(objects)s, or you may not see it.") % {"objects": resource.label_plural}
        )
    if action != "view" and not in_sight(actor, resource, pk, action):
        raise NotAllowed(_("You may see this record but not do this with it (%(action)s).") % {"action": action})


def who_of(resource: Resource, pk: int, people: Iterable[int]) -> list[int]:
    """Those of the people who work here and see the record, in the order of their ids."""
    rows = User.objects.unscoped("who of them sees the record?")
    found = rows.filter(pk__in=set(people), is_active=True, deleted_at__isnull=True).order_by("pk")
    return [user.pk for user in found if in_sight(actor_for(user, "job"), resource, pk)]
