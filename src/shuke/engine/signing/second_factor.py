"""The second factor: one-time codes of a telephone (TOTP, RFC 6238), and recovery codes for when that is lost.

The shared secret is kept encrypted under the installation's key, recovery codes as keyed hashes. Neither is ever part
of a record, so that no list, export, history or API can hold them.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.organisation.models import User
from shuke.engine.signing.models import SecondFactor, SignIn
from shuke.engine.signing.noting import Visitor, note
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Conflict, Invalid, NotAllowed

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_SALT = "shuke.second-factor"
_STEP_S = 30
_DIGITS = 6
# Codes of the step before and after count as well: clocks differ, and typing takes time.
_DRIFT = (0, -1, 1)
_CODES = 10
# Without signs that look alike; 50 bits each.
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# So many wrong codes in a row, from wherever, close the second step for a while, besides the lock-out by address.
_MOST_WRONG = 10
_CLOSED = timedelta(minutes=15)


def standing(user: User) -> SecondFactor | None:
    """The second factor that a person has set up."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


def begin_set_up(user: User) -> str:
    """The secret to put into the telephone; the same until it is confirmed. Raises ``Conflict`` when one is set up."""
    with transaction.atomic():
        made = {"secret": _sealed(pyotp.random_base32())}
        factor, _is_new = SecondFactor.objects.get_or_create(user=user, defaults=made)
        if factor.confirmed_at:
            raise Conflict(_("A second factor is set up already."))
        secret = _opened(factor)
        if not secret:
            secret = pyotp.random_base32()
            SecondFactor.objects.filter(pk=factor.pk).update(secret=_sealed(secret))
    return secret


def address_for(user: User, secret: str, issuer: str) -> str:
    """What the QR code says: whose secret this is, and whose account."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=issuer))


def confirm(actor: Actor, user: User, code: str, visitor: Visitor) -> list[str]:
    """Begin to ask for codes, now that the telephone makes right ones; returns the recovery codes, this once.

    Raises ``Invalid`` for a wrong code.
    """
    begin_set_up(user)
    with change(actor, "second-factor", "users"):
        factor = SecondFactor.objects.select_for_update().get(user=user)
        step = _step_of(_opened(factor), code)
        if step is None:
            raise Invalid(fields={"code": _("This code is not right. Look at the newest one in the app.")})
        codes = _new_codes()
        factor.confirmed_at, factor.last_step, factor.wrong = timezone.now(), step, 0
        factor.recovery = [_hash(user, one) for one in codes]
        factor.save()
        note(SignIn.Kind.FACTOR_ON, visitor, user=user)
    return codes


def renew_codes(actor: Actor, user: User) -> list[str]:
    """New recovery codes, told this once; the old ones are worth nothing from now on."""
    codes = _new_codes()
    with change(actor, "second-factor", "users"):
        if not SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).update(
            recovery=[_hash(user, one) for one in codes]
        ):
            raise Conflict(_("No second factor is set up."))
    return codes


def turn_off(actor: Actor, user: User, visitor: Visitor) -> None:
    """Ask for codes no longer. Raises ``NotAllowed`` for oneself while a role demands the second factor."""
    if actor.user_id == user.pk and actor.demands_second_factor:
        raise NotAllowed(_("One of your roles demands the second factor."))
    with change(actor, "second-factor-off", "users"):
        if SecondFactor.objects.filter(user=user).delete()[0]:
            note(SignIn.Kind.FACTOR_OFF, visitor, user=user)


def accepts(user: User, code: str) -> bool:
    """Is this the code of the moment, or an unused recovery code? Each is good for one time, also for two at once."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
        if factor is None or (factor.closed_until and factor.closed_until > timezone.now()):
            return False
        step = _step_of(_opened(factor), code)
        if step is not None and step > factor.last_step:
            factor.last_step = step
        elif (spent := _hash(user, code)) in factor.recovery:
            factor.recovery.remove(spent)
        else:
            _count_wrong(factor)
            return False
        factor.wrong, factor.closed_until = 0, None
        factor.save(update_fields=["last_step", "recovery", "wrong", "closed_until"])
        return True


def _count_wrong(factor: SecondFactor) -> None:
    closed = timezone.now() + _CLOSED if factor.wrong + 1 >= _MOST_WRONG else None
    rows = SecondFactor.objects.filter(pk=factor.pk)
    rows.update(wrong=0 if closed else F("wrong") + 1, closed_until=closed)


def _step_of(secret: str, code: str) -> int | None:
    """The time step whose code this is, as far as clocks may differ."""
    typed = unicodedata.normalize("NFKC", code).replace(" ", "")
    if not secret or len(typed) != _DIGITS or whole_number(typed) is None:
        return None
    now = int(time.time()) // _STEP_S
    totp = pyotp.TOTP(secret)
    return next((now + off for off in _DRIFT if hmac.compare_digest(totp.generate_otp(now + off), typed)), None)


def _new_codes() -> list[str]:
    def part() -> str:
        return "".join(secrets.choice(_SIGNS) for _ in range(5))

    return [f"{part()}-{part()}" for _ in range(_CODES)]


def _hash(user: User, code: str) -> str:
    plain = unicodedata.normalize("NFKC", code).upper().replace(" ", "").replace("-", "")
    return salted_hmac(_SALT, f"{user.pk}:{plain}", algorithm="sha256").hexdigest()


def _cipher() -> Fernet:
    from cryptography.fernet import Fernet

    key = salted_hmac(_SALT, "key", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _sealed(secret: str) -> str:
    return _cipher().encrypt(secret.encode()).decode()


def _opened(factor: SecondFactor) -> str:
    """The secret; empty when the installation's key is another one by now: then an administrator resets it."""
    from cryptography.fernet import InvalidToken

    try:
        return _cipher().decrypt(factor.secret.encode()).decode()
    except InvalidToken:
        return ""
