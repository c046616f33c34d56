"""SYS-03: numbering rules on their page and over the API."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shuke.apps.sales.resources.customer import customers
from shuke.engine.numbering.numbers import rule_of, take
from shuke.resource.registry import resource_for

pytestmark = [pytest.mark.django_db, pytest.mark.feature("SYS-03")]
RULE = {"pattern": "K{yy}-{seq:4}", "reset": "year", "next": "77"}


def test_an_administrator_previews_keeps_and_takes_back_a_rule(client_of: Any) -> None:
    client, at = client_of("admin"), "/numbering/customers"
    assert at in client.get("/numbering").content.decode()
    assert re.search(r"K\d\d-0077", client.get(f"{at}/preview", RULE).content.decode())
    assert rule_of(customers).pattern != RULE["pattern"]
    page = client.post(at, RULE, follow=True).content.decode()
    assert re.search(r"K\d\d-0077", page)
    assert re.fullmatch(r"K\d\d-0077", take(customers)[0])
    [undo] = set(re.findall(r'action="(/changes/\d+/undo)"', page))
    client.post(undo, {"next": at})
    assert rule_of(customers).pattern == "C{yyyy}-{seq:5}"


@pytest.mark.parametrize("name", ["customers", "contacts"])
def test_what_has_numbers_is_opened_in_the_list_of_rules_and_left_for_it_again(client_of: Any, name: str) -> None:
    admin = client_of("admin")
    assert f'href="/numbering/{name}"' in admin.get("/numbering").content.decode()
    form = admin.get(f"/numbering/{name}").content.decode().split('id="numbering-form"')[1].split("</form>")[0]
    assert re.search(r'<a [^>]*href="/numbering">取消</a>', form)
    admin.post(f"/numbering/{name}", RULE)
    assert re.fullmatch(r"K\d\d-0077", take(resource_for(name))[0])


@pytest.mark.parametrize(
    ("wrong", "field"), [({"pattern": "K{seq}"}, "reset"), ({"next": "1x"}, "next"), ({"pattern": "{"}, "pattern")]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client_of: Any, wrong: dict[str, str], field: str) -> None:
    client, typed = client_of("admin"), RULE | wrong
    assert 'role="alert"' in client.get("/numbering/customers/preview", typed).content.decode()
    answer = client.post("/numbering/customers", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.findall(r'is-invalid" id="n-(\w+)"', page) == [field]
    assert f'value="{typed["pattern"]}"' in page


def test_nobody_else_comes_near(client_of: Any) -> None:
    client = client_of("zhang")
    for path in ("/numbering", "/numbering/customers", "/numbering/customers/preview?pattern=K{seq}&reset=never"):
        assert client.get(path).status_code == 403
    assert client.post("/numbering/customers", RULE).status_code == 403
    assert 'href="/numbering"' not in client.get("/").content.decode()
    assert client_of("admin").get("/numbering/dictionaries").status_code == 404
