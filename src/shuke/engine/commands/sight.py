"""Is a record in sight? Asked before anything is done with what hangs on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
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


def rights_on(actor: Actor, resource: Resource, pk: int, actions: Collection[str]) -> frozenset[str]:
    """Those of the actions that the actor may do with the living record; at most one question for all of them."""
    granted = {action: combined(actor, resource, action) for action in actions if actor.may(resource.name, action)}
    sure = {action for action, condition in granted.items() if condition == Q()}
    asked = {
        f"may_{action}": Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
        for action, condition in granted.items()
        if action not in sure
    }
    if not asked:
        return frozenset(sure)
    rows = resource.model.objects.unscoped("what may be done with it?")  # type: ignore[attr-defined]
    found = rows.filter(pk=pk, deleted_at__isnull=True).annotate(**asked).values(*asked).first() or {}
    return frozenset(sure | {key.removeprefix("may_") for key, yes in found.items() if yes})


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
