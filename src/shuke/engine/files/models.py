"""Files attached to records."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.models import Hanging


class Attachment(Hanging):
    """One version of a file on a record. Same name: a new version; the highest is shown, the others stay.

    ``key`` is where the content lies (random, never from a name); ``preview`` where its small picture lies, if it is a
    picture. ``media_type`` was read off the content. ``removed_at``: taken off the record, can be brought back.
    """

    name = models.CharField(_("name"), max_length=200)
    version = models.PositiveIntegerField(_("version"), default=1)
    size = models.BigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("kind of file"), max_length=128)
    key = models.CharField(max_length=64, unique=True)
    preview = models.CharField(max_length=64, blank=True, default="")
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("removed by"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = (
            models.Index(fields=("resource", "object_id", "-id"), name="attachment_record"),
            models.Index(
                fields=("removed_at",), name="attachment_removed", condition=models.Q(removed_at__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint("resource", "object_id", Lower("name"), "version", name="attachment_version"),
        )

    def __str__(self) -> str:
        return self.name
