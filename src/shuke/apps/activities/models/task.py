"""Tasks: what is to be done by a day, whenever on it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models import Customer
from shuke.engine.record.models import Personal


class Task(Personal):
    """Something to be done (CAL-15); handed to a colleague by giving it to him as its owner."""

    class Urgency(models.TextChoices):
        """What comes first."""

        HIGH = "high", _("urgent")
        NORMAL = "normal", _("normal")
        LOW = "low", _("can wait")

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("to do")
        DOING = "doing", _("being done")
        DONE = "done", _("completed")

    title = models.CharField(_("subject"), max_length=120)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("customer"), null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("what is to be done"), blank=True)
    result = models.TextField(_("what came of it"), blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    class Meta(Personal.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def __str__(self) -> str:
        return self.title
