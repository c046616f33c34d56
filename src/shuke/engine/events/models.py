"""One row per record and happening."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """``kind`` happened to record ``object_id`` of ``resource`` within ``change``; partitioned by month."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), db_default=Now())
    change_id = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    resource = models.CharField(max_length=64)
    object_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "events_event"
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.kind} {self.resource} {self.object_id}"
