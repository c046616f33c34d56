"""Import templates under a name, and what the import remembers of a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Mapping(models.Model):
    """How a person matched the columns of a kind of file: used again when the same titles come again.

    ``titles`` is a digest of them in their order; ``fields`` has a field's name or null for each.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    resource = models.CharField(_("object"), max_length=64)
    titles = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    duplicates = models.CharField(max_length=16)
    key = models.CharField(max_length=200, blank=True)
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("matched columns")
        verbose_name_plural = _("matched columns")
        constraints = (models.UniqueConstraint(fields=("owner", "resource", "titles"), name="mapping_once"),)

    def __str__(self) -> str:
        return f"{self.resource} {self.titles[:8]}"


class ImportTemplate(models.Model):
    """Which columns a spreadsheet of one object has, in their order: ``[[field, title], …]``.

    It is its owner's alone unless it is for ``everyone`` who may import the object.
    """

    resource = models.CharField(_("object"), max_length=64)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="+")
    everyone = models.BooleanField(_("for everyone"), default=False)
    columns = models.JSONField(_("columns"), default=list)

    class Meta:
        verbose_name = _("import template")
        verbose_name_plural = _("import templates")
        constraints = (models.UniqueConstraint(fields=("resource", "owner", "name"), name="import_template_name_once"),)

    def __str__(self) -> str:
        return self.name
