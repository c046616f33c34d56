"""The company that works with the installation: how pages, prints and the sign-in page call it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """What the product speaks; each by its own name."""

    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class Company(models.Model):
    """The single row ``id = 1``; without it the pages bear the product's own name.

    ``logo`` names the stored picture by its content. ``settled`` says that the guided first run is over.
    """

    name = models.CharField(_("company name"), max_length=80, blank=True)
    short_name = models.CharField(_("short name"), max_length=16, blank=True)
    logo = models.CharField(_("logo"), max_length=64, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    support = models.CharField(_("support contact"), max_length=120, blank=True)
    language = models.CharField(
        _("language of new people"), max_length=12, choices=Language.choices, default=Language.CHINESE
    )
    settled = models.BooleanField(_("set up"), default=False)

    class Meta:
        verbose_name = _("company profile")
        verbose_name_plural = _("company profiles")

    def __str__(self) -> str:
        return self.name
