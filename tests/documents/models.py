"""Offers and their lines."""

from __future__ import annotations

from django.db import models

from shuke.apps.sales.models import Contact, Customer
from shuke.engine.options.models import option_field
from shuke.engine.record.fields import MoneyField
from shuke.engine.record.models import Owned


class Offer(Owned):
    """What a customer is offered; its amount is that of its lines, less a discount."""

    title = models.CharField("offer title", max_length=120)
    customer = models.ForeignKey(Customer, models.PROTECT, verbose_name="customer", related_name="+")
    discount = models.DecimalField("discount %", max_digits=12, decimal_places=2, null=True, blank=True)
    amount = MoneyField("offer amount", null=True, blank=True, editable=False)
    quantity = models.DecimalField("pieces", max_digits=12, decimal_places=2, null=True, blank=True, editable=False)

    class Meta(Owned.Meta):
        verbose_name = "offer"
        verbose_name_plural = "offers"

    def __str__(self) -> str:
        return self.title


class OfferLine(Owned):
    """So many of something at a price."""

    class Way(models.TextChoices):
        """How it gets there."""

        TRUCK = "truck", "by truck"
        RAIL = "rail", "by rail"

    offer = models.ForeignKey(Offer, models.PROTECT, verbose_name="offer", related_name="+")
    product = models.CharField("product", max_length=80)
    quantity = models.DecimalField("quantity", max_digits=12, decimal_places=2)
    price = MoneyField("price", null=True, blank=True)
    amount = MoneyField("line amount", null=True, blank=True, editable=False)
    way = models.CharField("way", max_length=8, choices=Way.choices, blank=True, default="")
    source = option_field("origin")
    contact = models.ForeignKey(
        Contact, models.PROTECT, verbose_name="receiver", null=True, blank=True, related_name="+"
    )
    wanted_on = models.DateField("wanted on", null=True, blank=True)
    position = models.IntegerField("position", default=0)

    class Meta(Owned.Meta):
        verbose_name = "offer line"
        verbose_name_plural = "offer lines"

    def __str__(self) -> str:
        return self.product
