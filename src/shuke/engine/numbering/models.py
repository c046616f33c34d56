"""Numbering rules that administrators edit, and the counters behind them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberingRule(models.Model):
    """How the records of one object are numbered; the resource's ``Number`` until an administrator changes it.

    Each change of the rule opens a new ``series``, whose serials begin with ``start`` in the period ``start_in`` and
    with 1 in others. Taking the change back goes on in the former series, where that stopped.
    """

    class Reset(models.TextChoices):
        """When the serial starts again at 1."""

        NEVER = "never", _("never")
        YEAR = "year", _("every year")
        MONTH = "month", _("every month")
        DAY = "day", _("every day")

    resource = models.CharField(_("object"), max_length=64, unique=True)
    pattern = models.CharField(_("pattern"), max_length=64)
    reset = models.CharField(_("serial restarts"), max_length=8, choices=Reset.choices, default=Reset.YEAR)
    series = models.IntegerField(default=0)
    start = models.BigIntegerField(_("next serial"), default=1)
    start_in = models.CharField(max_length=8, blank=True, default="")

    class Meta:
        verbose_name = _("numbering rule")
        verbose_name_plural = _("numbering rules")

    def __str__(self) -> str:
        return f"{self.resource}: {self.pattern}"


class Counter(models.Model):
    """The last serial given in one series of an object and one period: ``customers:0:2026``."""

    series = models.CharField(max_length=96, unique=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return f"{self.series} = {self.value}"
