"""What a person may do with which objects, and which role or personal permission gives it to him (ORG-13, ORG-16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import ACTIONS, APPROVE, Actor, FieldLevel, Reach
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.sight import in_sight, require_sight
from shuke.engine.organisation.actors import actor_for, default_level
from shuke.engine.organisation.models import Membership, Role, User
from shuke.kernel.errors import NotAllowed
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Resource


@dataclass(frozen=True)
class Giver:
    """A role, or – ``role`` is None – a personal permission: what it grants and how it rules fields."""

    name: str
    role: int | None
    grants: Mapping[str, Mapping[str, str]]
    field_rules: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Held:
    """How far a right carries, and who gives it that far."""

    reach: Reach
    givers: tuple[Giver, ...]


@dataclass(frozen=True)
class RuledField:
    """A field that is not simply open: its name, what may be done with it, and the roles that say so."""

    name: str
    level: FieldLevel
    givers: tuple[Giver, ...]


@dataclass(frozen=True)
class ObjectRights:
    """The rights to one object: by action, and the fields that are ruled; ``barred`` from approving it (ORG-12)."""

    resource: Resource
    held: dict[str, Held]
    fields: tuple[RuledField, ...]
    barred: bool = False


@dataclass(frozen=True)
class Rights:
    """All of a person's rights. An administrator's are not counted up: he may do everything but approve."""

    is_administrator: bool
    givers: tuple[Giver, ...]
    objects: tuple[ObjectRights, ...]


def actions_of(resource: Resource) -> tuple[str, ...]:
    """What can be granted for an object: the actions of every one, approving, what its verbs need, further rights."""
    own = [verb.grant for verb in resource.verbs] + [right.name for right in resource.rights]
    further = dict.fromkeys(name for name in own if name not in (*ACTIONS, APPROVE))
    return (*ACTIONS, *([APPROVE] if resource.approval else []), *further)


def require_insight(actor: Actor, pk: int) -> None:
    """Raises ``NotFound`` or ``NotAllowed``: one's own rights one may know, those of others who may edit them."""
    if actor.user_id == pk:
        return
    users = resource_for("users")
    require_sight(actor, users, pk)
    if not in_sight(actor, users, pk, "edit"):
        raise NotAllowed(_("Only who may change a person sees what that person may do."))


def rights_of(user: User) -> Rights:
    """The effective rights of a person: those of all his roles and his personal ones."""
    mine = Membership.objects.filter(user=user).values("role_id")
    roles = Role.objects.unscoped("whose rights are they?").filter(pk__in=mine, deleted_at__isnull=True)
    givers = [_giver(role) for role in roles.order_by("position", "name")]
    if user.grants:
        givers.append(Giver(_("personal permission"), None, user.grants, {}))
    actor = actor_for(user, "web")
    found = () if actor.is_administrator else tuple(_rights_to(one, actor, givers) for one in all_resources())
    return Rights(actor.is_administrator, tuple(givers), found)


def rights_in(role: Role) -> tuple[ObjectRights, ...]:
    """What one role grants by itself."""
    giver = _giver(role)
    return tuple(
        ObjectRights(
            one,
            {
                action: Held(Reach[reach.upper()], (giver,))
                for action, reach in role.grants.get(one.name, {}).items()
                if reach != "none"
            },
            tuple(
                RuledField(name, FieldLevel[level.upper()], (giver,))
                for name, level in role.field_rules.get(one.name, {}).items()
            ),
        )
        for one in all_resources()
    )


def _giver(role: Role) -> Giver:
    return Giver(role.name, role.pk, role.grants, role.field_rules)


def _rights_to(resource: Resource, actor: Actor, givers: Iterable[Giver]) -> ObjectRights:
    held = {}
    for action in actions_of(resource):
        reach = actor.reach(resource.name, action)
        if reach > Reach.NONE:
            word = reach.name.lower()
            held[action] = Held(
                reach, tuple(one for one in givers if one.grants.get(resource.name, {}).get(action) == word)
            )
    fields = _ruled(resource, actor, givers) if "view" in held else ()
    granted = any(one.grants.get(resource.name, {}).get(APPROVE, "none") != "none" for one in givers)
    return ObjectRights(resource, held, fields, barred=granted and resource.name in actor.barred)


def _ruled(resource: Resource, actor: Actor, givers: Iterable[Giver]) -> tuple[RuledField, ...]:
    access = FieldAccess(actor, resource)
    found = []
    for name, info in fields_of(resource).items():
        level = access.level(name)
        if level != (FieldLevel.READ if info.spec.readonly else FieldLevel.WRITE) or _is_opened(info, level):
            word = level.name.lower()
            saying = tuple(one for one in givers if one.field_rules.get(resource.name, {}).get(name) == word)
            found.append(RuledField(name, level, saying))
    return tuple(found)


def _is_opened(info: Any, level: FieldLevel) -> bool:
    """Is it a field that is closed to everybody, and open to this person?"""
    return level > default_level(info) and not info.spec.readonly
