"""One person's own marks on records; nobody else's business, so no history is kept of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Mark(models.Model):
    """What one person has to do with one record: when he looked at it last, since when he stars or follows it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    resource = models.CharField(_("object"), max_length=64)
    object_id = models.BigIntegerField(_("record"))
    seen_at = models.DateTimeField(_("seen"), null=True)
    starred_at = models.DateTimeField(_("starred"), null=True)
    followed_at = models.DateTimeField(_("followed"), null=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = (models.UniqueConstraint(fields=("user", "resource", "object_id"), name="mark_once"),)
        indexes = (
            models.Index(fields=("user", "-seen_at"), name="mark_seen"),
            models.Index(
                fields=("user", "-starred_at"), name="mark_starred", condition=models.Q(starred_at__isnull=False)
            ),
            models.Index(
                fields=("resource", "object_id"), name="mark_followed", condition=models.Q(followed_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource}/{self.object_id}"
