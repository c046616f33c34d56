"""Doing a run: its actions in one transaction and one change – all of them, or none and the reason why.

What leaves the house (mails, calls) is ordered in that transaction and sent after it, so nobody outside hears of
something that did not happen. A run that waits goes on later in the same change, if the record still fits.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as procrastinate_app

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.automation.actions import ACTIONS, WAIT, until
from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.automation.models import AutomationRule, Run
from shuke.engine.automation.rules import Rule, ready
from shuke.engine.automation.scene import Scene, Step
from shuke.engine.automation.starting import RUN, meeting
from shuke.engine.commands.sight import require_sight
from shuke.kernel.errors import Invalid, NotFound, ShukeError
from shuke.resource.registry import resource_for

VERB = "automate"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trial:
    """What a rule would do: whether its criteria hold, what each action comes to, and where it would fail."""

    meets: bool
    outcome: Sequence[dict[str, str]]
    error: str


def perform(run_id: int) -> None:
    """Do a run that is due; nothing when it is done already, or being done by another worker.

    Raises Django's ``OperationalError`` when it should be tried again: a deadlock, a database that went away.
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        rows = Run.objects.select_for_update(skip_locked=True, of=("self",))
        run = rows.filter(pk=run_id, state__in=(Run.State.READY, Run.State.PAUSED)).first()
        if run is None or (run.resume_at and run.resume_at > timezone.now()):
            return
        began = time.monotonic()
        _do(run)
        run.took += round((time.monotonic() - began) * 1000)
        run.save()


def _do(run: Run) -> None:
    stored = AutomationRule.plain.filter(pk=run.rule_id, active=True, deleted_at__isnull=True).first()
    if stored is None:
        _stop(run, _("The rule was switched off meanwhile."))
        return
    rule, resource = ready(stored), resource_for(run.resource)
    if not meeting(rule, resource, [run.object_id], deleted=rule.on == "deleted"):
        _stop(run, _("The record does not meet the criteria any more."))
        return
    steps = rule.actions if run.rest is None else run.rest
    run.state, run.rest, run.resume_at = Run.State.DONE, None, None
    before = list(run.outcome)
    try:
        # A savepoint: what failed leaves nothing but the reason.
        with transaction.atomic():
            _act(run, rule, steps)
    except OperationalError:
        raise
    except ShukeError as error:
        _fail(run, before, str(error) or error.code)
    except Exception:  # noqa: BLE001 - whatever is wrong with one rule must not stop the others
        _log.exception("rule %s failed for %s %s", rule.id, run.resource, run.object_id)
        _fail(run, before, _("An unexpected error; the log of the worker has the details."))


def _stop(run: Run, reason: str) -> None:
    run.state, run.error, run.rest, run.resume_at = Run.State.STOPPED, reason, None, None


def _fail(run: Run, before: list[Any], reason: str) -> None:
    """What was done before the wait stays done; what this stretch did was rolled back."""
    number = len(run.outcome) + 1
    run.outcome = before
    run.state, run.rest, run.resume_at = Run.State.FAILED, None, None
    run.error = _("Action %(number)d: %(reason)s") % {"number": number, "reason": reason}


def _act(run: Run, rule: Rule, steps: Sequence[Step], *, trial: bool = False) -> None:
    resource = resource_for(run.resource)
    with change(AUTOMATION, VERB, resource.name, reason=rule.name, goes_on=run.change_id) as opened:
        run.change_id = opened.id
        scene = Scene(rule, run, resource, _record(run), opened)
        for place, step in enumerate(steps):
            scene.place = len(run.outcome)
            if step["do"] == WAIT:
                _wait(scene, step)
                if not trial:
                    _pause(scene, steps[place + 1 :])
                    return
                continue
            text = ACTIONS[step["do"]].perform(scene, step)
            run.outcome = [*run.outcome, {"do": step["do"], "text": text}]


def _record(run: Run) -> Any:
    rows = resource_for(run.resource).model.objects.unscoped("rules act for the company")  # type: ignore[attr-defined]
    found = rows.filter(pk=run.object_id).first()
    if found is None:
        raise NotFound(_("The record is gone."))
    return found


def _wait(scene: Scene, step: Step) -> None:
    scene.run.resume_at = until(scene.resource, scene.record, step)
    if scene.run.resume_at is None:
        raise Invalid(_("The date to wait for is empty."))
    moment = timezone.localtime(scene.run.resume_at).strftime("%Y-%m-%d %H:%M")
    text = _("waits until %(moment)s") % {"moment": moment}
    scene.run.outcome = [*scene.run.outcome, {"do": WAIT, "text": text}]


def _pause(scene: Scene, rest: Sequence[Step]) -> None:
    run = scene.run
    run.state, run.rest = Run.State.PAUSED, list(rest)
    procrastinate_app.configure_task(RUN, schedule_at=run.resume_at).defer(runs=[run.pk])


def try_out(actor: Actor, stored: AutomationRule, pk: int) -> Trial:
    """What the rule would do with a record, whether it is switched on or not. Nothing of it stays, nothing is sent.

    Raises ``NotFound`` for a record out of the actor's sight.
    """
    rule, resource = ready(stored), resource_for(stored.object)
    require_sight(actor, resource, pk)
    meets = bool(meeting(rule, resource, [pk]))
    run = Run(rule_id=rule.id, resource=resource.name, object_id=pk, key="trial", state=Run.State.DONE)
    error = ""
    with transaction.atomic():
        run.save()
        try:
            with transaction.atomic():
                _act(run, rule, rule.actions, trial=True)
        except ShukeError as refused:
            error = str(refused)
        transaction.set_rollback(True)
    return Trial(meets, run.outcome, error)
