"""What is due to be said: alarms of the schedule and of memos, and the mail at the next contact."""

from __future__ import annotations

import datetime
import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shuke.apps.activities.models import ContactRecord, Memo, ScheduleEntry
from shuke.apps.activities.models.schedule import Ahead
from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.context import change
from shuke.engine.automation.telling import TOLD
from shuke.engine.events.outbox import emit
from shuke.resource.registry import resource_of

_MOST = 500
# An alarm that could not be given for so long would only confuse.
_STALE = datetime.timedelta(days=1)
_EARLIEST = datetime.timedelta(minutes=max(Ahead.values))
_log = logging.getLogger(__name__)


def ring(now: datetime.datetime) -> int:
    """Give every alarm whose time has come, once; returns how many (CAL-16, WRK-16)."""
    entries = ScheduleEntry.objects.unscoped("whose alarm is due?").filter(
        state=ScheduleEntry.State.OPEN,
        remind_before__isnull=False,
        starts_at__lte=now + _EARLIEST,
        starts_at__gt=now - _STALE,
    )
    memos = Memo.objects.unscoped("whose alarm is due?").filter(remind_at__lte=now, remind_at__gt=now - _STALE)
    return sum(
        _ring(one, at)
        for rows, time in ((entries, "starts_at"), (memos, "remind_at"))
        for one in _not_reminded(rows, time)
        if _alarm(one) <= now and (at := getattr(one, time))
    )


def _not_reminded(rows: Any, time: str) -> list[Any]:
    waiting = rows.filter(deleted_at=None).exclude(reminded_for__isnull=False, reminded_for=F(time))
    return list(waiting.order_by(time)[:_MOST])


def _alarm(one: Any) -> datetime.datetime:
    if isinstance(one, ScheduleEntry):
        return one.starts_at - datetime.timedelta(minutes=one.remind_before or 0)
    found: datetime.datetime = one.remind_at
    return found


def _ring(one: ScheduleEntry | Memo, at: datetime.datetime) -> int:
    resource = resource_of(type(one))
    with change(SYSTEM, "remind", resource.name) as opened:
        # Two workers must not both give it.
        rows = type(one).objects.unscoped("the one that is due").filter(pk=one.pk)
        if not rows.exclude(reminded_for__isnull=False, reminded_for=at).update(reminded_for=at):
            return 0
        people = {one.owner_id}
        if isinstance(one, ScheduleEntry):
            people |= set(one.participants.values_list("pk", flat=True))
        # The record's name stands behind it, wherever it is told.
        text = date_format(timezone.localtime(at), "m-d H:i")
        emit(opened, TOLD, resource.name, [one.pk], {"people": sorted(people - {None}), "text": text})
    return 1


def mail_next_contacts(now: datetime.datetime) -> int:
    """Write to each salesperson whose next contact has come and who asked for it (CAL-06); returns how many mails went.

    Only who has an address in his profile is written to. A mail that the server refuses is tried again every minute.
    """
    if not settings.EMAIL_HOST:
        return 0
    rows = ContactRecord.objects.unscoped("whose reminder is due?").filter(
        remind=True, reminded_at=None, deleted_at=None, next_contact_at__lte=now, next_contact_at__gt=now - _STALE
    )
    found = rows.select_related("customer", "contact", "salesperson").order_by("next_contact_at")
    return sum(_mail(record, now) for record in found[:_MOST])


def _mail(record: ContactRecord, now: datetime.datetime) -> int:
    user = record.salesperson
    if user is None or not user.email or not user.is_active:
        return 0
    with translation.override(user.language or settings.LANGUAGE_CODE):
        message = EmailMessage(_subject(record), _body(record), settings.DEFAULT_FROM_EMAIL, [user.email])
    try:
        message.send()
    except (OSError, SMTPException):
        _log.exception("the reminder of contact record %s could not be sent", record.pk)
        return 0
    with change(SYSTEM, "remind", resource_of(ContactRecord).name):
        ContactRecord.objects.unscoped("just sent").filter(pk=record.pk).update(reminded_at=now)
    return 1


def _subject(record: ContactRecord) -> str:
    return _("Contact %(customer)s now") % {"customer": record.customer.name}


def _body(record: ContactRecord) -> str:
    assert record.next_contact_at is not None
    lines = [
        f"{date_format(timezone.localtime(record.next_contact_at), 'Y-m-d H:i')} {record.customer.name}",
        *([f"{record.contact.name} {record.contact.mobile}".rstrip()] if record.contact else []),
        record.next_plan,
        "",
        _("Last time: %(summary)s") % {"summary": record.summary},
        f"{settings.SHUKE_BASE_URL}/customers/{record.customer_id}",
    ]
    return "\n".join(lines) + "\n"
