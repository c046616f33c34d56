"""Makes the actor of a user: roles and personal permissions merged, units resolved; cached by the access stamp."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from django.db import connection, models

from shuke.engine.access.actor import Actor, FieldLevel, Reach
from shuke.engine.access.approving import barred
from shuke.engine.organisation.models import AccessStamp, Membership, Pool, Role, Unit, User
from shuke.engine.record.index_text import INDEXED
from shuke.resource.describe import FieldInfo, field_of
from shuke.resource.registry import all_resources

_CACHE_SIZE = 2000
_actors: dict[tuple[int, int], Actor] = {}
_listeners: list[Callable[[], object]] = []
_along: dict[str, str] = {}
_heard: set[int] = set()  # the last stamp that the listeners were told of


def when_stamp_rises(listener: Callable[[], object]) -> None:
    """Have a function called in every process before it acts for anybody under another stamp than the last one."""
    _listeners.append(listener)


def ask_along(name: str, subselect: str) -> None:
    """Have ``find_user`` bring one more value about user ``u`` as an attribute: a round trip less for every page."""
    _along[name] = subselect
    _signed_in.cache_clear()


def find_user(user_id: int) -> User | None:
    """The living, active user with the stamp attached; one query, asked with every request and so written by hand."""
    fields, statement = _signed_in()
    with connection.cursor() as cursor:
        cursor.execute(statement, [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    user: Any = User.from_db(
        connection.alias,
        [field.attname for field in fields],
        [_read(field, value) for field, value in zip(fields, row, strict=False)],
    )
    for name, value in zip(("access_stamp", *_along), row[len(fields) :], strict=True):
        setattr(user, name, value)
    return cast("User", user)


@cache
def _signed_in() -> tuple[list[models.Field[Any, Any]], str]:
    fields = [field for field in User._meta.concrete_fields if field.name not in INDEXED]
    along = [f"SELECT value FROM {AccessStamp._meta.db_table} WHERE id = 1", *_along.values()]
    return fields, (
        f"SELECT {', '.join(f'u.{field.column}' for field in fields)}, {', '.join(f'({one})' for one in along)} "
        f"FROM {User._meta.db_table} u WHERE u.id = %s AND u.is_active AND u.deleted_at IS NULL"
    )


def _read(field: models.Field[Any, Any], value: Any) -> Any:
    return json.loads(value) if isinstance(field, models.JSONField) and isinstance(value, str) else value


def actor_for(user: User, via: str, address: str = "") -> Actor:
    """The actor for a user, who comes from a network address.

    Free when the user came through ``find_user`` and nothing changed since last time.
    """
    stamp = getattr(user, "access_stamp", None)
    if stamp is None:
        stamp = AccessStamp.objects.filter(pk=1).values_list("value", flat=True).first() or 0
    _notice(stamp)
    key = (user.pk, stamp)
    if key not in _actors:
        if len(_actors) >= _CACHE_SIZE:
            _actors.clear()
        _actors[key] = _build(user)
    return _actors[key].coming(via, address)


def _notice(stamp: int) -> None:
    if stamp not in _heard:
        for listener in _listeners:
            listener()
        _heard.clear()
        _heard.add(stamp)


def _build(user: User) -> Actor:
    roles = list(
        Role.objects.unscoped("rights of a user").filter(
            deleted_at__isnull=True,
            pk__in=Membership.objects.filter(user_id=user.pk).values("role_id"),
        )
    )
    units = {
        unit.pk: unit
        for unit in Unit.objects.unscoped("organisation tree")
        .filter(deleted_at__isnull=True)
        .only("pk", "parent_id", "kind")
    }
    above = frozenset(ancestors(units, user.unit_id))
    return Actor(
        user_id=user.pk,
        login=user.login,
        name=user.name,
        unit_id=user.unit_id,
        below=frozenset(subtree(units, user.unit_id)),
        company=frozenset(subtree(units, company_of(units, user.unit_id))),
        above=above,
        roles=frozenset(role.pk for role in roles),
        pools=_open_pools(above),
        grants=merge_grants([*(role.grants for role in roles), user.grants]),
        field_rules=merge_field_rules(roles),
        is_administrator=user.is_administrator,
        demands_second_factor=any(role.second_factor for role in roles),
        barred=barred({role.builtin for role in roles}),
    )


def ancestors(units: Mapping[int, Unit], unit_id: int | None) -> list[int]:
    """The unit and every unit over it, nearest first; a broken loop ends the walk."""
    found: list[int] = []
    while unit_id is not None and unit_id in units and unit_id not in found:
        found.append(unit_id)
        unit_id = units[unit_id].parent_id
    return found


def subtree(units: Mapping[int, Unit], unit_id: int | None) -> set[int]:
    """The unit and every unit below it."""
    if unit_id is None or unit_id not in units:
        return set()
    children: dict[int | None, list[int]] = defaultdict(list)
    for unit in units.values():
        children[unit.parent_id].append(unit.pk)
    found: set[int] = set()
    waiting = [unit_id]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(children[current])
    return found


def company_of(units: Mapping[int, Unit], unit_id: int | None) -> int | None:
    """The nearest company at or over the unit, else the root over it."""
    path = ancestors(units, unit_id)
    companies = [unit for unit in path if units[unit].kind == Unit.Kind.COMPANY]
    return companies[0] if companies else (path[-1] if path else None)


def _open_pools(above: frozenset[int]) -> frozenset[int]:
    links: dict[int, set[int]] = defaultdict(set)
    for pool, unit in Pool.units.through.objects.values_list("pool_id", "unit_id"):
        links[pool].add(unit)
    pools = Pool.objects.unscoped("pools open to a user").filter(deleted_at__isnull=True).values_list("pk", flat=True)
    return frozenset(pool for pool in pools if not links[pool] or links[pool] & above)


def merge_grants(sources: Iterable[Mapping[str, Mapping[str, str]]]) -> dict[str, dict[str, Reach]]:
    """The widest reach of every source for each object and action (ORG-13: roles plus personal, never minus)."""
    merged: dict[str, dict[str, Reach]] = defaultdict(dict)
    for source in sources:
        for resource, actions in source.items():
            for action, reach in actions.items():
                given = Reach[reach.upper()]
                merged[resource][action] = max(given, merged[resource].get(action, Reach.NONE))
    return dict(merged)


def merge_field_rules(roles: Iterable[Role]) -> dict[str, dict[str, FieldLevel]]:
    """The most generous level for each field among the roles that let a person see the object.

    A role that says nothing about a field leaves it as it is for everybody: writable, or hidden when sensitive.
    """
    roles = list(roles)
    merged: dict[str, dict[str, FieldLevel]] = {}
    for resource in all_resources():
        viewing = [role for role in roles if role.grants.get(resource.name, {}).get("view", "none") != "none"]
        rules = [role.field_rules.get(resource.name, {}) for role in viewing or roles]
        names = {name for rule in rules for name in rule}
        if names:
            merged[resource.name] = {
                name: max(_level(rule.get(name), field_of(resource, name)) for rule in rules) for name in names
            }
    return merged


def _level(said: str | None, info: FieldInfo | None) -> FieldLevel:
    if said:
        return FieldLevel[said.upper()]
    return FieldLevel.HIDDEN if info is None else default_level(info)


def default_level(info: FieldInfo) -> FieldLevel:
    """What a role that says nothing about a field leaves everybody."""
    return FieldLevel.HIDDEN if info.spec.sensitive else FieldLevel.WRITE
