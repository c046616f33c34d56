"""Regions are chosen level by level, or by a name, its pinyin or initials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuke.web.values.regions import levels, search_regions
from tests.browser.company import Company

ClientOf = Callable[..., Client]


@pytest.mark.django_db
def test_levels_open_on_the_way_to_a_region() -> None:
    provinces, cities, districts = levels(440305)
    assert [provinces["chosen"], cities["chosen"], districts["chosen"]] == [440000, 440300, 440305]
    assert cities["above"] == {"id": 440000, "text": "广东省", "name": "广东省"}
    assert districts["above"]["text"] == "广东省 深圳市"
    nanshan = next(row for row in districts["choices"] if row["id"] == 440305)
    assert nanshan == {"id": 440305, "text": "广东省 深圳市 南山区", "name": "南山区", "more": False}


@pytest.mark.django_db
@pytest.mark.parametrize("at", [None, 999999])
def test_levels_begin_with_the_provinces(at: int | None) -> None:
    (provinces,) = levels(at)
    assert len(provinces["choices"]) == 34
    assert provinces["above"] is provinces["chosen"] is None


@pytest.mark.django_db
def test_a_city_without_districts_below_its_province_opens_no_level() -> None:
    assert [level["chosen"] for level in levels(469001)] == [460000, 469001]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["南山区", "gd nsq", "nanshanqu 广东", "guangdong shenzhen nanshan", "深圳南山"])
def test_a_region_is_found_as_people_type_it(text: str) -> None:
    assert 440305 in [row["id"] for row in search_regions(text)]


@pytest.mark.django_db
def test_the_larger_region_stands_first_and_other_provinces_stay_out() -> None:
    assert search_regions("guangdong")[0]["id"] == 440000
    assert {str(row["id"])[:2] for row in search_regions("gd nanshan")} == {"44"}


def test_levels_are_for_people_who_are_signed_in(company: Company, client_of: ClientOf) -> None:
    address = "/lookup/region/levels?at=440000"
    assert Client().get(address).status_code == 302
    answer: Any = client_of("zhang").get(address).json()
    assert answer["levels"][-1]["above"]["id"] == 440000
    assert len(client_of("zhang").get("/lookup/region/levels?at=%C2%B2").json()["levels"]) == 1


def test_forms_and_filters_offer_regions_by_level_and_other_links_do_not(company: Company, client_of: ClientOf) -> None:
    client = client_of("zhang")
    for address in (
        "/customers/new",
        "/customers/filters/region",
        f"/customers/{min(company.customers.values())}/edit",
    ):
        assert 'data-levels="/lookup/region/levels"' in client.get(address).content.decode()
    assert "data-levels" not in client.get("/contacts/new").content.decode()
