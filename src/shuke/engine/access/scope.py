"""Row scope: which rows of an object an actor may view, edit, delete … – the rule, said once.

``branches`` gives one condition per source of access. A row is in scope when any of them holds. They are kept apart
because a sorted page is read fastest as a UNION of one sorted, limited scan per source (``engine/query/paging.py``).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from shuke.engine.access.actor import Actor, Reach
from shuke.engine.access.models import Share
from shuke.resource.registry import parent_of
from shuke.resource.spec import Resource


def branches(actor: Actor, resource: Resource, action: str = "view") -> tuple[Q, ...]:
    """The conditions under which ``actor`` may do ``action``; ``()`` when never, ``(Q(),)`` when always."""
    reach = actor.reach(resource.name, action)
    if reach is Reach.NONE:
        return ()
    if reach is Reach.ALL:
        return (Q(),)
    found = [*_by_organisation(actor, resource, reach)]
    shared = shared_ids(actor, resource, action)
    if shared is not None:
        found.append(Q(**{f"{resource.scope.parent or 'pk'}__in": shared}))
    if resource.scope.pool and action == "view" and actor.pools:
        found.append(Q(**{f"{resource.scope.pool}__in": sorted(actor.pools)}))
    return tuple(found)


def combined(actor: Actor, resource: Resource, action: str = "view") -> Q:
    """All branches as one condition; for counting and checking, where no order has to be kept."""
    found = branches(actor, resource, action)
    if not found:
        return Q(pk__in=())
    condition = Q()
    for branch in found:
        if branch == Q():
            return branch
        condition |= branch
    return condition


def _by_organisation(actor: Actor, resource: Resource, reach: Reach) -> list[Q]:
    scope = resource.scope
    found = []
    if scope.owner and actor.user_id is not None:
        found.append(Q(**{scope.owner: actor.user_id}))
    units = _units(actor, reach)
    if scope.unit and units:
        found.append(Q(**{f"{scope.unit}__in": sorted(units)}))
    return found


def _units(actor: Actor, reach: Reach) -> frozenset[int]:
    match reach:
        case Reach.UNIT:
            return frozenset() if actor.unit_id is None else frozenset({actor.unit_id})
        case Reach.BELOW:
            return actor.below
        case Reach.COMPANY:
            return actor.company
    return frozenset()


def shared_ids(actor: Actor, resource: Resource, action: str) -> QuerySet[Share, Any] | None:
    """Ids of the records shared with the actor – of the parent, for a child. None when nothing can be shared."""
    owner = resource
    if resource.scope.parent:
        owner = parent_of(resource)
    carries = {"view", "edit"} if owner is resource else {"view", "edit", "create", "delete"}
    if not owner.scope.shareable or action not in carries:
        return None
    grantee = Q(unit__in=sorted(actor.above)) | Q(role__in=sorted(actor.roles))
    if actor.user_id is not None:
        grantee |= Q(user=actor.user_id)
    shares = Share.objects.filter(grantee, resource=owner.name)
    if action != "view":
        shares = shares.filter(level=Share.Level.EDIT)
    return shares.values("object_id")
