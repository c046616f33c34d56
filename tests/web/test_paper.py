"""Lists on paper, and the way from record to record through the list one came from."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.write import create, update
from shuke.web.lists import printing
from tests.browser.company import NAMES, Company

ClientOf = Callable[..., Client]


def test_a_list_prints_its_columns_in_its_order_and_says_what_it_is(company: Company, client_of: ClientOf) -> None:
    update(company.people["zhang"], customers, company.customers[NAMES[0]], {"tags": ["价格敏感"]})
    page = client_of("zhang").get("/customers/print?columns=name,tags&sort=-name&tags=*").content.decode()
    rows = [row.split("<td")[1:] for row in page.split("<tbody>")[1].split("</tr>")[:-1]]
    assert [len(row) for row in rows] == [2]
    assert NAMES[0] in rows[0][0]
    assert "价格敏感" in rows[0][1]
    assert "标签" in page.split("<table>")[0], "the filters stand above"
    assert company.people["zhang"].name in page
    assert "data-row" not in page


def test_a_long_list_says_where_paper_ends(company: Company, client_of: ClientOf, monkeypatch: Any) -> None:
    whole = client_of("zhang").get("/customers/print").content.decode()
    assert whole.count("<tr>") == len(NAMES) + 1
    assert "如需全部" not in whole
    monkeypatch.setattr(printing, "MAX_LIMIT", 2)
    monkeypatch.setattr(printing, "MOST", 4)
    part = client_of("zhang").get("/customers/print").content.decode()
    assert part.count("<tr>") == 5
    assert "如需全部" in part


@pytest.mark.parametrize("address", ["/customers/print?sort=nonsense", "/customers/print?level=x"])
def test_senseless_lists_are_not_printed(company: Company, client_of: ClientOf, address: str) -> None:
    assert client_of("zhang").get(address).status_code == 422


def neighbours(client: Client, pk: int, query: str) -> list[int | None]:
    """The records before and behind one in a list."""
    page = client.get(f"/customers/{pk}/siblings", {"in": query}).content.decode()
    found = [re.search(r'href="/customers/(\d+)\?in=', link) for link in page.split("<a ")[1:]]
    return [int(match[1]) if match else None for match in found]


def test_each_tab_walks_through_its_own_list(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    made = [create(company.people["zhang"], customers, {"name": f"邻居{n}", "note": "x"}).record.pk for n in range(3)]
    first, middle, last = made
    assert neighbours(zhang, middle, "q=邻居&sort=created_at") == [first, last]
    assert neighbours(zhang, middle, "q=邻居&sort=-created_at") == [last, first]
    assert neighbours(zhang, first, "q=邻居&sort=created_at") == [None, middle]
    here = "q=" + quote("邻居") + "&sort=created_at"
    page = zhang.get(f"/customers/{middle}", {"in": here}).content.decode()
    assert f'href="/customers?{here.replace("&", "&amp;")}"' in page, "the way back is the list as it was"
    assert f"/customers/{middle}/siblings?in=" in page
    assert "/siblings" not in zhang.get(f"/customers/{middle}").content.decode()
    following = zhang.get(f"/customers/{middle}/siblings", {"in": here}).content.decode()
    assert f'href="/customers/{last}?in=q%3D' in following, "the list goes along"


def test_neighbours_are_only_what_one_sees_and_nonsense_has_none(company: Company, client_of: ClientOf) -> None:
    foreign = create(company.people["chen"], customers, {"name": "陈的客户"}).record.pk
    mine = company.customers[NAMES[0]]
    zhang = client_of("zhang")
    seen = {one for pk in company.customers.values() for one in neighbours(zhang, pk, "") if one}
    assert seen <= set(company.customers.values())
    assert neighbours(zhang, foreign, "") == [None, None]
    for nonsense in ("sort=nonsense", "where={", "cursor=x&view=nonsense&level=x", "a" * 5_000):
        assert zhang.get(f"/customers/{mine}/siblings", {"in": nonsense}).status_code == 200
    assert "/siblings" not in zhang.get(f"/customers/{mine}", {"in": "a" * 5_000}).content.decode()
