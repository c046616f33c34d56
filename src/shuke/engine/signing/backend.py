"""The second step of signing in, as a part of Django's own: so wrong codes count for the same lock-out as passwords."""

from __future__ import annotations

from typing import Any

from shuke.engine.organisation.backend import SignInBackend
from shuke.engine.organisation.models import User
from shuke.engine.signing.second_factor import accepts


class SecondFactorBackend(SignInBackend):
    """``authenticate(request, username=…, one_time_password=…)`` for who gave the right password before."""

    def authenticate(  # type: ignore[override]
        self, request: Any, username: str | None = None, one_time_password: str | None = None
    ) -> Any:
        """The user whose code this is."""
        if username is None or one_time_password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) and accepts(user, one_time_password) else None
