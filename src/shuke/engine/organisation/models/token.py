"""API tokens, kept as hashes only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.engine.organisation.models.user import User


class ApiToken(models.Model):
    """A bearer token of a user: SHA-256 of a 256-bit secret, which is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    label = models.CharField(_("label"), max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.label
