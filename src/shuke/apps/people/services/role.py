"""Rules of roles."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, FieldLevel, Reach
from shuke.engine.organisation.models import Membership, Role
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import field_of
from shuke.resource.registry import resource_for

_REACHES = {reach.name.lower() for reach in Reach}
_LEVELS = {level.name.lower() for level in FieldLevel}


def grants_are_known(actor: Actor, role: Role) -> None:
    """Every object, reach, field and level named in a role exists; a typo must not silently take rights away."""
    errors: dict[str, object] = {}
    if problem := _wrong_grants(role.grants):
        errors["grants"] = problem
    if problem := _wrong_field_rules(role.field_rules):
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
            if reach not in _REACHES:
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
            if field_of(resource_for(name), field) is None or level not in _LEVELS:
                return _("“%(field)s: %(level)s” is no field rule of %(name)s.") % {
                    "field": field,
                    "level": level,
                    "name": name,
                }
    return None


def _exists(name: object) -> bool:
    try:
        return bool(isinstance(name, str) and resource_for(name))
    except NotFound:
        return False


def role_is_not_built_in(actor: Actor, role: Role) -> None:
    """Built-in roles stay (ORG-12)."""
    if role.builtin:
        raise Invalid(_("“%(role)s” is built in and cannot be deleted.") % {"role": role.name})


def role_has_no_members(actor: Actor, role: Role) -> None:
    """A role with members stays; otherwise people would lose rights unseen."""
    count = Membership.objects.filter(role=role, user__deleted_at__isnull=True).count()
    if count:
        raise Invalid(
            _("“%(role)s” still has %(count)d members. Take them out first.") % {"role": role.name, "count": count}
        )
