"""Nobody hands out more than he has: what a role or personal permissions may say, and who may say it.

Reaches are compared as they are: “department” means the receiver's department. Whose own department, roles or
permissions change must be somebody else, so that nobody climbs by moving himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, FieldLevel, Reach
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.context import open_change
from shuke.engine.audit.models import Entry
from shuke.engine.organisation.actors import default_level
from shuke.engine.organisation.models import Membership, Role, User
from shuke.kernel.errors import Invalid, NotAllowed, NotFound
from shuke.resource.describe import field_of, fields_of
from shuke.resource.registry import resource_for

_REACHES = {reach.name.lower() for reach in Reach}
_LEVELS = {level.name.lower() for level in FieldLevel}
# What would leave records without a name: in links, pickers, messages and the recycle bin.
_UNREADABLE = frozenset({"hidden", "masked"})
_ABOUT_RIGHTS = frozenset({"unit", "roles", "grants"})


def grants_are_known(actor: Actor, holder: Role | User) -> None:
    """Every object, reach, field and level that is named exists; a typo must not silently take rights away."""
    errors: dict[str, object] = {}
    if problem := _wrong_grants(holder.grants):
        errors["grants"] = problem
    if isinstance(holder, Role) and (problem := _wrong_field_rules(holder.field_rules)):
        errors["field_rules"] = problem
    if errors:
        raise Invalid(fields=errors)


def _wrong_grants(grants: object) -> str | None:
    if not isinstance(grants, dict):
        return _("Permissions are an object: {object: {action: reach}}.")
    for name, actions in grants.items():
        if not _exists(name) or not isinstance(actions, dict):
            return _("There is no object “%(name)s”.") % {"name": name}
        for action, reach in actions.items():
            if not isinstance(reach, str) or reach not in _REACHES:
                return _("“%(reach)s” (%(name)s, %(action)s) is no reach.") % {
                    "reach": reach,
                    "name": name,
                    "action": action,
                }
    return None


def _wrong_field_rules(rules: object) -> str | None:
    if not isinstance(rules, dict):
        return _("Field rules are an object: {object: {field: level}}.")
    for name, fields in rules.items():
        if not _exists(name) or not isinstance(fields, dict):
            return _("There is no object “%(name)s”.") % {"name": name}
        for field, level in fields.items():
            known = isinstance(level, str) and level in _LEVELS
            if field_of(resource_for(name), field) is None or not known:
                return _("“%(field)s: %(level)s” is no field rule of %(name)s.") % {
                    "field": field,
                    "level": level,
                    "name": name,
                }
            if field == resource_for(name).title and level in _UNREADABLE:
                return _("“%(field)s” names every record of %(name)s; it can be neither hidden nor masked.") % {
                    "field": field,
                    "name": name,
                }
    return None


def _exists(name: object) -> bool:
    try:
        return bool(isinstance(name, str) and resource_for(name))
    except NotFound:
        return False


def roles_give_only_what_one_has(actor: Actor, role: Role, changed: frozenset[str]) -> None:
    """A reaction of roles: who is no administrator makes none that can more than he can himself."""
    if changed & {"grants", "field_rules"} and not actor.is_administrator:
        _require_less(actor, [role])


def people_get_only_what_one_has(actor: Actor, user: User, changed: frozenset[str]) -> None:
    """A reaction of users: who is no administrator gives others only rights that he has, and himself none."""
    if actor.is_administrator or not changed & _ABOUT_RIGHTS:
        return
    if user.pk == actor.user_id:
        raise NotAllowed(_("Somebody else has to change your own department, roles and permissions."))
    if "roles" in changed:
        _require_less(actor, _new_roles(user))
    if "grants" in changed:
        _require_reaches(actor, user.grants)


def _new_roles(user: User) -> list[Role]:
    """The roles that the change under way gives a person; those that he had are nobody's gift."""
    opened = open_change()
    inserted = Entry.objects.filter(
        change_id=opened.id if opened else 0, relation=Membership._meta.db_table, op="I"
    ).values("object_id")
    given = Membership.objects.filter(user_id=user.pk, pk__in=inserted).values("role_id")
    return list(Role.objects.unscoped("which rights does he get?").filter(pk__in=given, deleted_at__isnull=True))


def _require_less(actor: Actor, roles: Iterable[Role]) -> None:
    for role in roles:
        _require_reaches(actor, role.grants)
        for name, actions in role.grants.items():
            if any(reach != "none" for reach in actions.values()):
                _require_levels(actor, name, role.field_rules.get(name, {}))


def _require_reaches(actor: Actor, grants: Mapping[str, Any]) -> None:
    for name, actions in grants.items():
        for action, reach in actions.items():
            if Reach[reach.upper()] > actor.reach(name, action):
                raise NotAllowed(
                    _("You cannot give a right that you do not have yourself: %(objects)s (%(action)s).")
                    % {"objects": resource_for(name).label_plural, "action": action}
                )


def _require_levels(actor: Actor, name: str, rules: Mapping[str, str]) -> None:
    resource = resource_for(name)
    access = FieldAccess(actor, resource)
    for info in fields_of(resource).values():
        said = rules.get(info.name)
        given = FieldLevel[said.upper()] if said else default_level(info)
        most = FieldLevel.READ if info.spec.readonly else FieldLevel.WRITE
        if min(given, most) > access.level(info.name):
            raise NotAllowed(
                _("You cannot open a field to others that is closed to you: %(objects)s (%(field)s).")
                % {"objects": resource.label_plural, "field": info.label}
            )
