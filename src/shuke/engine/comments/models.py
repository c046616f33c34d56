"""Comments on records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.models import Hanging


class Comment(Hanging):
    """Something said about a record. ``mentions`` holds ``{"id", "name"}`` of each person called by ``@name`` in it."""

    text = models.TextField(_("text"))
    mentions = models.JSONField(_("mentioned"), default=list, blank=True)
    edited_at = models.DateTimeField(_("edited at"), null=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = (models.Index(fields=("resource", "object_id", "-id"), name="comment_record"),)

    def __str__(self) -> str:
        return self.text[:40]
