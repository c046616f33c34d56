"""What a person is told: the bell."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One message to one person about one change; at most one per change, kind and person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"), db_default=Now())
    kind = models.CharField(max_length=32)
    change_id = models.BigIntegerField()
    resource = models.CharField(max_length=64)
    object_id = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField(default=1)
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = (models.Index(fields=("user", "-id"), name="notice_user"),)
        constraints = (models.UniqueConstraint(fields=("change_id", "kind", "user"), name="notice_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.resource}"
