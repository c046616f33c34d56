"""Customers."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shuke.engine.options.models import Region, option_field, tags_field
from shuke.engine.record.fields import MoneyField, PhoneField
from shuke.engine.record.models import Owned


class Customer(Owned):
    """A company or person that we sell to, or would like to (CUS-01)."""

    number = models.CharField(_("number"), max_length=32, blank=True, editable=False)
    name = models.CharField(_("customer name"), max_length=120)
    level = option_field(_("level"))
    source = option_field(_("source"))
    classification = option_field(_("classification"))
    industry = option_field(_("industry"))
    type = option_field(_("customer type"))
    stage = option_field(_("stage"))
    status = option_field(_("status"))
    credit_rating = option_field(_("credit rating"))
    satisfaction = option_field(_("satisfaction"))
    probability = models.PositiveIntegerField(
        _("success probability"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("In percent."),
    )
    phone = PhoneField(_("telephone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("region"), null=True, blank=True, related_name="+", db_index=False
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    credit_limit = MoneyField(_("credit limit"), null=True, blank=True, validators=[MinValueValidator(0)])
    last_contact_at = models.DateTimeField(_("last contact"), null=True, blank=True)
    next_contact_at = models.DateTimeField(_("next contact"), null=True, blank=True)
    chance = models.BooleanField(_("business chance"), default=False)
    preferred_way = option_field(_("preferred way of contact"))
    habits = models.TextField(_("habits and tastes"), blank=True, help_text=_("Hobbies, tastes, what to bear in mind."))
    tags = tags_field(_("tags"))
    note = models.TextField(_("note"), blank=True)

    class Meta(Owned.Meta):
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = (
            models.UniqueConstraint(
                fields=("number",),
                name="customer_number_once",
                condition=~Q(number=""),
                violation_error_message=_("This customer number is taken."),
            ),
        )

    def __str__(self) -> str:
        return self.name
