"""The mail at the time of the next contact, through a real SMTP server."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from shuke.apps.activities.models import ContactRecord
from shuke.apps.activities.resources.contact_record import contact_records
from shuke.apps.activities.services.reminding import mail_next_contacts
from shuke.engine.access.actor import Actor
from shuke.engine.commands import write
from shuke.engine.organisation.models import User
from tests.conformance.test_notices import box

__all__ = ["box"]
pytestmark = [pytest.mark.django_db, pytest.mark.feature("CAL-06", "CON-06")]
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def due(seller: Actor, customer: Any) -> ContactRecord:
    """A record that reminds in an hour."""
    at = (timezone.now() + HOUR).isoformat()
    values = {
        "customer": customer.pk,
        "summary": "报价已发",
        "next_contact_at": at,
        "next_plan": "问问反馈",
        "remind": True,
    }
    return write.create(seller, contact_records, values).record


def test_the_salesperson_is_written_to_at_the_next_contact_and_once(due: ContactRecord, box: Any) -> None:
    assert mail_next_contacts(timezone.now()) == 0
    assert mail_next_contacts(timezone.now() + HOUR) == 1
    assert [one.rcpt_tos for one in box] == [["li@example.com"]]
    assert mail_next_contacts(timezone.now() + HOUR) == 0


def test_who_has_no_address_is_not_written_to(due: ContactRecord, box: Any) -> None:
    User.plain.filter(pk=due.salesperson_id).update(email="")
    assert mail_next_contacts(timezone.now() + HOUR) == 0
    User.plain.filter(pk=due.salesperson_id).update(email="li@example.com")
    assert mail_next_contacts(timezone.now() + HOUR) == 1


def test_a_server_that_refuses_is_asked_again(due: ContactRecord, box: Any, settings: Any) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert mail_next_contacts(timezone.now() + HOUR) == 0
    settings.EMAIL_PORT = port
    assert mail_next_contacts(timezone.now() + HOUR) == 1


def test_an_unticked_reminder_says_nothing(seller: Actor, due: ContactRecord, box: Any) -> None:
    write.update(seller, contact_records, due.pk, {"remind": False})
    at = (timezone.now() + HOUR / 2).isoformat()
    never_ticked = {"customer": due.customer_id, "summary": "没要提醒", "next_contact_at": at}
    write.create(seller, contact_records, never_ticked)
    assert mail_next_contacts(timezone.now() + HOUR) == 0
    assert box == []
