"""Shares: one record opened to a person, a unit (with all below it) or a role, to look or to work with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Share(models.Model):
    """Opens record ``object_id`` of ``resource`` to exactly one grantee; the children go with their parent."""

    class Level(models.TextChoices):
        """What the grantee may do."""

        VIEW = "view", _("look")
        EDIT = "edit", _("work with it")

    resource = models.CharField(_("object"), max_length=64)
    object_id = models.BigIntegerField(_("record"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("organisation.Unit", models.CASCADE, null=True, blank=True, related_name="+")
    role = models.ForeignKey("organisation.Role", models.CASCADE, null=True, blank=True, related_name="+")
    level = models.CharField(_("level"), max_length=8, choices=Level.choices, default=Level.VIEW)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = (
            models.CheckConstraint(
                name="share_one_grantee",
                condition=models.Q(user__isnull=False, unit__isnull=True, role__isnull=True)
                | models.Q(user__isnull=True, unit__isnull=False, role__isnull=True)
                | models.Q(user__isnull=True, unit__isnull=True, role__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("resource", "object_id", "user", "unit", "role"),
                name="share_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(fields=("resource", "user", "object_id"), name="share_user"),
            models.Index(fields=("resource", "unit", "object_id"), name="share_unit"),
            models.Index(fields=("resource", "role", "object_id"), name="share_role"),
        )

    def __str__(self) -> str:
        return f"{self.resource}/{self.object_id}"
