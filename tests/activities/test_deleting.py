"""What may be deleted of the history with a customer, and by whom."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from shuke.apps.activities.models import ContactRecord
from shuke.apps.activities.resources.contact_record import contact_records
from shuke.apps.sales.models import Contact
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands import ownership, removal, write
from shuke.engine.organisation.models import Pool
from shuke.kernel.errors import NotAllowed
from tests.activities.test_contact_records import DAY, HOUR, record

pytestmark = pytest.mark.django_db


@pytest.mark.feature("CON-08", "CON-03")
def test_one_deletes_only_what_one_made_oneself_today(seller: Actor, manager: Actor, customer: Any) -> None:
    contact = write.create(seller, contacts, {"customer": customer.pk, "name": "钱七"}).record
    made = record(seller, customer)
    for resource, pk in ((contact_records, made.pk), (contacts, contact.pk)):
        with pytest.raises(NotAllowed):
            removal.delete(manager, resource, [pk])
    yesterday = timezone.now() - DAY
    ContactRecord.plain.filter(pk=made.pk).update(created_at=yesterday)
    Contact.plain.filter(pk=contact.pk).update(created_at=yesterday)
    for resource, pk in ((contact_records, made.pk), (contacts, contact.pk)):
        with pytest.raises(NotAllowed):
            removal.delete(seller, resource, [pk])
    today = [record(seller, customer).pk for _ in range(3)]
    with pytest.raises(NotAllowed):
        removal.delete(seller, contact_records, [*today, made.pk])
    assert ContactRecord.plain.filter(pk__in=today, deleted_at=None).count() == 3
    removal.delete(seller, contact_records, today[:1])
    removal.delete(seller, contact_records, today[1:])
    assert not ContactRecord.plain.filter(pk__in=today, deleted_at=None).exists()


@pytest.mark.feature("CON-08", "CON-03")
@pytest.mark.parametrize(("hours", "goes"), [(-11, True), (-13, False)])
def test_the_day_is_that_of_the_calendar_on_the_wall(
    seller: Actor, customer: Any, wednesday: None, hours: int, goes: bool
) -> None:
    """At noon: what was written at one in the morning is of today (in UTC it was yesterday), at eleven at night not."""
    made = record(seller, customer, happened_at=timezone.now().isoformat())
    contact = write.create(seller, contacts, {"customer": customer.pk, "name": "钱七"}).record
    for model, resource, pk in ((ContactRecord, contact_records, made.pk), (Contact, contacts, contact.pk)):
        model.plain.filter(pk=pk).update(created_at=timezone.now() + hours * HOUR)
        if goes:
            removal.delete(seller, resource, [pk])
        else:
            with pytest.raises(NotAllowed):
                removal.delete(seller, resource, [pk])


@pytest.mark.feature("CON-08", "CON-03")
def test_what_came_with_a_customer_from_the_pool_stays(admin: Actor, seller: Actor, customer: Any) -> None:
    pool = Pool.plain.create(name="公海")
    made = record(seller, customer)
    contact = write.create(seller, contacts, {"customer": customer.pk, "name": "孙八"}).record
    for model, pk in ((ContactRecord, made.pk), (Contact, contact.pk)):
        # All of a test happens in one moment of the database.
        model.plain.filter(pk=pk).update(created_at=timezone.now() - datetime.timedelta(seconds=5))
    ownership.release(admin, customers, [customer.pk], pool.pk)
    ownership.assign(admin, customers, [customer.pk], seller.user_id or 0)
    for resource, pk in ((contact_records, made.pk), (contacts, contact.pk)):
        with pytest.raises(NotAllowed):
            removal.delete(seller, resource, [pk])
    removal.delete(seller, contact_records, [record(seller, customer).pk])
    removal.delete(admin, contact_records, [made.pk])
