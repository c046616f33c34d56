"""Dictionaries, their options, and the regions of China."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.models import Record


class Dictionary(Record):
    """A set of options that one or several fields take, e.g. ``customer-source``. The key stays for good."""

    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        blank=True,
        help_text=_("For programs; made from the name when left empty."),
        error_messages={"unique": _("There is a dictionary with this key already.")},
    )
    name = models.CharField(_("dictionary name"), max_length=64)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    above = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("belongs to the options of"),
        help_text=_("For choices that depend on another one, as a city on its province. Itself, for levels."),
    )

    class Meta(Record.Meta):
        verbose_name = _("dictionary")
        verbose_name_plural = _("dictionaries")

    def __str__(self) -> str:
        return self.name


class Option(Record):
    """One value. Retired and deleted ones stay on old records but are offered no more. ``data``: what a policy adds.

    ``parent``: the option of the dictionary above that it belongs to; one without belongs to whatever is chosen there.
    """

    class Tone(models.TextChoices):
        """The colour of its chip."""

        PLAIN = "", _("plain")
        BRAND = "brand", _("blue")
        GOOD = "good", _("green")
        WARN = "warn", _("amber")
        BAD = "bad", _("red")

    dictionary = models.ForeignKey(Dictionary, models.PROTECT, related_name="+", verbose_name=_("dictionary"))
    name = models.CharField(_("option"), max_length=64)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("belongs to"),
        help_text=_("Offered only where this is chosen. For dictionaries that belong to the options of another."),
    )
    tone = models.CharField(_("colour"), max_length=8, choices=Tone.choices, blank=True, default="")
    position = models.IntegerField(
        _("position"), default=0, help_text=_("Smaller numbers stand first; new options go to the end.")
    )
    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Offered no more; records that hold it keep it.")
    )
    data = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = (
            models.UniqueConstraint(
                fields=("dictionary", "name"),
                name="option_once",
                violation_error_message=_("The dictionary has this option already, perhaps in the recycle bin."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """A province, city or county by its administrative code (GB/T 2260), or one of the company's own.

    What lies in a region has a code in its range (``regions.py: last_code``). Own ones have codes that the
    standard leaves free; those beside the provinces, such as foreign countries, begin at 1,000,000. Retired ones stay
    on old records and are offered no more, nor is what lies in them.
    """

    code = models.IntegerField(_("code"), primary_key=True, db_column="id")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("part of"))
    name = models.CharField(_("name"), max_length=64)
    full_name = models.CharField(_("full name"), max_length=128)
    own = models.BooleanField(_("added by the company"), default=False)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.full_name


def option_field(label: Any, **kwargs: Any) -> models.ForeignKey[Any, Any]:
    """A field whose value is an option; the resource's ``Field(dictionary=…)`` says of which dictionary."""
    return models.ForeignKey(
        Option, models.PROTECT, verbose_name=label, null=True, blank=True, related_name="+", db_index=False, **kwargs
    )


def tags_field(label: Any) -> ArrayField[Any, Any]:
    """A field that holds several options, as sorted ids; the resource says of which dictionary."""
    return ArrayField(
        models.BigIntegerField(), verbose_name=label, default=list, db_default=models.Value("{}"), blank=True
    )
