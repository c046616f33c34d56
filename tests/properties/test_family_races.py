"""Parents and children at once: whoever comes second sees what the first one did."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.apps.people.resources.user import users
from shuke.apps.people.services.builtin import install
from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands.ownership import assign
from shuke.engine.commands.removal import delete
from shuke.engine.commands.write import create, update
from shuke.engine.organisation.models import User
from tests.properties.test_races import AT_ONCE, people, together

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["people"]

ROUNDS = 15


def test_a_contact_made_while_its_customer_is_handed_over_goes_along(people: list[Actor]) -> None:
    pk = create(people[0], customers, {"name": "华江"}).record.pk

    def work(at: int) -> None:
        for step in range(ROUNDS):
            if at % 2:
                create(people[at], contacts, {"name": f"人 {at} {step}", "customer": pk})
            else:
                assign(people[at], customers, [pk], people[(at + step) % AT_ONCE].user_id or 0)

    together(work)
    assert Contact.plain.count() == ROUNDS * AT_ONCE // 2
    owners = set(Contact.plain.values_list("owner_id", flat=True))
    assert owners == {Customer.plain.get(pk=pk).owner_id}


def test_no_contact_is_made_below_a_customer_that_is_being_deleted(people: list[Actor]) -> None:
    for step in range(ROUNDS):
        pk = create(people[0], customers, {"name": f"华江 {step}"}).record.pk

        def work(at: int, pk: int = pk) -> Any:
            if at == 0:
                return delete(people[0], customers, [pk])
            return create(people[at], contacts, {"name": f"人 {at}", "customer": pk})

        together(work, 3)
    assert not Contact.plain.filter(deleted_at__isnull=True, customer__deleted_at__isnull=False).exists()


def test_administrators_who_take_each_others_rights_leave_one(people: list[Actor]) -> None:
    User.plain.exclude(pk__in=[people[0].user_id, people[1].user_id]).update(is_administrator=False)
    install()
    together(lambda at: update(people[at], users, people[1 - at].user_id or 0, {"roles": []}), 2)
    assert User.plain.filter(is_administrator=True).count() == 1
