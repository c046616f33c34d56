"""Tells people what others did with their records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from shuke.engine.dispatch.models import Notice
from shuke.engine.events.models import Event


def tell_new_owner(events: Sequence[Event]) -> None:
    """Who is handed records hears of it once, with their number; who takes them himself does not."""
    received: dict[tuple[int, int, str], list[Event]] = defaultdict(list)
    for event in events:
        owner = event.data.get("owner")
        if event.kind == "assigned" and owner and owner != event.actor_id:
            received[(owner, event.change_id, event.resource)].append(event)
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=owner,
                kind="assigned",
                change_id=change_id,
                resource=resource,
                object_id=group[0].object_id if len(group) == 1 else None,
                count=len(group),
            )
            for (owner, change_id, resource), group in received.items()
        ],
        ignore_conflicts=True,
    )
