"""API tokens: issued once, stored hashed, looked up by digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.organisation.actors import find_user
from shuke.engine.organisation.models import ApiToken, User
from shuke.engine.signing.models import SignIn
from shuke.engine.signing.noting import Visitor, note
from shuke.kernel.errors import NotFound

_PREFIX = "shuke_"
_USED_GRAIN = timedelta(minutes=10)
LIFETIME = timedelta(days=365)


def issue(user: User, label: str, lifetime: timedelta = LIFETIME, visitor: Visitor | None = None) -> str:
    """A new bearer token for the user; only its digest is kept, so this is the only time it is seen."""
    token = _PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        ApiToken.objects.create(user=user, label=label, digest=_digest(token), expires_at=timezone.now() + lifetime)
        note(SignIn.Kind.TOKEN, visitor or Visitor(), user=user, about=label)
    return token


def tokens_of(user_id: int) -> list[ApiToken]:
    """A person's tokens, the newest first; those that have run out included."""
    return list(ApiToken.objects.filter(user_id=user_id).order_by("-pk"))


def revoke(user_id: int, pk: int, visitor: Visitor) -> None:
    """End one of a person's tokens for good. Raises ``NotFound``."""
    found = ApiToken.objects.filter(user_id=user_id, pk=pk).select_related("user").first()
    if found is None:
        raise NotFound(_("There is no such token."))
    with transaction.atomic():
        found.delete()
        note(SignIn.Kind.TOKEN_ENDED, visitor, user=found.user, about=found.label)


def user_of(token: str) -> User | None:
    """The active user of a token, with the access stamp; None when the token is unknown, expired or its user gone."""
    now = timezone.now()
    found = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=_digest(token)).first()
    if found is None:
        return None
    if found.used_at is None or now - found.used_at > _USED_GRAIN:
        ApiToken.objects.filter(pk=found.pk).update(used_at=now)
    return find_user(found.user_id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
