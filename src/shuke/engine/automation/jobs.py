"""The worker's tasks for rules: runs, mails, calls of other programs, the clock, and the log's end."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import OperationalError
from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from shuke import __version__
from shuke.engine.automation.calling import Answer, post
from shuke.engine.automation.log import clear_log
from shuke.engine.automation.models import AutomationRule, Delivery
from shuke.engine.automation.running import perform
from shuke.engine.automation.starting import RUN
from shuke.engine.automation.telling import CALL, MAIL, signature
from shuke.engine.automation.timing import look_at_clocks
from shuke.kernel.errors import Invalid

# Seconds before the second, third … try of a call; after a day it is given up.
WAITS = (10, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 15 * 3600)


class NotTaken(Exception):
    """The other program did not take the call; it is tried again."""


class Backoff(BaseRetryStrategy):
    """Tries again after the times of ``WAITS``."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None once that was done often enough, or when it makes no sense."""
        if not isinstance(exception, NotTaken) or job.attempts >= len(WAITS):
            return None
        return RetryDecision(retry_in={"seconds": WAITS[job.attempts]})


@app.task(name=RUN, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def run_rules(runs: list[int]) -> None:
    """Do these runs; one that meets a deadlock does not keep the others from their turn."""
    failed: OperationalError | None = None
    for run in runs:
        try:
            perform(run)
        except OperationalError as error:
            failed = error
    if failed:
        raise failed


@app.task(name=MAIL, retry=RetryStrategy(max_attempts=8, exponential_wait=4, retry_exceptions={OSError}))
def send_mail(receiver: str, subject: str, text: str) -> None:
    """Send one mail that a rule ordered."""
    EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [receiver]).send()


@app.task(name=CALL, retry=Backoff())
def call(delivery_id: int) -> None:
    """Call another program, signed; raises ``NotTaken`` to try again later."""
    delivery = Delivery.objects.select_related("run").filter(pk=delivery_id, done_at__isnull=True).first()
    if delivery is None:
        return
    delivery.attempts += 1
    delivery.status, delivery.error, final = None, "", False
    try:
        answer = _post(delivery)
        delivery.status = answer.status
        delivery.error = "" if answer.status < 300 else answer.text[:500].replace("\x00", "")
    except Invalid as error:
        delivery.error, final = str(error), True
    except OSError as error:
        delivery.error = str(error)[:500] or type(error).__name__
    taken = delivery.status is not None and delivery.status < 300
    if taken or final or delivery.attempts > len(WAITS):
        delivery.done_at = timezone.now()
    delivery.save(update_fields=["attempts", "status", "error", "done_at"])
    if delivery.done_at is None:
        raise NotTaken(delivery.error)


def _post(delivery: Delivery) -> Answer:
    salt = AutomationRule.plain.values_list("salt", flat=True).get(pk=delivery.run.rule_id)
    moment = int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Shuke/{__version__}",
        "Shuke-Delivery": str(delivery.pk),
        "Shuke-Timestamp": str(moment),
        "Shuke-Signature": f"sha256={signature(salt, moment, delivery.body)}",
    }
    return post(delivery.url, delivery.body.encode(), headers)


@app.periodic(cron="* * * * *")
@app.task(name="shuke.automation.clock", queueing_lock="shuke.automation.clock")
def look(timestamp: int) -> None:
    """Every minute: wake the rules whose time has come."""
    look_at_clocks()


@app.periodic(cron="37 3 * * *")
@app.task(name="shuke.automation.clear", queueing_lock="shuke.automation.clear")
def clear(timestamp: int) -> None:
    """Every night: let go of old runs."""
    clear_log()
