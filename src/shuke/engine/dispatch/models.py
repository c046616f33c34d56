"""What a person is told – the bell – and how he wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One message to one person about one change; at most one per change, kind and person.

    ``text`` is what a rule has to say; other kinds speak for themselves.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"), db_default=Now())
    kind = models.CharField(max_length=32)
    change_id = models.BigIntegerField()
    resource = models.CharField(max_length=64)
    object_id = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField(default=1)
    text = models.TextField(blank=True, default="")
    read_at = models.DateTimeField(_("read at"), null=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = (
            models.Index(fields=("user", "-id"), name="notice_user"),
            models.Index(fields=("user",), name="notice_unread", condition=models.Q(read_at=None)),
        )
        constraints = (models.UniqueConstraint(fields=("change_id", "kind", "user"), name="notice_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.resource}"


class Wish(models.Model):
    """How one person wants to be told: ``ways`` maps a kind of notice to ``bell``, ``mail`` or ``off``.

    ``hour`` is the hour of the day (0–23, the installation's time) at which the mail with what is new is sent.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ways = models.JSONField(_("ways"), default=dict, blank=True)
    hour = models.PositiveSmallIntegerField(_("hour of the daily mail"), default=8)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        indexes = (models.Index(fields=("hour",), name="wish_hour"),)

    def __str__(self) -> str:
        return str(self.user_id)
