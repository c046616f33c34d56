"""The schedule: what is arranged for a time, alone or with others."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shuke.apps.activities.models.contact_record import ContactRecord
from shuke.apps.sales.models import Contact, Customer
from shuke.engine.record.models import Personal


class Ahead(models.IntegerChoices):
    """How many minutes before its time one is reminded."""

    AT_TIME = 0, _("at its time")
    FIVE = 5, _("5 minutes before")
    QUARTER = 15, _("15 minutes before")
    HALF = 30, _("30 minutes before")
    HOUR = 60, _("an hour before")
    DAY = 1440, _("a day before")


class ScheduleEntry(Personal):
    """Something arranged (CAL-01, CAL-10): completed with what came of it, and locked from then on (CAL-02, CAL-03).

    ``reminded_for`` is the time of which people were reminded: moved to another one, it reminds again.
    """

    class Kind(models.TextChoices):
        """What it is."""

        TODO = "todo", _("to-do")
        APPOINTMENT = "appointment", _("appointment")
        MEETING = "meeting", _("meeting")
        CALL = "call", _("telephone call")
        MAIL = "mail", _("e-mail")
        FAX = "fax", _("fax")
        VISIT = "visit", _("visit")

    class State(models.TextChoices):
        """Open until somebody says what came of it."""

        OPEN = "open", _("not completed")
        DONE = "done", _("completed")

    title = models.CharField(_("subject"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.TODO)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("customer"), null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, verbose_name=_("contact"), null=True, blank=True, related_name="+"
    )
    participants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("participants"), blank=True, related_name="+"
    )
    remind_before = models.IntegerField(_("reminder"), choices=Ahead.choices, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    result = models.TextField(_("what came of it"), blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    record = models.ForeignKey(
        ContactRecord, models.PROTECT, verbose_name=_("contact record"), null=True, blank=True, related_name="+"
    )
    reminded_for = models.DateTimeField(null=True, editable=False)

    class Meta(Personal.Meta):
        verbose_name = _("schedule entry")
        verbose_name_plural = _("schedule")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="schedule_ends_after_it_begins",
                violation_error_message=_("It cannot end before it begins."),
            ),
        )
        indexes: ClassVar = [
            *Personal.Meta.indexes,
            models.Index(
                fields=("owner", "starts_at"), name="schedule_of_owner", condition=Q(state="open", deleted_at=None)
            ),
            models.Index(
                fields=("starts_at",),
                name="schedule_to_remind",
                condition=Q(remind_before__isnull=False, state="open", deleted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title
