"""CUS-05 to CUS-09: customers made for a pool, claimed from it and handed out of it; owners changed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shuke.apps.activities.models import ContactRecord
from shuke.apps.sales.models import Contact, Customer
from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.models import Change
from shuke.engine.commands import removal
from shuke.engine.commands.ownership import assign, release
from shuke.engine.commands.write import create
from shuke.engine.organisation.models import Pool, Unit
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from tests.browser.company import NAMES, Company
from tests.conformance.api import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(company: Company) -> Pool:
    """Open to everybody."""
    found: Pool = Pool.plain.get(name="公共客户池")
    return found


@pytest.fixture
def closed(company: Company) -> Pool:
    """Open to a department in which nobody works."""
    found: Pool = Pool.plain.create(name="华北客户池")
    found.units.set([Unit.plain.create(name="华北部", parent=Unit.plain.get(name="熟客商贸"))])
    return found


@pytest.mark.feature("CUS-08")
def test_a_customer_is_made_in_a_pool_with_its_contacts_and_everybody_sees_them(client_of: Any, pool: Pool) -> None:
    zhang, li = client_of("zhang"), client_of("li")
    assert f'href="/customers/new?pool={pool.pk}"' in zhang.get(f"/customers?pool={pool.pk}").content.decode()
    assert f'href="/customers/new?pool={pool.pk}"' in zhang.get("/customers?view=pool").content.decode()
    form = zhang.get(f"/customers/new?pool={pool.pk}").content.decode()
    assert f'<option value="{pool.pk}" selected>' in form
    zhang.post(f"/customers/new?pool={pool.pk}", {"name": "展会来的公司", "pool": str(pool.pk), "owner": ""})
    made = Customer.plain.get(name="展会来的公司")
    assert (made.owner_id, made.unit_id, made.pool) == (None, None, pool)
    assert "tab=contacts" in zhang.get(f"/customers/{made.pk}").content.decode()
    zhang.post("/contacts/new", {"name": "钱经理", "customer": str(made.pk)})
    contact = Contact.plain.get(name="钱经理")
    assert (contact.owner_id, contact.pool) == (None, pool)
    for client in (zhang, li):
        assert "展会来的公司" in client.get(f"/customers?view=all&pool={pool.pk}").content.decode()
        assert client.get(f"/contacts/{contact.pk}").status_code == 200
    assert li.post(f"/customers/{made.pk}/edit", {"note": "抢"}).status_code == 403


@pytest.mark.feature("CUS-08")
def test_a_pool_that_is_not_open_takes_nothing_and_shows_nothing(
    client_of: Any, company: Company, closed: Pool
) -> None:
    zhang = Caller(company.people["zhang"])
    assert zhang.post("/customers", {"name": "不该有", "pool": closed.pk}).status_code == 422
    form = client_of("zhang").get("/customers/new").content.decode()
    assert closed.name not in form
    client_of("zhang").post("/customers/new", {"name": "不该有", "pool": str(closed.pk)})
    made = Caller(company.people["admin"]).post("/customers", {"name": "华北的公司", "pool": closed.pk})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert zhang.get(f"/customers/{pk}").status_code == 404
    assert zhang.post("/contacts", {"name": "孙工", "customer": pk}).status_code == 422
    assert not Customer.plain.filter(name="不该有").exists()


@pytest.mark.feature("CUS-08")
def test_programs_make_customers_in_pools(company: Company, pool: Pool) -> None:
    zhang = Caller(company.people["zhang"])
    made = zhang.post("/customers", {"name": "网站来的公司", "pool": pool.pk}).json()
    assert (made["owner"], made["pool"]["id"]) == (None, pool.pk)
    assert zhang.post("/contacts", {"name": "吴工", "customer": made["id"]}).status_code == 201
    both = zhang.post("/customers", {"name": "两头占", "pool": pool.pk, "owner": company.people["zhang"].user_id})
    assert both.status_code == 422
    assert "pool" in both.json()["fields"]
    assert zhang.post("/contacts", {"name": "无池", "customer": made["id"], "pool": pool.pk}).status_code == 422
    assert not Customer.plain.filter(name="两头占").exists()
    assert zhang.post(f"/changes/{made['change']}/undo").status_code in (200, 409)


@pytest.mark.feature("CUS-09", "ORG-11", "ORG-14")
def test_who_may_assign_hands_pool_customers_out_and_a_salesperson_does_not(company: Company, pool: Pool) -> None:
    manager, seller = Caller(company.people["chen"]), Caller(company.people["zhang"])
    li = company.people["li"].user_id
    ids = [company.customers[name] for name in NAMES[:2]]
    release(company.people["zhang"], resource_for("customers"), ids, pool.pk)
    assert seller.post("/customers/bulk/assign", {"ids": ids, "owner": li}).status_code == 403
    assert set(Customer.plain.filter(pk__in=ids).values_list("pool", flat=True)) == {pool.pk}
    answer = manager.post("/customers/bulk/assign", {"ids": ids, "owner": li}).json()
    assert answer["done"] == 2
    assert set(Customer.plain.filter(pk__in=ids).values_list("owner", "pool")) == {(li, None)}
    assert set(Contact.plain.filter(customer__in=ids).values_list("owner", "pool")) == {(li, None)}


@pytest.mark.feature("CUS-09")
def test_the_manager_assigns_ticked_pool_customers_in_the_dialog(client_of: Any, company: Company, pool: Pool) -> None:
    client, li = client_of("chen", htmx=True), company.people["li"].user_id
    ids = [company.customers[name] for name in NAMES[:3]]
    release(company.people["zhang"], resource_for("customers"), ids, pool.pk)
    dialog = client.get("/customers/bulk/assign", {"ids": ids}).content.decode()
    assert dialog.count('name="ids"') == 3
    assert client.post("/customers/bulk/assign", {"ids": ids, "owner": ""}).status_code == 422
    assert client.post("/customers/bulk/assign", {"ids": ids, "owner": li}).status_code == 200
    assert Customer.plain.filter(pk__in=ids, owner=li, pool=None).count() == 3
    client.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert Customer.plain.filter(pk__in=ids, owner=None, pool=pool).count() == 3


@pytest.mark.feature("CUS-05")
def test_a_batch_gets_one_time_for_the_next_contact(client_of: Any, company: Company) -> None:
    client = client_of("zhang", htmx=True)
    ids = [company.customers[name] for name in NAMES[:4]]
    dialog = client.get("/customers/bulk/edit", {"ids": ids, "field": "next_contact_at"}).content.decode()
    assert 'type="datetime-local"' in dialog
    client.post("/customers/bulk/edit", {"ids": ids, "field": "next_contact_at", "next_contact_at": "2027-03-01T09:30"})
    times = set(Customer.plain.filter(pk__in=ids).values_list("next_contact_at", flat=True))
    assert len(times) == 1
    assert times != {None}
    assert Customer.plain.exclude(pk__in=ids).filter(next_contact_at__isnull=False).count() == 0


@pytest.mark.feature("CUS-06")
def test_the_owner_is_changed_from_the_customers_page(client_of: Any, company: Company) -> None:
    client, li = client_of("chen", htmx=True), company.people["li"].user_id
    pk = company.customers[NAMES[0]]
    page = client_of("chen").get(f"/customers/{pk}").content.decode()
    [address] = set(re.findall(r'hx-get="(/customers/bulk/assign\?ids=\d+)"', page))
    assert "bulk-owner" in client.get(address).content.decode()
    client.post("/customers/bulk/assign", {"ids": pk, "owner": li})
    assert Customer.plain.get(pk=pk).owner_id == li
    assert set(Contact.plain.filter(customer=pk).values_list("owner", flat=True)) == {li}
    assert "bulk/assign" not in client_of("admin").get(f"/users/{li}").content.decode()


def test_a_new_customer_is_made_for_a_colleague(client_of: Any, company: Company) -> None:
    li = company.people["li"].user_id
    client_of("chen").post("/customers/new", {"name": "给李娜的", "owner": str(li)})
    assert Customer.plain.get(name="给李娜的").owner_id == li
    refused = client_of("chen").post("/customers/new", {"name": "两头占", "owner": str(li), "pool": "1"})
    assert refused.status_code == 422
    assert "两头占" in refused.content.decode()
    assert not Customer.plain.filter(name="两头占").exists()


def test_what_is_recorded_with_a_pool_customer_waits_in_the_pool_with_it(company: Company, pool: Pool) -> None:
    admin = company.people["admin"]
    pk = create(admin, resource_for("customers"), {"name": "池里的公司"}, pool=pool.pk).record.pk
    made = create(admin, resource_for("contact-records"), {"customer": pk, "summary": "先打了电话"}).record
    assert ContactRecord.plain.get(pk=made.pk).pool == pool


@pytest.mark.feature("CUS-08")
def test_a_row_that_waits_in_a_pool_open_to_one_offers_to_claim_it(
    client_of: Any, company: Company, pool: Pool, closed: Pool
) -> None:
    waiting, shut = (company.customers[name] for name in NAMES[:2])
    release(company.people["zhang"], resource_for("customers"), [waiting], pool.pk)
    release(company.people["admin"], resource_for("customers"), [shut], closed.pk)
    client = client_of("zhang", htmx=True)
    rows = client.get("/customers?view=all").content.decode()
    [address] = re.findall(r'class="sk-row-claim" hx-get="([^"]+)"', rows)
    assert address == f"/customers/bulk/claim?ids={waiting}"
    assert client.get(address).content.decode().count('name="ids"') == 1
    client.post("/customers/bulk/claim", {"ids": waiting})
    assert Customer.plain.get(pk=waiting).owner_id == company.people["zhang"].user_id
    assert "sk-row-claim" not in client.get("/customers?view=all").content.decode()
    assert f"<del>{pool.name}</del>" in client_of("zhang").get(f"/customers/{waiting}").content.decode()


def test_a_no_takes_no_place_in_lists_and_stands_on_the_page(client_of: Any, company: Company) -> None:
    client, (no, yes) = client_of("zhang"), (company.customers[name] for name in NAMES[:2])
    Customer.plain.filter(pk=yes).update(chance=True)
    rows = client.get("/customers?view=all&columns=name,chance").content.decode()
    cells = re.findall(r'name="ids" value="(\d+)".*?<td class="([^"]*" data-label="潜在商机".*?)</td>', rows)
    told = {int(pk): cell for pk, cell in cells}
    assert "是" in told[yes]
    assert "none" in told[no]
    assert "否" not in told[no]
    assert "否" in client.get(f"/customers/{no}").content.decode()


def test_a_pool_goes_only_when_nothing_waits_in_it(company: Company, pool: Pool) -> None:
    pools, customers = resource_for("pools"), resource_for("customers")
    release(SYSTEM, customers, [company.customers[NAMES[0]]], pool.pk)
    with pytest.raises(Invalid, match="公共客户池"):
        removal.delete(SYSTEM, pools, [pool.pk])
    assign(SYSTEM, customers, [company.customers[NAMES[0]]], company.people["zhang"].user_id or 0)
    removal.delete(SYSTEM, pools, [pool.pk])
    assert Pool.plain.get(pk=pool.pk).deleted_at is not None
