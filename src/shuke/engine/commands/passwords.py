"""Passwords: one's own, or – for administrators – a colleague's."""

from __future__ import annotations

import secrets
from contextlib import suppress

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.organisation.models import User
from shuke.engine.signing.noting import Visitor
from shuke.engine.signing.sessions import end_sessions
from shuke.kernel.errors import Invalid, NotAllowed

# What is read off paper or a screen and typed again: no sign that looks like another one.
_SIGNS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LONG = 12


def first_password(user: User) -> str:
    """A random password that no rule refuses: by chance one may look too much like the person's own address."""
    while True:
        password = _drawn()
        with suppress(ValidationError):
            validate_password(password, user)
            return password


def _drawn() -> str:
    return "".join(secrets.choice(_SIGNS) for _place in range(_LONG))


def set_password(actor: Actor, user: User, password: str) -> None:
    """Give a user a new password; himself, or an administrator for him. Ends all of his sessions.

    Raises ``Invalid`` when the password is too easy.
    """
    if actor.user_id != user.pk and not actor.is_administrator:
        raise NotAllowed(_("Only an administrator can set a colleague’s password."))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={"password": list(error.messages)}) from None
    user.set_password(password)
    with change(actor, "password", "users"):
        rows = User.objects.unscoped("one’s own or as an administrator").filter(pk=user.pk)
        rows.update(password=user.password, version=F("version") + 1, updated_at=timezone.now())
        end_sessions(user, Visitor(actor.address))
