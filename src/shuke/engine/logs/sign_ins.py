"""The log of the door: who came in, was refused and why, left, made tokens."""

from __future__ import annotations

from shuke.engine.access.actor import Actor
from shuke.engine.logs.sight import people_in_sight
from shuke.engine.logs.stretch import Asked, Stretch, stretch
from shuke.engine.signing.models import SignIn

_ROWS = SignIn.objects.select_related("user").only(
    "at", "kind", "reason", "login", "address", "device", "note", "user__name", "user__login"
)


def sign_ins(actor: Actor, asked: Asked, *, before: str = "", limit: int = 50) -> Stretch:
    """Lines of the log. ``asked.equal`` may name ``kind`` and ``address``. Raises ``NotAllowed``, ``Invalid``."""
    return stretch(_ROWS.all(), "user_id", people_in_sight(actor), asked, before=before, limit=limit)


def own_sign_ins(user_id: int, limit: int = 10) -> list[SignIn]:
    """The latest lines about oneself, whatever one's rights."""
    return stretch(_ROWS.all(), "user_id", [user_id], Asked(), before="", limit=limit).rows
