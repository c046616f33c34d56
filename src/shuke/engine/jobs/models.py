"""A piece of long work and how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work: ``kind`` names its handler, ``arguments`` hold the input, ``report`` what came of it.

    ``runs`` counts the workers that have taken it up: only the latest may store anything.
    """

    class State(models.TextChoices):
        """Its life."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("started by"), null=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=32)
    title = models.CharField(_("title"), max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(_("in all"), null=True)
    done = models.PositiveIntegerField(_("so far"), default=0)
    runs = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    report = models.JSONField(_("report"), default=dict)
    change_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("ordered at"), db_default=Now())
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = (models.Index(fields=("owner", "-id"), name="job_owner"),)

    def __str__(self) -> str:
        return self.title
