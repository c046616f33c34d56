"""Where people are signed in, and ending that."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from shuke.engine.organisation.models import User
from shuke.engine.signing.models import Session, SignIn
from shuke.engine.signing.noting import Visitor, device_words, note
from shuke.kernel.errors import NotFound

_VISIT = "visit"


def begin(session: MutableMapping[str, Any], visitor: Visitor) -> None:
    """Have a session that was just signed in remember when, from where and with what."""
    session[_VISIT] = [timezone.now().isoformat(), visitor.address, device_words(visitor.agent)]


def describe(session: Session, data: MutableMapping[str, Any]) -> Session:
    """Set the columns that follow from what the session holds."""
    started, address, device = data.get(_VISIT) or ("", "", "")
    session.user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
    session.started_at, session.address, session.device = parse_datetime(started), address or None, device
    return session


def sessions_of(user_id: int) -> list[Session]:
    """Where a person is signed in, the latest seen first."""
    return list(Session.objects.filter(user_id=user_id, expire_date__gt=timezone.now()).order_by("-seen_at"))


def handle_of(key: str) -> str:
    """What a page may call a session by: the key itself would open it."""
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def end_session(user: User, handle: str, visitor: Visitor) -> None:
    """End one session of a person. Raises ``NotFound``."""
    found = next((one for one in sessions_of(user.pk) if handle_of(one.session_key) == handle), None)
    if found is None:
        raise NotFound(_("This session has ended already."))
    found.delete()
    note(SignIn.Kind.ENDED, visitor, user=user, about=found.device)


def end_sessions(user: User, visitor: Visitor, *, but: str | None = None) -> int:
    """End all sessions of a person, but the one with a key. Returns how many."""
    ended: int = Session.objects.filter(user_id=user.pk).exclude(session_key=but).delete()[0]
    if ended:
        note(SignIn.Kind.ENDED, visitor, user=user, about=str(ended))
    return ended


def clear_sessions() -> int:
    """Let go of sessions that ran out. Returns how many."""
    gone: int = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    return gone
