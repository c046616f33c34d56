"""Saved views, and what each person is used to in each list."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list under a name. ``definition`` is the JSON of ``definition.Definition``.

    It is the owner's alone unless ``everyone`` is set, or ``units`` (each with all below it) or ``roles`` name others:
    those look, the owner and administrators change. For people of ``default_roles`` the list opens with it. The ids
    stand in arrays, so that one index-free look-up of a few rows answers a page; ids of what is gone do nothing.
    """

    resource = models.CharField(_("object"), max_length=64)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="+")
    everyone = models.BooleanField(_("for everyone"), default=False)
    units = ArrayField(models.BigIntegerField(), verbose_name=_("units"), default=list)
    roles = ArrayField(models.BigIntegerField(), verbose_name=_("roles"), default=list)
    default_roles = ArrayField(models.BigIntegerField(), verbose_name=_("opens first for"), default=list)
    definition = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    deleted_at = models.DateTimeField(_("deleted at"), null=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        indexes = (
            models.Index(fields=("resource", "owner"), name="view_of", condition=models.Q(deleted_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """How addresses call it; ready-made views are called by words without digits."""
        return f"v{self.pk}"


class ListHabit(models.Model):
    """What a list is like for one person: the view it opens with, and the columns of its ready-made views."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    resource = models.CharField(_("object"), max_length=64)
    view = models.CharField(_("view"), max_length=64, blank=True, default="")
    columns = models.CharField(_("columns"), max_length=4000, blank=True, default="")

    class Meta:
        verbose_name = _("list habit")
        verbose_name_plural = _("list habits")
        constraints = (models.UniqueConstraint(fields=("user", "resource"), name="habit_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}/{self.resource}"
