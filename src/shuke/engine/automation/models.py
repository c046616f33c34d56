"""Rules, their runs, and what they remember between runs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shuke.engine.audit.install import decides_rights
from shuke.engine.record.models import Record
from shuke.resource.registry import independent


def objects() -> list[tuple[str, str]]:
    """The objects that rules may be about: none of those that decide what people may do."""
    return [(one.name, capfirst(one.label_plural)) for one in independent() if not decides_rights(one.model)]


class AutomationRule(Record):
    """When ``trigger``, if ``criteria`` hold, then ``actions``, in their order.

    ``trigger``: ``{"on": "updated", "fields": ["level"]}`` (``triggers.py``); ``criteria``: ``kernel/criteria``;
    ``actions``: a list of ``{"do": "set", …}`` (``actions.py``). ``most_per_minute`` runs, and the rule is taken for a
    runaway. ``salt`` makes the secret with which its webhooks are signed; a new one makes the old secret worthless.
    """

    name = models.CharField(_("name"), max_length=80)
    object = models.CharField(_("object"), max_length=64, choices=objects)
    active = models.BooleanField(_("switched on"), default=False)
    position = models.IntegerField(
        _("position"), default=0, help_text=_("Rules that wake together run in this order, the smallest first.")
    )
    note = models.TextField(_("note"), blank=True)
    trigger = models.JSONField(_("when"), default=dict, blank=True)
    criteria = models.JSONField(_("if"), default=dict, blank=True)
    actions = models.JSONField(_("then"), default=list, blank=True)
    most_per_minute = models.IntegerField(
        _("most runs in a minute"),
        default=1_000,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("A rule that events wake more often is switched off, and administrators are told."),
    )
    salt = models.CharField(max_length=32, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("automation rule")
        verbose_name_plural = _("automation rules")

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One rule at work for one record: once for each ``key`` (an event, a time of the schedule, a date that came near).

    ``chain`` names the rules whose work led here. ``outcome`` tells of each action done: ``{"do", "text"}``;
    ``rest`` holds the actions behind a wait that is under way until ``resume_at``. ``took`` is in milliseconds.
    """

    class State(models.TextChoices):
        """How far a run is."""

        READY = "ready", _("about to run")
        PAUSED = "paused", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    rule = models.ForeignKey(AutomationRule, models.CASCADE, related_name="+", db_index=False)
    resource = models.CharField(max_length=64)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    at = models.DateTimeField(_("at"), db_default=Now())
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.READY)
    chain = ArrayField(models.BigIntegerField(), default=list)
    change_id = models.BigIntegerField(null=True)
    outcome = models.JSONField(default=list)
    error = models.TextField(_("error"), blank=True)
    took = models.IntegerField(_("duration"), default=0)
    resume_at = models.DateTimeField(null=True)
    rest = models.JSONField(null=True)

    class Meta:
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        indexes = (
            models.Index(fields=("rule", "-id"), name="run_rule"),
            models.Index(fields=("resource", "object_id", "-id"), name="run_record"),
            models.Index(fields=("change_id",), name="run_change", condition=Q(change_id__isnull=False)),
            models.Index(fields=("at",), name="run_at"),
        )
        constraints = (models.UniqueConstraint(fields=("rule", "key"), name="run_once"),)

    def __str__(self) -> str:
        return f"{self.rule_id} {self.resource} {self.object_id}"


class Delivery(models.Model):
    """One call of a webhook: what is sent, how often that was tried, and what came of it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="+")
    url = models.URLField(max_length=500)
    body = models.TextField()
    attempts = models.IntegerField(default=0)
    status = models.IntegerField(null=True)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("webhook call")
        verbose_name_plural = _("webhook calls")

    def __str__(self) -> str:
        return self.url


class Clock(models.Model):
    """Up to which moment a rule of the clock has looked for records."""

    rule = models.OneToOneField(AutomationRule, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("clock of a rule")
        verbose_name_plural = _("clocks of rules")

    def __str__(self) -> str:
        return f"{self.rule_id} {self.at}"


class Turn(models.Model):
    """Whose turn it was last when a rule hands out records in turn; ``place`` tells its circles of people apart."""

    rule = models.ForeignKey(AutomationRule, models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=40)
    last = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("turn of a rule")
        verbose_name_plural = _("turns of rules")
        constraints = (models.UniqueConstraint(fields=("rule", "place"), name="turn_once"),)

    def __str__(self) -> str:
        return f"{self.rule_id} {self.place}"
