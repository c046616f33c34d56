"""Putting many records into a field of several links from its other end: a role takes up members, and lets them go."""

from __future__ import annotations

from collections.abc import Collection

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.sight import require_sight
from shuke.engine.commands.write import locked, update
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Related, Resource


def has_members(related: Related) -> bool:
    """Is it a tab whose rows may point at several records, so that they are put in and taken out?"""
    return fields_of(resource_of(related.model))[related.by].kind is Kind.LINKS


def join(
    actor: Actor, resource: Resource, pk: int, related: Related, *, add: Collection[int], remove: Collection[int]
) -> int:
    """Let the records ``add`` of a related tab point at the record, too, and those of ``remove`` no longer.

    One change, all or nothing, through the checks of editing each of them. Returns its id. Raises ``NotFound``,
    ``NotAllowed``, ``Invalid``.
    """
    target = resource_of(related.model)
    info = fields_of(target)[related.by]
    require_sight(actor, resource, pk)
    with change(actor, "join", target.name) as opened:
        for one in sorted({*add, *remove}):
            record = locked(actor, target, one, "edit")
            present = set(getattr(record, info.name).values_list("pk", flat=True))
            wanted = present | {pk} if one in add else present - {pk}
            if wanted != present:
                update(actor, target, one, {info.name: sorted(wanted)})
    return opened.id
