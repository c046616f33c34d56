"""What is asked of many rows has its index: scopes with their filters, numbers and titles by the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands.write import create
from shuke.engine.exchange import resolve
from shuke.engine.numbering import numbers
from shuke.engine.query.indexes import derived
from shuke.engine.query.jobs import put_in_grams
from shuke.engine.query.paging import count, page, select
from shuke.kernel.criteria import Criteria, where
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import all_resources
from tests.engine.conftest import MANAGER

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(person: Callable[..., Actor], company: dict[str, Any]) -> Actor:
    return person("wang", company["east"], MANAGER)


def plans(ask: Callable[[], Any]) -> list[str]:
    """How PostgreSQL would answer what is asked, if reading whole tables were forbidden."""
    found = []
    asked = statements(ask)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql, params in asked:
            cursor.execute(f"EXPLAIN {sql}", params)
            found.append("\n".join(row[0] for row in cursor.fetchall()))
    return found


def statements(ask: Callable[[], Any]) -> list[tuple[str, Any]]:
    """What is read, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if isinstance(sql, str) and sql.lstrip().startswith(("SELECT", "WITH", "(")):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return asked


@pytest.mark.parametrize("resource", [one for one in all_resources() if one.scope.unit], ids=lambda one: one.name)
def test_a_scopes_index_carries_what_lists_are_filtered_by(resource: Any) -> None:
    scope = [index for index in derived(resource) if f"_{resource.model._meta.db_table}_unit_" in index.name]
    if resource.scope.unit == "id":
        assert not scope
        return
    kept = {*scope[0].include, resource.scope.unit, resource.table.sort.removeprefix("-")}
    for info in fields_of(resource).values():
        if info.spec.filter and info.kind in (Kind.OPTION, Kind.LINK, Kind.DATE, Kind.DATETIME, Kind.MONEY):
            assert info.column in kept, info.name


@pytest.mark.parametrize(
    "criteria",
    [where(), where(next_contact_at__lte={"today": 0}), where(level=1), where(owner__not_empty=True)],
    ids=["all", "due", "level", "owned"],
)
def test_no_scope_reads_whole_tables(manager: Actor, criteria: Criteria) -> None:
    selection = select(manager, customers, criteria=criteria)
    told = plans(lambda: (page(selection, columns=("name",)), count(selection)))
    assert told
    assert not [plan for plan in told if "Seq Scan on sales_customer" in plan]


def test_rows_of_certain_owners_are_found_through_them_alone(manager: Actor, person: Any, company: Any) -> None:
    other = person("li", company["south"], MANAGER)
    mine = create(manager, customers, {"name": "华江科技"}).record
    create(other, customers, {"name": "别人的"})
    selection = select(manager, customers, criteria=where(owner=[manager.user_id, other.user_id]))
    assert selection.at_once
    assert [row.pk for row in page(selection, columns=("name",)).rows] == [mine.pk]
    assert count(selection).value == 1
    assert not select(manager, customers, criteria=where(owner__not_empty=True)).at_once


def test_a_batch_of_numbers_and_of_titles_is_asked_for_as_the_indexes_have_them(manager: Actor) -> None:
    record = create(manager, customers, {"name": "华江科技"}).record
    drawn = statements(lambda: numbers.take(customers, 300))
    assert any('NOT ("sales_customer"."number" = %s) AND "sales_customer"."number" IN' in sql for sql, _values in drawn)
    words = {f"客户{number}" for number in range(300)} | {"华江科技"}
    info = fields_of(contacts)["customer"]
    found: dict[str, list[int]] = {}
    told = statements(lambda: found.update(resolve._records(manager, info, words)))
    assert found["华江科技"] == [record.pk]
    assert any('"sales_customer"."title_key" IN' in sql for sql, _values in told)


def test_the_worker_puts_in_the_grams_that_wait(manager: Actor) -> None:
    create(manager, customers, {"name": "等待入索引的客户"})
    put_in_grams(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('customer_grams'::regclass)")
        assert cursor.fetchone() == (0,)
