"""The worker's task that delivers the events of one change."""

from __future__ import annotations

from django.db.models import Subquery
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from shuke.engine.dispatch.consumers import CONSUMERS
from shuke.engine.dispatch.dailies import ask_for_dailies
from shuke.engine.dispatch.mailing import send_digests
from shuke.engine.events.models import Event
from shuke.engine.events.outbox import DELIVER
from shuke.engine.organisation.models import AccessStamp
from shuke.engine.record.months import ensure_months


@app.task(name=DELIVER, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def deliver(change_id: int, at: str) -> None:
    """Hand what a change did in the transaction of that time to every consumer, in order; again when one fails."""
    # The stamp comes along, so that automation need not ask whether its rules have changed.
    stamp = Subquery(AccessStamp.objects.filter(pk=1).values("value"))
    events = list(Event.objects.filter(change_id=change_id, at=at).annotate(stamp=stamp).order_by("id"))
    for consumer in CONSUMERS:
        consumer(events)


@app.periodic(cron="17 3 * * *")
@app.task(name="shuke.months", queueing_lock="shuke.months")
def months(timestamp: int) -> None:
    """Make next months' partitions every night, long before the first row needs one."""
    for table in ("audit_entry", "events_event"):
        ensure_months(table)


@app.periodic(cron="2 * * * *")
@app.task(name="shuke.dailies", queueing_lock="shuke.dailies")
def dailies(timestamp: int) -> None:
    """Ask for what is to be written every day, when its hour has come (local time)."""
    ask_for_dailies(timezone.localtime())


@app.periodic(cron="5 * * * *")
@app.task(name="shuke.digests", queueing_lock="shuke.digests")
def digests(timestamp: int) -> None:
    """Send the daily mails of this hour (local time)."""
    send_digests(timezone.localtime().hour)
