"""Saved views: who sees them, who changes them, with which one a list opens, and what comes back by undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor, FieldLevel, Reach
from shuke.engine.organisation.models import Membership
from shuke.engine.views import saved
from shuke.engine.views.definition import Definition
from shuke.engine.views.models import ListHabit, SavedView
from shuke.engine.views.saved import Audience, create_view, shelf_of
from shuke.kernel.criteria import Condition
from shuke.kernel.errors import Invalid, NotAllowed, NotFound
from tests.browser.company import NAMES, Company
from tests.conformance.api import Caller

ClientOf = Callable[..., Client]


def sharing(actor: Actor) -> Actor:
    """The actor with the right to share customers."""
    return replace(actor, grants={**actor.grants, "customers": {**actor.grants["customers"], "share": Reach.OWN}})


def seen(actor: Actor) -> set[str]:
    """The names of the saved views above the actor's list."""
    return {view.name for view in shelf_of(actor, customers).views}


def test_a_view_is_private_until_it_is_shared(company: Company) -> None:
    zhang, li, chen = (company.people[name] for name in ("zhang", "li", "chen"))
    view = create_view(zhang, customers, "我的", Definition())
    assert (seen(zhang), seen(li)) == ({"我的"}, set())
    with pytest.raises(NotFound):
        saved.change_view(li, view.pk, name="她的")
    with pytest.raises(NotAllowed):
        saved.change_view(zhang, view.pk, audience=Audience(everyone=True))
    saved.change_view(sharing(zhang), view.pk, audience=Audience(units=(zhang.unit_id or 0,)))
    assert (seen(li), seen(chen), seen(company.people["admin"])) == ({"我的"}, {"我的"}, set())
    with pytest.raises(NotAllowed):
        saved.change_view(li, view.pk, name="她的")
    saved.change_view(sharing(zhang), view.pk, audience=Audience(roles=tuple(li.roles)))
    assert (seen(li), seen(chen)) == ({"我的"}, set())


def test_an_administrator_makes_views_for_others_and_for_roles(company: Company) -> None:
    admin, zhang, li = (company.people[name] for name in ("admin", "zhang", "li"))
    with pytest.raises(NotAllowed):
        create_view(zhang, customers, "给李娜", Definition(), owner=li.user_id)
    create_view(admin, customers, "给李娜", Definition(), owner=li.user_id)
    assert (seen(li), seen(zhang)) == ({"给李娜"}, set())
    with pytest.raises(NotAllowed):
        create_view(sharing(zhang), customers, "默认", Definition(), Audience(default_roles=tuple(zhang.roles)))
    view = create_view(admin, customers, "默认", Definition(), Audience(default_roles=tuple(zhang.roles)))
    assert shelf_of(zhang, customers).default == view.key
    saved.open_with(zhang, customers, "mine")
    assert shelf_of(zhang, customers).default == "mine"
    assert Membership.objects.filter(user_id=zhang.user_id).exists()


def test_a_view_never_shows_what_one_may_not_see(company: Company) -> None:
    admin, zhang = company.people["admin"], company.people["zhang"]
    with pytest.raises(Invalid):
        create_view(admin, customers, "排序", Definition(sort="phone"))
    by_phone = Definition(Condition("phone", "contains", "138"))
    create_view(admin, customers, "按电话", by_phone, Audience(everyone=True))
    blind = replace(zhang, field_rules={"customers": {"phone": FieldLevel.MASKED}})
    assert (seen(zhang), seen(blind)) == ({"按电话"}, set())


def test_pages_save_change_reset_delete_and_bring_back(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang", htmx=True)
    response = zhang.post(
        "/customers/views/new", {"name": "重点", "query": "level=1&sort=-name&columns=name:200,level"}
    )
    view = SavedView.objects.get()
    assert response["HX-Redirect"] == f"/customers?view={view.key}"
    page = client_of("zhang").get(f"/customers?view={view.key}").content.decode()
    assert "sk-modified" not in page
    assert re.findall(r'data-column="(\w+)"', page) == ["name", "level"]
    assert "sk-w200" in page
    changed = client_of("zhang").get(f"/customers?view={view.key}&changed=1&level=1&sort=name").content.decode()
    assert "sk-modified" in changed
    zhang.post(f"/customers/views/{view.pk}/save", {"query": f"view={view.key}&changed=1&level=1&sort=name"})
    view.refresh_from_db()
    assert (view.definition["sort"], view.definition["columns"]) == ("name", [])
    assert zhang.post("/customers/views/new", {"name": "重点", "query": ""}).status_code == 422
    assert zhang.post("/customers/views/first", {"key": view.key}).status_code == 200
    assert 'aria-current="page">重点' in client_of("zhang").get("/customers").content.decode()
    zhang.post(f"/customers/views/{view.pk}/delete")
    assert "重点" not in re.sub(r"(?s)<div id=\"sk-toasts.*", "", client_of("zhang").get("/customers").content.decode())
    zhang.post(f"/customers/views/{view.pk}/restore")
    assert "重点" in client_of("zhang").get("/customers").content.decode()


def test_columns_of_ready_made_views_are_kept_with_the_person(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang", htmx=True, target="list")
    chosen: dict[str, Any] = {"query": "level=1", "columns": ["name", "phone", "level"], "width.phone": "173"}
    answer = zhang.post("/customers/columns", chosen)
    assert answer["HX-Push-Url"] == "/customers?level=1"
    assert ListHabit.objects.get().columns == "name,phone:180,level"
    for login, columns in (("zhang", ("name", "phone", "level")), ("admin", customers.table.columns)):
        page = client_of(login).get("/customers").content.decode()
        assert re.findall(r'data-column="(\w+)"', page) == list(columns)
    zhang.post("/customers/columns", {"query": "", "own": "1"})
    assert ListHabit.objects.get().columns == ""


def test_the_api_keeps_the_same_views(company: Company) -> None:
    caller = Caller(company.people["admin"])
    new = {"resource": "customers", "name": "接口", "definition": {"filter": {"level": [1]}, "columns": ["name:220"]}}
    made = caller.post("/views", new)
    assert made.status_code == 201, made.content.decode()
    pk = made.json()["id"]
    assert caller.get(f"/views/{pk}").json()["definition"]["columns"] == ["name:220"]
    assert caller.patch(f"/views/{pk}", {"everyone": True}).json()["everyone"] is True
    assert [view["id"] for view in Caller(company.people["zhang"]).get("/views", resource="customers").json()] == [pk]
    assert Caller(company.people["zhang"]).delete(f"/views/{pk}").status_code == 403
    assert caller.delete(f"/views/{pk}").status_code == 200
    assert caller.get("/views").json() == []
    assert caller.post(f"/views/{pk}/restore").status_code == 200
    for wrong in (
        {"name": "x"},
        {**new, "definition": {"filter": {"password": 1}}},
        {**new, "definition": {"colour": "red"}},
        {**new, "units": ["1"]},
        {**new, "units": [10**9]},
        {**new, "owner": 10**9},
    ):
        assert caller.post("/views", wrong).status_code == 422, wrong


def current(client: Client, address: str) -> str:
    """The tab in which a list stands."""
    found = re.search(r'aria-current="page">([^<]+)', client.get(address).content.decode().split('id="list-views"')[1])
    assert found
    return found[1]


def test_who_sees_only_his_own_begins_with_his_own(company: Company, client_of: ClientOf) -> None:
    zhang, chen = client_of("zhang"), client_of("chen")
    assert (current(zhang, "/customers"), current(chen, "/customers")) == ("我的客户", "全部客户")
    assert current(zhang, "/customers?view=all") == "全部客户"
    assert current(zhang, "/contacts") == "全部联系人"
    client_of("zhang", htmx=True).post("/customers/views/first", {"key": "all"})
    assert current(zhang, "/customers") == "全部客户"


def test_links_that_mean_every_record_say_so(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    Customer.plain.filter(name=NAMES[0]).update(next_contact_at=timezone.now() - timedelta(days=1))
    home = zhang.get("/").content.decode()
    assert 'href="/customers?view=all"' in home
    assert "/customers?view=all&amp;owner=me&amp;" in home
    assert f"/customers?view=all&amp;q={quote('华江')}" in zhang.get("/search", {"q": "华江"}).content.decode()
