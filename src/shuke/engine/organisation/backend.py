"""Signing in: finds users through the guarded manager and brings the access stamp along."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from shuke.engine.organisation.actors import find_user
from shuke.engine.organisation.models import User


class SignInBackend(ModelBackend):
    """Login names are compared without regard to case; who left or is locked cannot sign in."""

    def authenticate(self, request: Any, username: str | None = None, password: str | None = None, **_: Any) -> Any:
        """The user, when login and password are right. Unknown logins cost as much time as wrong passwords."""
        if username is None or password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: Any) -> User | None:
        """The signed-in user of a session."""
        return find_user(int(user_id))
