"""Automation in words: what wakes a rule, what its actions are, how its runs ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shuke.engine.audit.install import decides_rights
from shuke.engine.automation.models import AutomationRule
from shuke.engine.automation.triggers import NEAR, SCHEDULE
from shuke.resource.spec import Resource


class Deed(NamedTuple):
    """How a kind of action is shown."""

    icon: str
    words: Any


WAKES = {
    "created": gettext_lazy("a record is made"),
    "updated": gettext_lazy("a record is changed"),
    "assigned": gettext_lazy("a record is handed over"),
    "claimed": gettext_lazy("a record is claimed from a pool"),
    "released": gettext_lazy("a record is put into a pool"),
    "deleted": gettext_lazy("a record is deleted"),
    "restored": gettext_lazy("a record is brought back"),
    "imported": gettext_lazy("a record comes in by an import"),
    NEAR: gettext_lazy("a date of a record is near"),
    SCHEDULE: gettext_lazy("the time has come (schedule)"),
}
DEEDS = {
    "set": Deed(icon="pencil", words=gettext_lazy("Set fields")),
    "tag": Deed(icon="tag", words=gettext_lazy("Add or remove tags")),
    "create": Deed(icon="plus", words=gettext_lazy("Make another record")),
    "assign": Deed(icon="user-share", words=gettext_lazy("Hand it to somebody")),
    "pool": Deed(icon="pool", words=gettext_lazy("Put it into a pool")),
    "notify": Deed(icon="bell", words=gettext_lazy("Tell people")),
    "mail": Deed(icon="mail", words=gettext_lazy("Send a mail")),
    "call": Deed(icon="link", words=gettext_lazy("Call another program (webhook)")),
    "wait": Deed(icon="clock", words=gettext_lazy("Wait, then go on if it still fits")),
}
SOURCES = {
    "value": gettext_lazy("a value"),
    "formula": gettext_lazy("a formula"),
    "text": gettext_lazy("a text with fields in braces"),
    "field": gettext_lazy("a field of the record"),
    "record": gettext_lazy("the record itself"),
}
WAYS = {
    "turn": gettext_lazy("in turn"),
    "least": gettext_lazy("to whoever has least"),
    "territory": gettext_lazy("by region"),
}
WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
TONES = {"done": "good", "failed": "bad", "stopped": "warn", "paused": "brand"}


def criteria_words(criteria: Any) -> str:
    """Whether the rule looks at the record first."""
    return _("under conditions") if criteria else ""


def trigger_words(trigger: Mapping[str, Any]) -> str:
    """What wakes the rule."""
    on = str(trigger.get("on", "created"))
    words = str(WAKES.get(on, on))
    if on == SCHEDULE and trigger.get("every") == "week":
        day = WEEKDAYS[trigger.get("weekday", 0)]
        return _("every %(day)s at %(clock)s") % {"day": day, "clock": trigger.get("at", "09:00")}
    if on == SCHEDULE:
        return _("every day at %(clock)s") % {"clock": trigger.get("at", "09:00")}
    return words


def actions_words(steps: Sequence[Mapping[str, Any]]) -> str:
    """What the rule does."""
    names = [str(DEEDS[step["do"]][1]) for step in steps if step.get("do") in DEEDS]
    if len(names) <= 3:
        return " → ".join(names)
    return ngettext("%(count)d action", "%(count)d actions", len(names)) % {"count": len(names)}


def automation_links(resource: Resource, pk: int) -> dict[str, str]:
    """Where a record's page leads: to what rules did with it, and of a rule itself to its work."""
    if resource.model is AutomationRule:
        return {"work": reverse("web:automation-runs", args=[pk])}
    if decides_rights(resource.model):
        return {}
    return {"runs": reverse("web:record-runs", args=[resource.name, pk])}
