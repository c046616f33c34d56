"""The kinds of actions by their names, and the one that waits."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.automation.handing import ASSIGN
from shuke.engine.automation.scene import Action, Scene, Step
from shuke.engine.automation.telling import CALLING, NOTIFY, SEND
from shuke.engine.automation.writing import CREATE, POOL, SET, TAG
from shuke.kernel.errors import Invalid
from shuke.resource.describe import Kind, fields_of
from shuke.resource.spec import Resource

WAIT = "wait"
MOST_STEPS = 20
_LONGEST_DAYS = 3_650


def _check_wait(actor: Actor, resource: Resource, step: Step) -> None:
    days, hours = step.get("days", 0), step.get("hours", 0)
    if type(days) is not int or type(hours) is not int or abs(days) + abs(hours) / 24 > _LONGEST_DAYS:
        raise Invalid(_("Days and hours are whole numbers."))
    name = step.get("field")
    if name:
        info = fields_of(resource).get(name)
        if (
            info is None
            or info.kind not in (Kind.DATE, Kind.DATETIME)
            or not FieldAccess(actor, resource).compares(name)
        ):
            raise Invalid(_("Choose a date."))
    elif days * 24 + hours <= 0:
        raise Invalid(_("Say how long to wait."))


def until(resource: Resource, record: Any, step: Step) -> datetime.datetime | None:
    """When a run that waits goes on: after a while, or so long before or after a date; None when that is empty."""
    while_ = datetime.timedelta(days=step.get("days", 0), hours=step.get("hours", 0))
    if not step.get("field"):
        return timezone.now() + while_
    day = getattr(record, fields_of(resource)[step["field"]].column)
    if day is None:
        return None
    if not isinstance(day, datetime.datetime):
        day = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
    return day + while_


def _never(scene: Scene, step: Step) -> str:
    raise AssertionError("a wait parts a run in two; it is not performed")


ACTIONS: dict[str, Action] = {
    "set": SET,
    "tag": TAG,
    "create": CREATE,
    "assign": ASSIGN,
    "pool": POOL,
    "notify": NOTIFY,
    "mail": SEND,
    "call": CALLING,
    WAIT: Action(_check_wait, _never),
}


def check_actions(actor: Actor, resource: Resource, steps: Any) -> None:
    """Raises ``Invalid`` naming the first action that makes no sense, by its number from 1."""
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise Invalid(_("A rule has at most %(most)d actions.") % {"most": MOST_STEPS})
    for number, step in enumerate(steps, 1):
        action = ACTIONS.get(str(step.get("do"))) if isinstance(step, dict) else None
        try:
            if action is None:
                raise Invalid(_("There is no such action."))
            action.check(actor, resource, step)
        except Invalid as error:
            raise Invalid(
                _("Action %(number)d: %(reason)s") % {"number": number, "reason": error}, step=number
            ) from None
