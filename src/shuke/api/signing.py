"""Who calls: a bearer token, and nothing else – no cookie, so nothing to forge from another site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.actors import actor_for
from shuke.engine.signing.tokens import user_of
from shuke.kernel.addresses import plain_address


class Token(HttpBearer):
    """The actor of a valid token; becomes ``request.auth``. Answers come in his language unless he asks otherwise."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor, or None, which becomes a 401."""
        if not token.isascii():
            return None
        user = user_of(token)
        if user is None:
            return None
        if "Accept-Language" not in request.headers:
            translation.activate(user.language or settings.LANGUAGE_CODE)
        return actor_for(user, "api", plain_address(request.META.get("REMOTE_ADDR", "")))


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request that passed ``Token``."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor
