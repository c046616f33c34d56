"""The worker's clock for activities."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from shuke.apps.activities.services.reminding import mail_next_contacts, ring
from shuke.apps.activities.services.truth import prove_last_contacts


@app.periodic(cron="* * * * *")
@app.task(name="shuke.activities.remind", queueing_lock="shuke.activities.remind")
def remind(timestamp: int) -> None:
    """Every minute: alarms and mails whose time has come."""
    now = timezone.now()
    ring(now)
    mail_next_contacts(now)


@app.periodic(cron="47 3 * * *")
@app.task(name="shuke.activities.settle", queueing_lock="shuke.activities.settle")
def settle(timestamp: int) -> None:
    """Every night: prove what customers say of their last contact."""
    prove_last_contacts()
