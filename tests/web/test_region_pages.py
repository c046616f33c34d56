"""SYS-05, SYS-06: the page of regions, and the API of the same."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shuke.engine.access.actor import Actor
from shuke.engine.options.models import Region
from shuke.engine.options.regions import forget
from tests.browser.company import Company
from tests.conformance.api import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.feature("SYS-05", "SYS-06")]


@pytest.fixture(autouse=True)
def fresh() -> Any:
    forget()
    yield
    forget()


def test_the_tree_opens_branch_by_branch_and_down_to_what_was_changed(client_of: Any) -> None:
    client = client_of("admin", htmx=True)
    page = client.get("/regions").content.decode()
    assert "广东省" in page
    assert "深圳市" not in page
    assert "深圳市" in client.get("/regions?under=440000").content.decode()
    answer = client.post("/regions/new?parent=440300", {"name": "口岸"})
    [code] = re.findall(r"/regions\?at=(\d+)", answer.headers["HX-Redirect"])
    page = client.get(f"/regions?at={code}").content.decode()
    assert re.search(rf'<li id="region-{code}" class="here"><span class="leaf">口岸', page)
    assert "广州市" in page
    assert "长沙市" not in page


def test_search_names_the_whole_way(client_of: Any) -> None:
    page = client_of("admin", htmx=True, target="region-tree").get("/regions?q=szs").content.decode()
    assert "广东省 深圳市" in page
    assert "<html" not in page


def test_a_region_is_renamed_and_retired_in_its_dialog(client_of: Any) -> None:
    client = client_of("admin", htmx=True)
    assert 'value="深圳市"' in client.get("/regions/440300").content.decode()
    assert client.post("/regions/440300", {"name": "广州市"}).status_code == 422
    client.post("/regions/440300", {"name": "鹏城", "retired": "1"})
    found = Region.objects.get(pk=440300)
    assert (found.name, found.retired) == ("鹏城", True)
    client.post("/regions/440300", {"name": "鹏城"})
    assert not Region.objects.get(pk=440300).retired
    assert "鹏城" in client.get("/lookup/region?q=pc").json()["choices"][0]["text"]


def test_others_may_choose_but_not_change(client_of: Any) -> None:
    client = client_of("zhang")
    for path in ("/regions", "/regions/new", "/regions/440300"):
        assert client.get(path).status_code == 403
    assert client.get("/lookup/region?q=sz").status_code == 200


def test_programs_read_and_administrators_programs_change(company: Company) -> None:
    admin: Actor = company.people["admin"]
    caller = Caller(admin)
    assert caller.get("/regions").json()[0] | {"code": 110000} == caller.get("/regions").json()[0]
    assert {one["name"] for one in caller.get("/regions", under=440000).json()} >= {"深圳市", "广州市"}
    made = caller.post("/regions", {"name": "新加坡"}).json()
    assert (made["parent"], made["own"]) == (None, True)
    changed = caller.patch(f"/regions/{made['code']}", {"retired": True}).json()
    assert changed["retired"]
    assert caller.get("/regions", q="新加坡").json()[0]["retired"]
    assert caller.post(f"/changes/{changed['change']}/undo", {}).status_code == 200
    assert not caller.get("/regions", q="新加坡").json()[0]["retired"]
    stranger = Caller(company.people["zhang"])
    assert stranger.get("/regions", q="新加坡").status_code == 200
    assert stranger.post("/regions", {"name": "泰国"}).status_code == 403
    assert caller.patch("/regions/1", {"retired": True}).status_code == 404
