"""Writes the log of the door, and lets go of what is old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from shuke.engine.organisation.models import User
from shuke.engine.record.values import storable
from shuke.engine.signing.models import SignIn

_BATCH = 5_000
_LONGEST_LOGIN = 64
# A longer description of a browser is none; reading it would cost time.
_LONGEST_AGENT = 400


@dataclass(frozen=True)
class Visitor:
    """Who stands at the door: the network address, and what the browser says of itself."""

    address: str = ""
    agent: str = ""


def note(
    kind: SignIn.Kind, visitor: Visitor, *, user: User | None = None, login: str = "", reason: str = "", about: str = ""
) -> None:
    """Write one line; ``login`` is what was typed where that led to nobody, ``about`` e.g. what a token is for."""
    SignIn.objects.create(
        kind=kind,
        reason=reason,
        user=user,
        login=storable(user.login if user else login)[:_LONGEST_LOGIN],
        address=visitor.address or None,
        device=device_words(visitor.agent),
        note=about[:64],
    )


def note_refusal(visitor: Visitor, login: str, *, locked: bool, reason: str = "") -> None:
    """Somebody was not let in: find out whom the login means and, without a given reason, why."""
    try:
        user: User | None = User.objects.get_by_natural_key(login)
    except User.DoesNotExist:
        user = None
    reason = reason or (SignIn.Reason.PASSWORD if user and user.is_active else SignIn.Reason.INACTIVE)
    note(
        SignIn.Kind.LOCKED if locked else SignIn.Kind.REFUSED,
        visitor,
        user=user,
        login=login,
        reason="" if locked else reason if user else SignIn.Reason.UNKNOWN,
    )


def device_words(agent: str) -> str:
    """Browser and system as people call them: ``Edge 126 · Windows``; empty for what nobody knows."""
    # Its patterns take 0.2 s and 12 MB to load; most processes never need them.
    from ua_parser import parse

    found = parse(agent[:_LONGEST_AGENT])
    browser = " ".join(filter(None, (found.user_agent.family, found.user_agent.major))) if found.user_agent else ""
    device = found.device.family if found.device and found.device.family in ("iPhone", "iPad") else ""
    system = device or (found.os.family if found.os else "")
    return " · ".join(filter(None, (browser, system)))[:80]


def clear_sign_ins() -> int:
    """Let go of lines older than ``SHUKE_SIGN_IN_DAYS``. Returns how many."""
    before = timezone.now() - timedelta(days=settings.SHUKE_SIGN_IN_DAYS)
    gone = 0
    while ids := list(SignIn.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:_BATCH]):
        gone += SignIn.objects.filter(pk__in=ids).delete()[0]
    return gone
