"""Pools: where records without an owner wait for one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.engine.organisation.models.unit import Unit
from shuke.engine.record.models import Record


class Pool(Record):
    """A pool is open to everyone who may view its objects, or only to the people of its units and below."""

    name = models.CharField(_("name"), max_length=64)
    units = models.ManyToManyField(Unit, verbose_name=_("open to"), blank=True, related_name="+")

    class Meta(Record.Meta):
        verbose_name = _("pool")
        verbose_name_plural = _("pools")

    def __str__(self) -> str:
        return self.name
