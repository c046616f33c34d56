"""Contacts: the people at a customer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models.customer import Customer
from shuke.engine.options.models import tags_field
from shuke.engine.record.fields import PhoneField
from shuke.engine.record.models import Owned


class Contact(Owned):
    """A person at a customer (CON-01); belongs to whomever the customer belongs to."""

    class Gender(models.TextChoices):
        """For the right form of address."""

        FEMALE = "f", _("Female")
        MALE = "m", _("Male")
        UNKNOWN = "", _("Not stated")

    number = models.CharField(_("number"), max_length=32, blank=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, verbose_name=_("customer"), related_name="+")
    name = models.CharField(_("full name"), max_length=64)
    gender = models.CharField(_("gender"), max_length=1, choices=Gender.choices, blank=True, default="")
    title = models.CharField(_("job title"), max_length=64, blank=True)
    department = models.CharField(_("department there"), max_length=64, blank=True)
    mobile = PhoneField(_("mobile"), blank=True)
    phone = PhoneField(_("telephone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=64, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    tags = tags_field(_("tags"))
    note = models.TextField(_("note"), blank=True)

    class Meta(Owned.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = (
            models.UniqueConstraint(
                fields=("number",),
                name="contact_number_once",
                condition=~Q(number=""),
                violation_error_message=_("This contact number is taken."),
            ),
        )

    def __str__(self) -> str:
        return self.name
