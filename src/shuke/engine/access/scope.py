"""Row scope: which rows of an object an actor may view, edit, delete … – the rule, said once.

``sources`` gives one condition per source of access. A row is in scope when any of them holds. They are kept apart
because a sorted page is read fastest as a UNION of one sorted, limited scan per source (``engine/query/sources.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from shuke.engine.access.actor import Actor, Reach
from shuke.engine.access.models import Share
from shuke.resource.registry import parent_of
from shuke.resource.spec import Resource


@dataclass(frozen=True)
class Source:
    """One way to reach rows: those that meet ``condition``.

    Where that says that ``column`` is one of ``values``, a sorted scan may take the values one by one. ``why`` names
    the way for those who ask: ``all``, ``owner``, ``unit``, ``share``, ``pool``.
    """

    condition: Q
    column: str = ""
    values: tuple[int, ...] = ()
    why: str = "all"


EVERY_ROW = Source(Q())


def sources(actor: Actor, resource: Resource, action: str = "view") -> tuple[Source, ...]:
    """The ways in which ``actor`` may do ``action``; ``()`` when never, ``(EVERY_ROW,)`` when always."""
    reach = actor.reach(resource.name, action)
    if reach is Reach.NONE:
        return ()
    if reach is Reach.ALL:
        return (EVERY_ROW,)
    found = [*_by_organisation(actor, resource, reach)]
    shared = shared_ids(actor, resource, action)
    if shared is not None:
        found.append(Source(Q(**{f"{resource.scope.parent or 'pk'}__in": shared}), why="share"))
    if resource.scope.pool and actor.pools and _opens_pools(action, reach):
        found.append(_one_of(resource.scope.pool, actor.pools, "pool"))
    return tuple(found)


def _opens_pools(action: str, reach: Reach) -> bool:
    """Who may look, or make records, may do so in the pools open to him (CUS-08); who hands out more than his own
    records hands out what waits there (CUS-09)."""
    return action in ("view", "create") or (action == "assign" and reach > Reach.OWN)


def combined(actor: Actor, resource: Resource, action: str = "view") -> Q:
    """All sources as one condition; for counting and checking, where no order has to be kept."""
    return any_of([source.condition for source in sources(actor, resource, action)])


def any_of(conditions: Sequence[Q]) -> Q:
    """Any of the conditions; no row for none of them, every row when one of them is always true."""
    if Q() in conditions:
        return Q()
    return reduce(or_, conditions) if conditions else Q(pk__in=())


def _one_of(column: str, values: Iterable[int], why: str) -> Source:
    chosen = tuple(sorted(values))
    return Source(Q(**{f"{column}__in": chosen}), column, chosen, why)


def _by_organisation(actor: Actor, resource: Resource, reach: Reach) -> list[Source]:
    scope = resource.scope
    found = []
    if scope.owner and actor.user_id is not None:
        found.append(Source(Q(**{scope.owner: actor.user_id}), why="owner"))
    units = _units(actor, reach)
    if scope.unit and units:
        found.append(_one_of(scope.unit, units, "unit"))
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
    return _shares_with(actor.user_id, actor.above, actor.roles, owner.name, to_edit=action != "view").all()


@lru_cache(maxsize=256)
def _shares_with(
    user: int | None, units: frozenset[int], roles: frozenset[int], resource: str, *, to_edit: bool
) -> QuerySet[Share, Any]:
    """The statement, not its rows: it is put together once for the dozen times that a page needs it."""
    grantee = Q(unit__in=sorted(units)) | Q(role__in=sorted(roles))
    if user is not None:
        grantee |= Q(user=user)
    shares = Share.objects.filter(grantee, resource=resource)
    if to_edit:
        shares = shares.filter(level=Share.Level.EDIT)
    return shares.values("object_id")
