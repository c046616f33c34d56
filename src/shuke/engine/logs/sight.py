"""Whose deeds the log shows to whom."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, Reach
from shuke.engine.organisation.models import User
from shuke.kernel.errors import NotAllowed

# The right over users that opens the logs; it reaches as far as the deeds of those people.
LOGS = "logs"


def people_in_sight(actor: Actor) -> list[int] | None:
    """The people whose lines the actor may read; None: all, also strangers' and the system's. Raises ``NotAllowed``."""
    reach = actor.reach("users", LOGS)
    if reach is Reach.NONE:
        raise NotAllowed(_("You may not look into the logs."))
    if reach is Reach.ALL:
        return None
    return list(User.objects.visible_to(actor, LOGS).values_list("pk", flat=True))
