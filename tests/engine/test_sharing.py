"""A share opens a record and its contacts, to look or to work with, until it is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands import sharing, write
from shuke.engine.commands.undo import undo
from shuke.kernel.errors import Invalid, NotAllowed, NotFound
from tests.engine.conftest import SELLER

pytestmark = pytest.mark.django_db
SHARER = {**SELLER, "customers": {**SELLER["customers"], "share": "own"}}


@pytest.fixture
def pair(person: Any, company: Any) -> Any:
    return person("zhang", company["team"], SHARER), person("li", company["south"], SELLER)


def test_a_share_opens_the_customer_and_its_contacts(pair: Any) -> None:
    zhang, li = pair
    pk = write.create(zhang, customers, {"name": "华江"}).record.pk
    write.create(zhang, contacts, {"name": "陈志远", "customer": pk})
    sharing.share(zhang, customers, [pk], kind="user", grantee=li.user_id)
    assert Customer.objects.visible_to(li).count() == 1
    assert Contact.objects.visible_to(li).count() == 1
    with pytest.raises(NotAllowed):
        write.update(li, customers, pk, {"note": "x"})
    with pytest.raises(NotAllowed):
        write.create(li, contacts, {"name": "林晓", "customer": pk})
    changed = sharing.share(zhang, customers, [pk], kind="user", grantee=li.user_id, level="edit")
    write.update(li, customers, pk, {"note": "x"})
    assert write.create(li, contacts, {"name": "林晓", "customer": pk}).record.owner_id == zhang.user_id
    undo(zhang, changed)
    with pytest.raises(NotAllowed):
        write.update(li, customers, pk, {"note": "y"})


def test_taking_back_closes_it_and_can_be_undone(pair: Any, company: Any) -> None:
    zhang, li = pair
    pk = write.create(zhang, customers, {"name": "华江"}).record.pk
    sharing.share(zhang, customers, [pk], kind="unit", grantee=company["company"].pk)
    assert Customer.objects.visible_to(li).exists()
    closed = sharing.unshare(zhang, customers, [pk], kind="unit", grantee=company["company"].pk)
    assert not Customer.objects.visible_to(li).exists()
    undo(zhang, closed)
    assert Customer.objects.visible_to(li).exists()


def test_who_may_not_share_cannot_and_strangers_are_no_grantees(pair: Any) -> None:
    zhang, li = pair
    pk = write.create(zhang, customers, {"name": "华江"}).record.pk
    with pytest.raises(NotAllowed):
        sharing.share(li, customers, [pk], kind="user", grantee=li.user_id)
    with pytest.raises(Invalid):
        sharing.share(zhang, customers, [pk], kind="user", grantee=10**9)
    with pytest.raises(Invalid):
        sharing.share(zhang, customers, [pk], kind="planet", grantee=1)
    with pytest.raises(NotFound):
        sharing.share(zhang, customers, [pk + 1000], kind="user", grantee=li.user_id)
