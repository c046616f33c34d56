"""Rules of roles."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import Membership, Role
from shuke.kernel.errors import Invalid


def role_is_not_built_in(actor: Actor, role: Role) -> None:
    """Built-in roles stay (ORG-12)."""
    if role.builtin:
        raise Invalid(_("“%(role)s” is built in and cannot be deleted.") % {"role": role.name})


def role_has_no_members(actor: Actor, role: Role) -> None:
    """A role with members stays; otherwise people would lose rights unseen."""
    count = Membership.objects.filter(role=role, user__deleted_at__isnull=True).count()
    if count:
        raise Invalid(
            _("“%(role)s” still has members (%(count)d). Take them out first.") % {"role": role.name, "count": count}
        )
