"""Changes (who did what, when, how) and their entries (which row, which values before and after)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The way in of what rules did (``engine/automation``); their name stands in ``reason``.
AUTOMATION = "automation"


class Change(models.Model):
    """One deed of one actor: an edit, a bulk run, an import, an undo. Append-only."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("at"), db_default=Now())
    via = models.CharField(_("way in"), max_length=16)
    verb = models.CharField(_("action"), max_length=32)
    resource = models.CharField(_("object"), max_length=64)
    reason = models.TextField(_("reason"), blank=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("takes back"))
    address = models.GenericIPAddressField(_("network address"), null=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        # The log is read from the newest on, all of it or what one of these columns says.
        indexes = (
            models.Index(fields=("-at", "-id"), name="change_at"),
            models.Index(fields=("actor", "-at", "-id"), name="change_actor_at"),
            models.Index(fields=("resource", "-at", "-id"), name="change_resource_at"),
            models.Index(fields=("via", "-at", "-id"), name="change_via_at"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.resource} #{self.pk}"

    @property
    def maker(self) -> str:
        """Who did it, in words: a person, a rule by its name, or the system."""
        if self.actor_id:
            return str(self.actor)
        return (
            gettext("Automation: %(rule)s") % {"rule": self.reason} if self.via == AUTOMATION else gettext("The system")
        )


class Entry(models.Model):
    """What one change did to one row. Written by triggers only; partitioned by month; refuses UPDATE and DELETE.

    ``op``: I(nsert), U(pdate), D(elete). ``before`` / ``after`` hold the changed columns; for D ``before`` is the row.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    change = models.ForeignKey(Change, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    relation = models.TextField()
    object_id = models.BigIntegerField()
    op = models.CharField(max_length=1)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "audit_entry"
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")

    def __str__(self) -> str:
        return f"{self.op} {self.relation} {self.object_id}"
