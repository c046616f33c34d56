"""Memos: notes to oneself, with a reminder at a time of one's own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models import Customer
from shuke.engine.record.models import Personal


class Memo(Personal):
    """A note (CAL-11) that reminds of itself, or of a customer, when one wants it to (WRK-16).

    ``reminded_for`` is the time that was kept: at another one it reminds again.
    """

    title = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("customer"), null=True, blank=True, related_name="+"
    )
    remind_at = models.DateTimeField(_("remind me at"), null=True, blank=True)
    reminded_for = models.DateTimeField(null=True, editable=False)

    class Meta(Personal.Meta):
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        indexes: ClassVar = [
            *Personal.Meta.indexes,
            models.Index(
                fields=("remind_at",),
                name="memo_to_remind",
                condition=Q(remind_at__isnull=False, deleted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title
