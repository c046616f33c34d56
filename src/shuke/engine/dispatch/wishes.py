"""How people want to be told: each kind of notice in the bell, in a daily mail as well, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.dispatch.models import Wish
from shuke.kernel.errors import Invalid

BELL, MAIL, OFF = "bell", "mail", "off"
KINDS = ("assigned", "mentioned", "commented", "changed", "filed", "told", "daily")
WAYS = (BELL, MAIL, OFF)


def wish_of(user_id: int) -> Wish:
    """A person's wishes; those who never said anything hear everything in the bell."""
    return Wish.objects.filter(user_id=user_id).first() or Wish(user_id=user_id)


def wish(actor: Actor, ways: Mapping[str, str], hour: int) -> Wish:
    """Say how one wants to be told. Raises ``Invalid`` for unknown kinds, ways and hours."""
    if unknown := [kind for kind, way in ways.items() if kind not in KINDS or way not in WAYS]:
        raise Invalid(
            fields={"ways": _("“%(kind)s” is told in the bell, by mail, or not at all.") % {"kind": unknown[0]}}
        )
    if not 0 <= hour <= 23:
        raise Invalid(fields={"hour": _("The hour is a number from 0 to 23.")})
    stored, _made = Wish.objects.update_or_create(
        user_id=actor.user_id or 0, defaults={"ways": dict(ways), "hour": hour}
    )
    return stored


def who_does_not_want(kind: str, people: set[int]) -> set[int]:
    """Those of the people who switched this kind off."""
    return {*Wish.objects.filter(user_id__in=people, **{f"ways__{kind}": OFF}).values_list("user_id", flat=True)}
