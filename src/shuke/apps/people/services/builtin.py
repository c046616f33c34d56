"""The roles that every installation has from the start, and what belongs to them (ORG-12, ORG-22)."""

from __future__ import annotations

from typing import Any

from shuke.apps.people.services.user import only_administrators_change_administrators
from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import Membership, Role, User
from shuke.engine.organisation.models.role import ADMINISTRATOR, ORDER_APPROVAL, RECEIPT_APPROVAL
from shuke.engine.record.index_text import index
from shuke.resource.registry import resource_of

_ROLES = {
    ADMINISTRATOR: ("系统管理员", "成员管理人员、角色和权限，维护系统运行，不受权限限制。"),
    ORDER_APPROVAL: ("销售审核", "只有成员能审核销售订单，并且还要配置“审核”权限。"),
    RECEIPT_APPROVAL: ("收款审核", "只有成员能审核销售收款，并且还要配置“审核”权限。"),
}
# They stand behind the roles that a company makes.
_POSITION = 900


def install(**_: Any) -> None:
    """Make the built-in roles that are missing, administrators members of theirs; a receiver of ``post_migrate``."""
    present = set(Role.plain.exclude(builtin="").values_list("builtin", flat=True))
    for number, (key, (name, note)) in enumerate(_ROLES.items()):
        if key not in present:
            role = Role(builtin=key, name=name, note=note, position=_POSITION + number)
            index(resource_of(Role), role)
            role.save(force_insert=True)
    role = _administrators()
    outside = User.plain.filter(is_administrator=True, deleted_at=None).exclude(roles=role)
    Membership.objects.bulk_create([Membership(user=user, role=role) for user in outside])


def _administrators() -> Role:
    found: Role = Role.plain.get(builtin=ADMINISTRATOR)
    return found


def administrators_are_members(actor: Actor, user: User, changed: frozenset[str]) -> None:
    """A reaction of users: who comes into the role of administrators is one, who leaves it is none any more."""
    if "roles" not in changed:
        return
    is_member = Membership.objects.filter(user=user, role=_administrators()).exists()
    if is_member != user.is_administrator:
        user.is_administrator = is_member
        only_administrators_change_administrators(actor, user)
        User.plain.filter(pk=user.pk).update(is_administrator=is_member)
