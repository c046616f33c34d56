"""ORG-10 to ORG-15, ORG-21: roles with their members, the grid, personal permissions, and what somebody may do."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from shuke.engine.access.actor import Actor, Reach
from shuke.engine.audit.models import Change
from shuke.engine.commands.ownership import release
from shuke.engine.commands.write import create, update
from shuke.engine.company.ready_roles import READY
from shuke.engine.organisation.actors import actor_for, find_user
from shuke.engine.organisation.models import Membership, Pool, Role, User
from shuke.resource.registry import resource_for
from tests.browser.company import NAMES, Company
from tests.conformance.api import Caller

pytestmark = pytest.mark.django_db


def now(login: str) -> Actor:
    found = find_user(User.plain.get(login=login).pk)
    assert found
    return actor_for(found, "web")


def members(role: Role) -> set[str]:
    return set(
        User.plain.filter(pk__in=Membership.objects.filter(role=role).values("user_id")).values_list("login", flat=True)
    )


@pytest.mark.feature("ORG-10")
def test_a_role_is_made_gets_its_rights_and_its_members(client_of: Any, company: Company) -> None:
    client = client_of("admin", htmx=True, target="tab-panel")
    ids = [User.plain.get(login=login).pk for login in ("zhang", "li")]
    client.post("/roles/new", {"name": "展会组", "grants.customers.view": "all", "grants.customers.save": "unit"})
    role = Role.plain.get(name="展会组")
    assert "展会组" in client_of("admin").get("/roles").content.decode()
    answer = client.post(f"/roles/{role.pk}/members/users", {"add": ["", *ids]})
    assert members(role) == {"zhang", "li"}
    assert now("li").reach("customers", "edit") is Reach.UNIT
    page = client.get(f"/roles/{role.pk}?tab=users").content.decode()
    assert "张伟" in page
    assert "陈明" not in page
    client.post(f"/roles/{role.pk}/members/users", {"ids": ids})
    assert not members(role)
    assert now("li").reach("customers", "edit") is Reach.OWN
    first = Change.objects.filter(verb="join").earliest("pk")
    assert f"/changes/{first.pk}/undo" in answer.headers["HX-Trigger"]
    client.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert members(role) == {"zhang", "li"}
    assert client.post(f"/roles/{role.pk}/members/users", {}).status_code == 422


@pytest.mark.feature("ORG-10")
def test_only_who_may_change_people_and_has_the_rights_himself_puts_them_into_roles(company: Company) -> None:
    users, roles = resource_for("users"), resource_for("roles")
    admin, zhang = company.people["admin"], company.people["zhang"]
    grants = {"users": {"view": "all", "edit": "all"}, "roles": {"view": "all"}, "customers": {"view": "own"}}
    update(admin, users, company.people["chen"].user_id, {"grants": grants, "roles": []})
    update(admin, users, zhang.user_id, {"roles": []})
    small = create(admin, roles, {"name": "只看自己的", "grants": {"customers": {"view": "own"}}}).record.pk
    large = create(admin, roles, {"name": "看全部的", "grants": {"customers": {"view": "all"}}}).record.pk
    chen, seller = Caller(now("chen")), Caller(company.people["li"])
    assert seller.post(f"/roles/{small}/members/users", {"add": [zhang.user_id]}).status_code == 404
    assert chen.post(f"/roles/{small}/members/users", {"add": [zhang.user_id]}).status_code == 200
    assert chen.post(f"/roles/{large}/members/users", {"add": [zhang.user_id]}).status_code == 403
    assert members(Role.plain.get(pk=large)) == set()
    assert chen.post(f"/roles/{small}/members/users", {"remove": [zhang.user_id]}).status_code == 200
    assert members(Role.plain.get(pk=small)) == set()


@pytest.mark.feature("ORG-11", "ORG-21")
def test_the_grid_grants_saving_as_a_whole_or_split(client_of: Any) -> None:
    client = client_of("admin")
    whole = {"name": "整体", "grants.customers.view": "below", "grants.customers.save": "own"}
    client.post("/roles/new", {**whole, "grants.customers.delete": "", "grants.contacts.assign": "none"})
    role = Role.plain.get(name="整体")
    saving = {"create": "own", "edit": "own", "delete": "own"}
    assert role.grants == {"customers": {"view": "below", **saving}}
    split = {"grants.customers.view": "below", "grants.customers.save": "own", "grants.customers.delete": "none"}
    client.post(f"/roles/{role.pk}/edit", {"version": role.version, "_was": "{}", "name": "整体", **split})
    role.refresh_from_db()
    assert role.grants == {"customers": {"view": "below", "create": "own", "edit": "own"}}
    page = client.get(f"/roles/{role.pk}/edit").content.decode()
    assert 'name="grants.customers.save"' in page
    assert '<details class="sk-split" open>' in page


@pytest.mark.feature("ORG-11", "ORG-14")
def test_saving_everything_hands_out_no_pool_customers_and_handing_them_out_saves_nothing(company: Company) -> None:
    admin, users, li = company.people["admin"], resource_for("users"), company.people["li"].user_id
    pk = company.customers[NAMES[0]]
    release(company.people["zhang"], resource_for("customers"), [pk], Pool.plain.get().pk)
    saving = dict.fromkeys(("view", "create", "edit", "delete"), "all")
    for granted, saved, assigned in ((saving, 200, 403), ({"view": "all", "assign": "all"}, 403, 200)):
        grants = {"customers": granted, "users": {"view": "all"}}
        update(admin, users, company.people["chen"].user_id, {"grants": grants, "roles": []})
        caller = Caller(now("chen"))
        assert caller.patch(f"/customers/{pk}", {"note": "改了"}).status_code == saved
        assert caller.post("/customers/bulk/assign", {"ids": [pk], "owner": li}).status_code == assigned


@pytest.mark.feature("ORG-21")
@pytest.mark.parametrize("name", ["customers", "contacts"])
def test_who_may_change_need_not_be_allowed_to_delete(company: Company, name: str) -> None:
    admin, users = company.people["admin"], resource_for("users")
    grants = {one: {"view": "all", "create": "all", "edit": "all"} for one in ("customers", "contacts")}
    role = create(admin, resource_for("roles"), {"name": "只改不删", "grants": grants}).record.pk
    update(admin, users, company.people["li"].user_id, {"roles": [role]})
    caller, pk = Caller(now("li")), resource_for(name).model.plain.first().pk
    assert caller.patch(f"/{name}/{pk}", {"note": "改了"}).status_code == 200
    assert caller.delete(f"/{name}/{pk}").status_code == 403
    grants = {one: {"view": "all", "delete": "all"} for one in ("customers", "contacts")}
    update(admin, resource_for("roles"), role, {"grants": grants})
    admin_made = create(now("admin"), resource_for("customers"), {"name": "可删"}).record.pk
    assert Caller(now("li")).patch(f"/customers/{admin_made}", {"note": "改了"}).status_code == 403
    assert Caller(now("li")).delete(f"/customers/{admin_made}").status_code == 200


@pytest.mark.feature("ORG-13")
def test_personal_permissions_come_on_top_of_the_roles_and_take_nothing_away(client_of: Any) -> None:
    client, user = client_of("admin"), User.plain.get(login="zhang")
    assert now("zhang").reach("customers", "view") is Reach.OWN
    form = {"grants.customers.view": "company", "grants.contacts.view": "none", "grants.level-policies.view": "all"}
    client.post(f"/users/{user.pk}/edit", {"version": user.version, "_was": "{}", "name": user.name, **form})
    actor = now("zhang")
    assert actor.reach("customers", "view") is Reach.COMPANY
    assert actor.reach("contacts", "view") is Reach.OWN
    assert actor.may("level-policies", "view")
    told = client.get(f"/users/{user.pk}?tab=rights").content.decode()
    assert "角色 zhang" in told
    rights = Caller(actor).get(f"/users/{user.pk}/rights").json()["objects"]
    assert rights["customers"]["actions"]["view"]["reach"] == "company"
    assert len(rights["customers"]["actions"]["view"]["from"]) == 1
    assert rights["customers"]["actions"]["edit"] == {"reach": "own", "from": ["角色 zhang"]}
    assert rights["customers"]["fields"]["credit_limit"]["level"] == "hidden"


@pytest.mark.feature("ORG-13")
def test_what_somebody_may_do_is_told_to_him_and_his_administrators_only(client_of: Any, company: Company) -> None:
    zhang, li = company.people["zhang"].user_id, company.people["li"].user_id
    assert "tab=rights" in client_of("admin").get(f"/users/{zhang}").content.decode()
    assert "tab=rights" in client_of("zhang").get(f"/users/{zhang}").content.decode()
    assert "tab=rights" not in client_of("zhang").get(f"/users/{li}").content.decode()
    assert "sk-rights" not in client_of("zhang").get(f"/users/{li}?tab=rights").content.decode()
    assert Caller(company.people["zhang"]).get(f"/users/{li}/rights").status_code == 403
    assert Caller(company.people["admin"]).get(f"/users/{li}/rights").status_code == 200
    chart = client_of("admin", htmx=True).get(f"/users/{zhang}/menu").content.decode()
    assert f"/users/{zhang}?tab=rights" in chart
    assert client_of("zhang", htmx=True).get(f"/users/{li}/menu").content.decode().count("rights") == 0


@pytest.mark.feature("ORG-15")
def test_what_one_may_not_do_is_not_in_the_menu_nor_on_the_home_page(client_of: Any, company: Company) -> None:
    values = {"title": "今天要做的", "starts_at": timezone.now().isoformat()}
    zhang = company.people["zhang"].user_id
    create(company.people["admin"], resource_for("schedule"), values, owner=zhang)
    page = client_of("zhang").get("/").content.decode()
    assert "今天要做的" not in page
    update(company.people["admin"], resource_for("users"), zhang or 0, {"grants": {"schedule": {"view": "own"}}})
    assert "今天要做的" in client_of("zhang").get("/").content.decode()
    assert 'href="/customers"' in page
    for address in ("/roles", "/units", "/dictionaries", "/organisation", "/numbering", "/contact-records"):
        assert f'href="{address}"' not in page, address
    everything = client_of("admin").get("/").content.decode()
    for address in ("/roles", "/dictionaries", "/organisation", "/numbering", "/contact-records"):
        assert f'href="{address}"' in everything, address
    # One entry for the organisation, whose two forms lead to each other.
    assert 'href="/units"' not in everything
    assert 'href="/units"' in client_of("admin").get("/organisation").content.decode()
    assert everything.count('href="/organisation"') < client_of("admin").get("/units").content.decode().count(
        'href="/organisation"'
    )


@pytest.mark.feature("ORG-10")
def test_the_grid_of_rights_has_documents_and_not_their_lines(client_of: Any, company: Company) -> None:
    form = client_of("admin").get("/roles/new").content.decode()
    assert 'name="grants.offers.view"' in form
    assert "offer-lines" not in form


@pytest.mark.feature("ORG-14")
def test_the_ready_made_manager_hands_out_and_the_ready_made_salesperson_does_not(
    client_of: Any, company: Company
) -> None:
    client_of("admin").post("/welcome/ready-roles", {"role": ["seller", "manager"]})
    for key, may in (("seller", False), ("manager", True)):
        role = Role.plain.get(name=str(next(one.name for one in READY if one.key == key)))
        update(company.people["admin"], resource_for("users"), company.people["li"].user_id or 0, {"roles": [role.pk]})
        li = now("li")
        assert li.may("customers", "create")
        assert li.may("customers", "assign") is may, key
