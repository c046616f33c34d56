"""What is known of a stored file, and the files that fields hold."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file whose content lies in the storage.

    ``key`` is where the content lies (random, never from a name); ``preview`` where its small picture lies, if it is a
    picture. ``media_type`` was read off the content.
    """

    name = models.CharField(_("name"), max_length=200)
    size = models.BigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("kind of file"), max_length=128)
    key = models.CharField(max_length=64, unique=True)
    preview = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class FieldFile(StoredFile):
    """A file that was laid down for a field of an object; the columns of records list the ids of those they hold.

    Until a record is stored with it ``object_id`` is NULL and the file is its uploader's alone; from then on it belongs
    to that record for good. ``let_go_at``: since when the record does not hold it any more, as the nightly task saw;
    ``gone``: its content was deleted, its name stays for the history.
    """

    resource = models.CharField(_("object"), max_length=64)
    field = models.CharField(_("field"), max_length=64)
    object_id = models.BigIntegerField(_("record"), null=True)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, related_name="+", db_index=False
    )
    let_go_at = models.DateTimeField(null=True)
    gone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("file of a field")
        verbose_name_plural = _("files of fields")
        indexes = (
            models.Index(fields=("resource", "object_id"), name="field_file_record"),
            models.Index(fields=("by", "at"), name="field_file_waiting", condition=models.Q(object_id__isnull=True)),
            models.Index(fields=("let_go_at",), name="field_file_let_go", condition=models.Q(let_go_at__isnull=False)),
        )
