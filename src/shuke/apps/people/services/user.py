"""Rules of users."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.commands.ownership import restamp
from shuke.engine.commands.passwords import set_password
from shuke.engine.organisation.models import User
from shuke.engine.structure.leaving import owned_by
from shuke.kernel.errors import Invalid, NotAllowed

_LOGIN = re.compile(r"[\w.@+-]{2,64}")


def login_is_plain(actor: Actor, user: User) -> None:
    """A login has 2–64 letters, digits or . @ + - _ (Chinese letters are fine)."""
    if not _LOGIN.fullmatch(user.login):
        raise Invalid(fields={"login": _("A login has 2 to 64 letters, digits or the signs . @ + - _")})


def only_administrators_change_administrators(actor: Actor, user: User) -> None:
    """Nobody makes, changes or locks an administrator without being one; the last administrator stays."""
    before = User.objects.unscoped("what was he?").filter(pk=user.pk).values_list("is_administrator", flat=True).first()
    if (user.is_administrator or before) and not actor.is_administrator:
        raise NotAllowed(_("Only a system administrator can make or change another one."))
    if before and not (user.is_administrator and user.is_active):
        _require_another_administrator(user)


def only_administrators_delete_administrators(actor: Actor, user: User) -> None:
    """An administrator is deleted by another one only, so that the last one stays."""
    if user.is_administrator:
        if not actor.is_administrator:
            raise NotAllowed(_("Only a system administrator can make or change another one."))
        _require_another_administrator(user)


def _require_another_administrator(user: User) -> None:
    with connection.cursor() as cursor:
        # Two who take each other's rights at once must not both find the other one still there.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('administrators', 0))")
    rows = User.objects.unscoped("is there another administrator?").exclude(pk=user.pk)
    if not rows.filter(is_administrator=True, is_active=True, deleted_at__isnull=True).exists():
        raise Invalid(fields={"roles": _("There must be at least one active administrator.")})


def has_just_come(user: User, changed: frozenset[str]) -> bool:
    """Was the person made by this very change? Many at once keep their version in hand, but never get a login."""
    return user.version == 1 and "login" in changed


def carry_unit_to_owned_records(actor: Actor, user: User, changed: frozenset[str]) -> None:
    """Who moves to another department takes his customers along (ORG-06); who has just come owns nothing yet."""
    if "unit" in changed and not has_just_come(user, changed):
        restamp(user.pk, user.unit_id)


def user_owns_nothing(actor: Actor, user: User) -> None:
    """Nobody is deleted whose records would be left without an owner; they are handed over first (ORG-33)."""
    if user.pk == actor.user_id:
        raise Invalid(_("You cannot delete yourself."))
    if owned := owned_by([user.pk]):
        objects, count = owned[0]
        raise Invalid(
            _("%(person)s still owns records (%(objects)s: %(count)d). Hand everything over to a colleague first.")
            % {"person": user.name, "count": count, "objects": objects}
        )


def set_passwords(actor: Actor, users: Sequence[User], password: str) -> None:
    """An administrator gives a colleague a new password; the colleague's sessions end.

    His own he changes where the present one is asked, so that an open screen is not enough to take his account.
    """
    if any(user.pk == actor.user_id for user in users):
        raise Invalid(
            fields={"password": _("Change your own password in your profile; the present one is asked there.")}
        )
    for user in users:
        set_password(actor, user, password)
