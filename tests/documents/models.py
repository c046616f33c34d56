"""Offers and their lines."""

from __future__ import annotations

from django.db import models

from shuke.apps.sales.models import Contact, Customer
from shuke.engine.options.models import option_field
from shuke.engine.record.fields import FilesField, MoneyField, RichTextField
from shuke.engine.record.models import Owned


class Offer(Owned):
    """What a customer is offered; its amount is that of its lines, less a discount."""

    title = models.CharField("报价主题", max_length=120)
    customer = models.ForeignKey(Customer, models.PROTECT, verbose_name="客户", related_name="+")
    source = option_field("来源")
    channel = option_field("来源细分")
    terms = RichTextField("条款", blank=True, default="")
    papers = FilesField("附件")
    photos = FilesField("照片", most=3, pictures=True)
    discount = models.DecimalField("折扣（%）", max_digits=12, decimal_places=2, null=True, blank=True)
    amount = MoneyField("报价金额", null=True, blank=True, editable=False)
    quantity = models.DecimalField("数量合计", max_digits=12, decimal_places=1, null=True, blank=True, editable=False)

    class Meta(Owned.Meta):
        verbose_name = "报价"
        verbose_name_plural = "报价"

    def __str__(self) -> str:
        return self.title


class OfferLine(Owned):
    """So many of something at a price."""

    class Way(models.TextChoices):
        """How it gets there."""

        TRUCK = "truck", "公路"
        RAIL = "rail", "铁路"

    offer = models.ForeignKey(Offer, models.PROTECT, verbose_name="报价", related_name="+")
    product = models.CharField("产品", max_length=80)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2)
    price = MoneyField("单价", null=True, blank=True)
    amount = MoneyField("金额", null=True, blank=True, editable=False)
    way = models.CharField("运输方式", max_length=8, choices=Way.choices, blank=True, default="")
    source = option_field("来源")
    channel = option_field("来源细分")
    contact = models.ForeignKey(Contact, models.PROTECT, verbose_name="收货人", null=True, blank=True, related_name="+")
    wanted_on = models.DateField("到货日期", null=True, blank=True)
    position = models.IntegerField("序号", default=0)

    class Meta(Owned.Meta):
        verbose_name = "报价明细"
        verbose_name_plural = "报价明细"

    def __str__(self) -> str:
        return self.product
