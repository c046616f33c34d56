"""Who is in, and the log of the door."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """A browser that a person is signed in with, or one that stands at the door (no ``user``).

    All but ``seen_at`` follows from what the session holds; that is exact to some minutes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    address = models.GenericIPAddressField(_("network address"), null=True)
    device = models.CharField(_("device"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("signed in"), null=True)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user_id} {self.device}"


class SecondFactor(models.Model):
    """What a person proves himself with besides the password; ``secret`` is encrypted, ``recovery`` holds hashes.

    ``last_step`` is the time step of the last code that was taken, so that none is good twice; ``wrong`` counts those
    that were not right since then.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    secret = models.TextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    recovery = models.JSONField(default=list)
    wrong = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user_id)


class SignIn(models.Model):
    """What happened at the door: somebody came in, was refused, left, made or ended a token.

    ``login`` is what was typed, also where there is no such ``user``. ``device`` says in words what was signed in with.
    """

    class Kind(models.TextChoices):
        """What happened."""

        IN = "in", _("signed in")
        REFUSED = "refused", _("refused")
        LOCKED = "locked", _("locked out")
        OUT = "out", _("signed out")
        ENDED = "ended", _("sessions ended")
        TOKEN = "token", _("made an API token")
        TOKEN_ENDED = "untoken", _("ended an API token")
        FACTOR_ON = "factor-on", _("set up the second factor")
        FACTOR_OFF = "factor-off", _("turned off the second factor")

    class Reason(models.TextChoices):
        """Why somebody was refused."""

        UNKNOWN = "unknown", _("no such login")
        INACTIVE = "inactive", _("may not sign in")
        PASSWORD = "password", _("wrong password")
        CODE = "code", _("wrong code of the second factor")

    at = models.DateTimeField(_("at"), db_default=Now())
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("person"),
        null=True,
        related_name="+",
        db_index=False,
    )
    login = models.CharField(_("login"), max_length=64, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    device = models.CharField(_("device"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = (
            models.Index(fields=("-at", "-id"), name="sign_in_at"),
            models.Index(fields=("user", "-at", "-id"), name="sign_in_user_at"),
            models.Index(fields=("kind", "-at", "-id"), name="sign_in_kind_at"),
            models.Index(fields=("address", "-at", "-id"), name="sign_in_address_at"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.login}"
