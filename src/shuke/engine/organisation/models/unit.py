"""Organisation units: group, companies and departments as one tree of unlimited depth (ORG-01)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.models import Record


class Unit(Record):
    """A node of the organisation tree; siblings stand in the order of ``position``, ``head`` is in charge of it."""

    class Kind(models.TextChoices):
        """What a unit is; a company is a scope of its own (reach *company*)."""

        GROUP = "group", _("Group")
        COMPANY = "company", _("Company")
        DEPARTMENT = "department", _("Department")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.DEPARTMENT)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("parent unit"), null=True, blank=True, related_name="+"
    )
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("head"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    code = models.CharField(_("code"), max_length=32, blank=True)
    position = models.IntegerField(_("position"), default=0)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name
