"""The demo company is complete, believable and safe."""

from __future__ import annotations

import datetime
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from shuke.apps.sales.models import Contact, Customer
from shuke.cli.demo import filling
from shuke.cli.demo.activities import words
from shuke.cli.demo.loading import bare_tables, conninfo
from shuke.cli.demo.plan import CHUNK, Plan, Seller, Staff
from shuke.cli.demo.rows import contact_counts, make_chunk, offsets
from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.history import history
from shuke.engine.audit.models import Entry
from shuke.engine.commands.write import create, update
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Membership, Pool, Role, Unit, User
from shuke.kernel.errors import Invalid
from shuke.kernel.grams import probe
from shuke.resource.registry import resource_for


def rows(model: Any) -> Any:
    return model.objects.unscoped("looking at the demo company")


@pytest.fixture
def filled(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.SHUKE_DATA = tmp_path
    filling.fill(400, 7, lambda _line: None)
    return tmp_path / "demo-signins.json"


def signin(path: Path, role: str) -> User:
    login = next(entry["login"] for entry in json.loads(path.read_text("utf-8")) if entry["role"] == role)
    found: User = rows(User).get(login=login)
    return found


def test_the_company_has_its_people_units_and_roles(filled: Path) -> None:
    assert rows(User).count() == 60
    assert rows(Unit).count() == 9
    assert rows(Role).count() == 6 + 3
    assert Membership.objects.count() == 60
    assert rows(Pool).count() == 2
    assert rows(User).filter(is_administrator=True).count() == 1


def test_branch_offices_make_it_a_bigger_company(db: None, settings: Any, tmp_path: Path) -> None:
    settings.SHUKE_DATA = tmp_path
    filling.fill(300, 7, lambda _line: None, offices=2)
    assert (rows(User).count(), rows(Unit).count()) == (60 + 2 * 25, 9 + 2 * 5)
    office = rows(Unit).get(name="广州办事处")
    assert (office.parent.name, office.head.title) == ("华南销售部", "办事处经理")
    assert rows(Customer).filter(unit__parent=office).exists()


def test_the_sign_ins_work_and_are_kept_secret(filled: Path) -> None:
    assert stat.S_IMODE(filled.stat().st_mode) == 0o600
    entries = json.loads(filled.read_text("utf-8"))
    assert {"admin", "zhangwei"} <= {entry["login"] for entry in entries}
    for entry in entries:
        assert check_password(entry["password"], rows(User).get(login=entry["login"]).password)


def test_nobody_else_can_sign_in(filled: Path) -> None:
    known = [entry["login"] for entry in json.loads(filled.read_text("utf-8"))]
    assert not any(user.check_password("") for user in rows(User).exclude(login__in=known))


def test_passwords_differ_from_run_to_run(db: None, settings: Any, tmp_path: Path, filled: Path) -> None:
    passwords = {entry["password"] for entry in json.loads(filled.read_text("utf-8"))}
    assert len(passwords) == 7
    assert not any(len(password) < 10 for password in passwords)


def test_each_role_sees_what_it_should(filled: Path) -> None:
    seen = {
        role: Customer.objects.visible_to(actor_for(signin(filled, role), "web")).count()
        for role in ("系统管理员", "总经理", "华南销售经理", "业务员")
    }
    assert seen["系统管理员"] == seen["总经理"] == 400
    assert 0 < seen["业务员"] < seen["华南销售经理"] < 400


def test_customers_belong_to_sellers_or_pools(filled: Path) -> None:
    assert not rows(Customer).filter(owner=None, pool=None).exists()
    assert 5 < rows(Customer).exclude(pool=None).count() < 60
    for customer in rows(Customer).exclude(owner=None).select_related("owner"):
        assert customer.unit_id == customer.owner.unit_id


def test_contacts_go_with_their_customer(filled: Path) -> None:
    for contact in rows(Contact).select_related("customer"):
        assert (contact.owner_id, contact.pool_id) == (contact.customer.owner_id, contact.customer.pool_id)
        assert contact.created_at >= contact.customer.created_at


def test_times_are_in_the_past_and_in_order(filled: Path) -> None:
    now = timezone.now()
    for customer in rows(Customer):
        assert now - datetime.timedelta(days=366 * 3) < customer.created_at <= customer.updated_at <= now


def test_every_record_is_found_by_its_name(filled: Path) -> None:
    for customer in rows(Customer)[:50]:
        (tokens,) = probe(customer.name[:2])
        assert rows(Customer).filter(pk=customer.pk, grams__contains=list(tokens)).exists()


def test_numbers_go_on_behind_the_demo_ones(filled: Path) -> None:
    saved = create(SYSTEM, resource_for("customers"), {"name": "新来的客户有限公司"})
    assert saved.record.pk == 401
    assert saved.record.number == f"C{timezone.localdate().year}-00401"


def test_history_begins_when_the_customer_came_not_when_the_demo_was_made(filled: Path) -> None:
    customer = rows(Customer).filter(created_by__is_administrator=False).earliest("created_at")
    told = history(SYSTEM, resource_for("customers"), customer.pk)
    assert [(one.verb, one.at, one.change.maker) for one in told if one.change] == [
        ("create", customer.created_at, customer.created_by.name)
    ]
    assert history(SYSTEM, resource_for("customers"), customer.pk, before=told[-1].entry) == []


def test_what_happens_to_the_demo_customers_is_recorded(filled: Path) -> None:
    customer = rows(Customer).earliest("pk")
    update(SYSTEM, resource_for("customers"), customer.pk, {"note": "来电"})
    told = history(SYSTEM, resource_for("customers"), customer.pk)
    assert [one.verb for one in told] == ["edit", "create"]


def test_a_senseless_size_is_refused(db: None) -> None:
    with pytest.raises(Invalid):
        filling.fill(-1, 7, lambda _line: None)


def plan(customers: int) -> Plan:
    staff = Staff(
        sellers={unit: [Seller(1, 1, 1.0), Seller(2, 1, 0.5)] for unit in ("south", "east", "north")},
        pools={None: 1, "south": 2},
        administrator=1,
        signins=[],
    )
    keys = (
        *("customer-level", "customer-source", "customer-classification", "customer-type", "customer-stage"),
        *("customer-status", "credit-rating", "satisfaction", "industry", "customer-tag", "contact-tag"),
    )
    options = {key: {"一": 1, "二": 2} for key in keys}
    options["contact-way"] = {talk["way"]: 1 for talk in words()["talks"]}
    options["contact-result"] = {talk["result"]: 2 for talk in words()["talks"]}
    return Plan(customers, 7, datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC), staff, options)


def test_the_same_plan_gives_the_same_rows() -> None:
    once, again = make_chunk(plan(200), 0, 1), make_chunk(plan(200), 0, 1)
    assert once == again


def test_ids_do_not_depend_on_who_loads_a_chunk() -> None:
    big = plan(CHUNK * 2 + 10)
    starts = dict(offsets(big))
    assert starts[2] == 1 + sum(contact_counts(big, 0)) + sum(contact_counts(big, 1))
    assert len(contact_counts(big, 2)) == 10
    customers, contacts, _done = make_chunk(big, 2, starts[2])
    assert [customer.id for customer in customers] == list(range(CHUNK * 2 + 1, CHUNK * 2 + 11))
    assert [contact.id for contact in contacts] == list(range(starts[2], starts[2] + len(contacts)))


def test_one_and_a_half_contacts_a_customer() -> None:
    assert 1.4 < sum(contact_counts(plan(CHUNK), 0)) / CHUNK < 1.6


def definitions() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('sales_customer', 'sales_contact') "
            "UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid::regclass::text IN ('sales_customer', 'sales_contact') "
            "UNION ALL SELECT tgname, tgenabled::text FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgrelid::regclass::text IN ('sales_customer', 'sales_contact') ORDER BY 1, 2"
        )
        return list(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_big_load_puts_everything_back(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SHUKE_DATA = tmp_path
    monkeypatch.setattr(filling, "BIG", 100)
    before = definitions()
    # History outlives the tests that empty the other tables.
    latest = Entry.objects.aggregate(Max("id"))["id__max"] or 0
    filling.fill(300, 7, lambda _line: None)
    assert rows(Customer).count() == 300
    assert definitions() == before
    assert not Entry.objects.filter(relation="sales_customer", id__gt=latest).exists()


def fail_while_bare() -> None:
    with bare_tables(conninfo(), ("sales_customer", "sales_contact"), lambda _line: None):
        assert "customer_grams" not in [name for name, _definition in definitions()]
        raise RuntimeError("the machine was switched off")


@pytest.mark.django_db(transaction=True)
def test_a_failed_load_puts_everything_back() -> None:
    before = definitions()
    with pytest.raises(RuntimeError, match="switched off"):
        fail_while_bare()
    assert definitions() == before
