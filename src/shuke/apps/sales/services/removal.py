"""What may be deleted of the history with a customer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import last_time_without
from shuke.kernel.errors import NotAllowed
from shuke.resource.registry import parent_of, resource_of


def only_ones_own_of_today(actor: Actor, record: Any) -> None:
    """A record is deleted only by who made it, on that day, and not when it came with a customer from the pool.

    CON-03, CON-08. An administrator may; the history tells of it.
    """
    if actor.is_administrator:
        return
    title = getattr(record, resource_of(type(record)).title)
    is_of_today = timezone.localtime(record.created_at).date() == timezone.localdate()
    if record.created_by_id != actor.user_id or not is_of_today:
        raise NotAllowed(
            _("“%(record)s” stays: one deletes only what one made oneself, and only on the same day.")
            % {"record": title}
        )
    resource = resource_of(type(record))
    received = last_time_without(parent_of(resource), getattr(record, f"{resource.scope.parent}_id"), "pool_id")
    if received is not None and record.created_at < received:
        raise NotAllowed(
            _("“%(record)s” stays: it was there before the customer came to you from the pool.") % {"record": title}
        )
