"""Pages of a scope with several sources are one sorted list; common words are walked, and counted when asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands import sharing, write
from shuke.engine.organisation.models import Pool
from shuke.engine.query import paging, probing
from shuke.engine.query.paging import count, page, select
from shuke.kernel.criteria import parse
from shuke.kernel.errors import Invalid
from shuke.resource.describe import search_fields
from shuke.resource.registry import all_resources
from tests.engine.conftest import MANAGER, SELLER

pytestmark = pytest.mark.django_db
SHARER = {**SELLER, "customers": {**SELLER["customers"], "share": "own"}}


@pytest.fixture
def manager(person: Any, company: Any) -> Any:
    """Reaches customers of his own, of two units, of two pools, and one that is shared with him – some in two ways."""
    pools = [Pool.plain.create(name=name) for name in ("公海一", "公海二")]
    manager = person("wang", company["east"], MANAGER)
    sellers = [person("zhang", company["east"], SELLER), person("li", company["team"], SELLER), manager]
    for number in range(30):
        write.create(sellers[number % 3], customers, {"name": f"科技公司{number:02}"})
    stranger = person("zhao", company["south"], SHARER)
    shared = write.create(stranger, customers, {"name": "共享科技"}).record.pk
    write.create(stranger, customers, {"name": "别人的科技"})
    sharing.share(stranger, customers, [shared], kind="user", grantee=manager.user_id)
    for at, pk in enumerate(Customer.plain.filter(name__startswith="科技").order_by("pk").values_list("pk", flat=True)):
        if at % 5 == 0:
            Customer.plain.filter(pk=pk).update(owner=None, pool=pools[at % 2])
    return manager


def walk(actor: Any, *, sort: str, q: str = "") -> list[str]:
    names: list[str] = []
    cursor = None
    while True:
        found = page(select(actor, customers, q=q), columns=("name",), sort=sort, cursor=cursor, limit=4)
        names += [row.name for row in found.rows]
        if not (cursor := found.next):
            return names


@pytest.mark.parametrize("sort", ["updated_at", "-updated_at", "name", "-name"])
def test_all_sources_make_one_sorted_list(manager: Any, sort: str) -> None:
    seen = Customer.objects.visible_to(manager)
    column = {"name": "title_key", "updated_at": "updated_at"}[sort.removeprefix("-")]
    sign = "-" if sort.startswith("-") else ""
    expected = list(seen.order_by(f"{sign}{column}", f"{sign}pk").values_list("name", flat=True))
    assert len(expected) == 31
    assert walk(manager, sort=sort) == expected


@pytest.fixture
def common_words(monkeypatch: Any) -> Any:
    """Called, it makes the words common that these tokens are in."""

    def make(*tokens: str) -> None:
        monkeypatch.setattr(probing, "COMMON", 0)
        monkeypatch.setattr(probing, "_size", lambda table: 1_000.0)
        monkeypatch.setattr(probing, "_shares", lambda table, size: dict.fromkeys(tokens, 0.5))

    return make


@pytest.mark.parametrize("who", ["manager", "administrator"])
@pytest.mark.parametrize("sort", ["-updated_at", "name"])
@pytest.mark.parametrize(
    ("word", "tokens"),
    [
        ("科技", ["科技"]),
        ("科技公司", ["科技", "技公", "公司"]),
        ("kj", ["kj"]),
        ("keji", ["kj"]),
        ("共享 科技", ["共享", "科技"]),
    ],
)
def test_a_common_word_finds_what_a_rare_one_would(
    manager: Any, person: Any, common_words: Any, who: str, sort: str, word: str, tokens: list[str]
) -> None:
    actor = manager if who == "manager" else person("admin", None, {}, admin=True)
    rare = select(actor, customers, q=word)
    assert not rare.common
    expected = walk(actor, sort=sort, q=word)
    assert expected
    common_words(*tokens)
    common = select(actor, customers, q=word)
    assert common.common
    assert common.walk is not None
    # Even where the hits are so few that they are not met soon.
    assert walk(actor, sort=sort, q=word) == expected
    assert count(common) == count(rare)


def test_a_common_word_is_met_on_a_walk(manager: Any, common_words: Any, django_assert_num_queries: Any) -> None:
    common_words("科技")
    selection = select(manager, customers, q="科技")
    with django_assert_num_queries(3):  # the first rows in order, those that answer, what is shown of them
        assert len(page(selection, columns=("name",), limit=4).rows) == 4


def test_tokens_that_are_common_but_not_together_are_collected(manager: Any, common_words: Any) -> None:
    common_words("司科", "技公", "科技")
    assert select(manager, customers, q="司科技公").ids == ()


def test_how_common_a_token_is_stands_in_the_statistics(manager: Any, monkeypatch: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sales_customer")
    monkeypatch.setattr(probing, "COMMON", 25)
    monkeypatch.setattr(probing, "_known", probing._Known())
    shares = probing._shares("sales_customer", probing._size("sales_customer"))
    assert shares["科技"] > 0.9
    assert "共享" not in shares


def test_what_a_search_found_is_counted_without_asking_again(
    manager: Any, person: Any, django_assert_num_queries: Any
) -> None:
    everything = select(person("admin", None, {}, admin=True), customers, q="科技")
    with django_assert_num_queries(0):
        assert count(everything) == paging.Count(32, exact=True)
    some = select(manager, customers, q="科技")
    with django_assert_num_queries(1):
        assert count(some) == paging.Count(31, exact=True)
    narrowed = select(manager, customers, q="科技", criteria=parse({"field": "name", "op": "begins", "value": "共享"}))
    assert count(narrowed) == paging.Count(1, exact=True)


def test_more_than_the_cap_is_not_counted_again_at_once(manager: Any, django_assert_num_queries: Any) -> None:
    selection = select(manager, customers)
    assert count(selection, cap=10) == paging.Count(10, exact=False)
    with django_assert_num_queries(0):
        assert count(select(manager, customers), cap=10) == paging.Count(10, exact=False)
    assert count(select(manager, customers, q="共享"), cap=10) == paging.Count(1, exact=True)
    cache.clear()
    with django_assert_num_queries(1):
        count(selection, cap=10)


def test_what_cannot_be_found_is_not_asked_for(manager: Any, person: Any, company: Any) -> None:
    assert page(select(manager, customers, q="a"), columns=("name",)).rows == []
    closed = {"customers": {"name": "hidden"}}
    blind = person("mang", company["east"], MANAGER, rules=closed)
    assert page(select(blind, customers, q="科技"), columns=("number",)).rows == []


def test_several_objects_are_searched_in_one_statement(
    manager: Any, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(probing, "COMMON", 10**9)  # tables that tests filled and rolled back look big
    monkeypatch.setattr(probing, "_SIZES_HOLD_S", 1e9)  # they are read anew each minute, and not in the one below
    resources = [resource for resource in all_resources() if search_fields(resource)]
    assert len(resources) >= 6
    alone = {resource.name: select(manager, resource, q="科技").ids for resource in resources}
    assert len(alone["customers"] or ()) == 32
    with django_assert_num_queries(1):
        together = paging.select_each(manager, resources, "科技")
    assert {one.resource.name: one.ids for one in together if one.sources} == {
        name: ids for name, ids in alone.items() if manager.may(name, "view")
    }
    monkeypatch.setattr(probing, "PROBE", 31)
    assert {one.resource.name for one in paging.select_each(manager, resources, "科技") if one.common} == {"customers"}


@pytest.mark.parametrize("op", ["contains", "not_contains", "begins"])
def test_a_text_is_compared_with_something(manager: Any, op: str) -> None:
    with pytest.raises(Invalid):
        select(manager, customers, criteria=parse({"field": "name", "op": op}))
