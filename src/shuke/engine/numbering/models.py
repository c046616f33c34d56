"""Numbering rules that administrators edit, and the counters behind them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberingRule(models.Model):
    """How the records of one object are numbered; made from the resource's ``Number`` when first needed."""

    class Reset(models.TextChoices):
        """When the serial starts again at 1."""

        NEVER = "never", _("never")
        YEAR = "year", _("every year")
        MONTH = "month", _("every month")
        DAY = "day", _("every day")

    resource = models.CharField(_("object"), max_length=64, unique=True)
    pattern = models.CharField(_("pattern"), max_length=64)
    reset = models.CharField(_("serial restarts"), max_length=8, choices=Reset.choices, default=Reset.YEAR)

    class Meta:
        verbose_name = _("numbering rule")
        verbose_name_plural = _("numbering rules")

    def __str__(self) -> str:
        return f"{self.resource}: {self.pattern}"


class Counter(models.Model):
    """The last serial given in one series: a resource and a period."""

    series = models.CharField(max_length=96, unique=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return f"{self.series} = {self.value}"
