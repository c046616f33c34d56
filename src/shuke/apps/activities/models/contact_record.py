"""Contact records: what was said to a customer, what came of it, and when to call again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models import Contact, Customer
from shuke.engine.options.models import option_field
from shuke.engine.record.models import Owned


class ContactRecord(Owned):
    """One visit, call, mail or message (CON-04, CON-09, CON-14); belongs to whomever the customer belongs to.

    ``salesperson`` is who talked to the customer, whoever owns it today. ``guidance`` is what a manager answered,
    ``checked_by`` who sampled the record (CON-15).
    """

    customer = models.ForeignKey(Customer, models.PROTECT, verbose_name=_("customer"), related_name="+")
    contact = models.ForeignKey(
        Contact, models.PROTECT, verbose_name=_("contact"), null=True, blank=True, related_name="+"
    )
    kind = option_field(_("way of contact"))
    happened_at = models.DateTimeField(_("contacted at"), default=timezone.now)
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("salesperson"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    summary = models.CharField(_("summary"), max_length=120)
    content = models.TextField(_("content"), blank=True)
    result = option_field(_("outcome"))
    level = option_field(
        _("customer level"), help_text=_("Choose another one to change the customer’s level with this record.")
    )
    next_contact_at = models.DateTimeField(
        _("next contact"),
        null=True,
        blank=True,
        help_text=_("Follows the level when that changes; what you choose yourself stands."),
    )
    next_plan = models.CharField(_("plan for the next contact"), max_length=200, blank=True)
    add_to_schedule = models.BooleanField(_("add to schedule"), default=True)
    remind = models.BooleanField(
        _("remind me by e-mail"),
        default=False,
        help_text=_("At the time of the next contact, to the address in your profile."),
    )
    chance = models.BooleanField(
        _("business chance"), default=False, help_text=_("Something may be sold here; the customer is marked.")
    )
    guidance = models.TextField(_("guidance"), blank=True)
    guided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("guided by"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    class Meta(Owned.Meta):
        verbose_name = _("contact record")
        verbose_name_plural = _("contact records")
        indexes: ClassVar = [
            *Owned.Meta.indexes,
            models.Index(
                fields=("next_contact_at",),
                name="contactrecord_to_remind",
                condition=Q(remind=True, reminded_at=None, deleted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.summary
