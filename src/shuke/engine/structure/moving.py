"""Where units and people stand: below which unit, and in which order there (ORG-06, ORG-07)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.many import edit_many, update_many
from shuke.engine.commands.ownership import lock_all
from shuke.engine.commands.prepare import prepare
from shuke.engine.organisation.models import Unit
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource

# Between neighbours, so that a position typed by hand finds room.
_STEP = 10


def arrange(actor: Actor, name: str, ids: Collection[int], into: int | None, before: int | None = None) -> int:
    """Put ``units`` or ``users`` into a unit, ahead of the sibling ``before`` or at the end. Returns the change's id.

    What people own goes along with them. One change; all or nothing. Raises ``NotFound``, ``NotAllowed``, ``Invalid``.
    """
    resource = resource_for(name)
    column = "parent" if resource.model is Unit else "unit"
    with change(actor, "move", name) as opened:
        edit_many(actor, resource, ids, {column: into})
        _put_in_order(actor, resource, {column: into}, ids, before)
    return opened.id


def _put_in_order(
    actor: Actor, resource: Resource, place: dict[str, int | None], ids: Collection[int], before: int | None
) -> None:
    prepare(actor, resource, {"position": 0}, partial=True)
    rows: Any = resource.model.objects.visible_to(actor).filter(**place)  # type: ignore[attr-defined]
    order = list(rows.order_by("position", "title_key", "pk").values_list("pk", "position"))
    known = dict(order)
    moved = [pk for pk in known if pk in set(ids)]
    others = [pk for pk in known if pk not in set(ids)]
    at = others.index(before) if before in others else len(others)
    wanted = {pk: at * _STEP for at, pk in enumerate([*others[:at], *moved, *others[at:]], 1)}
    stale = [pk for pk, position in wanted.items() if known[pk] != position]
    records = lock_all(actor, resource, stale, "edit")
    for record in records:
        record.position = wanted[record.pk]
    update_many(actor, resource, [(record, {"position"}) for record in records])
