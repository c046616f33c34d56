"""Files attached to records."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.models import Hanging
from shuke.engine.stored.models import StoredFile


class Attachment(Hanging, StoredFile):
    """One version of a file on a record. Same name: a new version; the highest is shown, the others stay.

    ``removed_at``: taken off the record, can be brought back.
    """

    version = models.PositiveIntegerField(_("version"), default=1)
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
