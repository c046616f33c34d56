"""Tags: made while they are used, put on many records at once, found by filters, taken back by undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from shuke.apps.people.resources.automation import automation_rules
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor, Reach
from shuke.engine.automation.models import AutomationRule
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import create, update
from shuke.engine.options.catalogue import options_of
from shuke.engine.query.paging import count, select
from shuke.kernel.criteria import Condition, Not
from shuke.kernel.errors import Invalid
from tests.browser.company import NAMES, Company
from tests.conformance.api import Caller

ClientOf = Callable[..., Client]
NO_TREE = '{"join": "and", "parts": []}'


def names_on(company: Company, name: str = NAMES[0]) -> set[str]:
    """The tags on a customer, by name."""
    known = {one.pk: one.name for one in options_of("customer-tag", with_retired=True)}
    return {known[pk] for pk in Customer.plain.get(pk=company.customers[name]).tags}


def without_creating(actor: Actor) -> Actor:
    """The actor without the right to make customers."""
    return replace(actor, grants={**actor.grants, "customers": {**actor.grants["customers"], "create": Reach.NONE}})


def test_a_new_word_becomes_a_tag_for_who_may_create(company: Company) -> None:
    zhang, pk = company.people["zhang"], company.customers[NAMES[0]]
    update(zhang, customers, pk, {"tags": ["长期合作", "展会认识"]})
    assert names_on(company) == {"长期合作", "展会认识"}
    update(zhang, customers, pk, {"tags": "长期合作， 展会认识；展会认识"})
    assert len([one for one in options_of("customer-tag") if one.name == "展会认识"]) == 1
    with pytest.raises(Invalid):
        update(without_creating(zhang), customers, pk, {"tags": ["从未有过"]})
    saved = update(without_creating(zhang), customers, pk, {"tags": []})
    assert names_on(company) == set()
    undo(zhang, saved.change)
    assert names_on(company) == {"长期合作", "展会认识"}


def test_many_records_keep_the_tags_that_nobody_took_off(company: Company, client_of: ClientOf) -> None:
    zhang = company.people["zhang"]
    first, second = (company.customers[name] for name in NAMES[:2])
    update(zhang, customers, first, {"tags": ["长期合作", "价格敏感"]})
    browser = client_of("zhang", htmx=True)
    assert "bulk/tag" in browser.get("/customers").content.decode()
    off = next(one.pk for one in options_of("customer-tag") if one.name == "价格敏感")
    sent: dict[str, Any] = {"ids": [first, second], "add": ["", "重点"], "remove": ["", off]}
    assert browser.post("/customers/bulk/tag", sent).status_code == 200
    assert (names_on(company), names_on(company, NAMES[1])) == ({"长期合作", "重点"}, {"重点"})
    assert browser.post("/customers/bulk/tag", {"ids": [first], "add": [""]}).status_code == 422


def test_lists_are_filtered_by_tags_and_show_them(company: Company, client_of: ClientOf) -> None:
    zhang = company.people["zhang"]
    update(zhang, customers, company.customers[NAMES[0]], {"tags": ["长期合作", "价格敏感"]})
    update(zhang, customers, company.customers[NAMES[1]], {"tags": ["价格敏感"]})
    ids = {one.name: one.pk for one in options_of("customer-tag")}

    def found(op: str, value: Any = None) -> int:
        return count(select(zhang, customers, criteria=Condition("tags", op, value))).value

    assert found("in", [ids["价格敏感"]]) == 2
    assert found("in", [ids["长期合作"], ids["价格敏感"]]) == 2
    assert found("not_in", [ids["长期合作"]]) == len(NAMES) - 1
    assert (found("not_empty"), found("empty")) == (2, len(NAMES) - 2)
    both = Not(Condition("tags", "in", [ids["长期合作"]]))
    assert count(select(zhang, customers, criteria=both)).value == len(NAMES) - 1
    page = client_of("zhang").get(f"/customers?tags={ids['长期合作']}").content.decode()
    assert NAMES[0] in page
    assert NAMES[1] not in page
    assert '<span class="sk-tag good">长期合作</span>' in page


def test_the_picker_offers_what_fits_and_what_could_be_made(company: Company, client_of: ClientOf) -> None:
    def choices(login: str, text: str) -> list[tuple[str, str]]:
        answer = client_of(login).get("/lookup/tags/customer-tag", {"q": text})
        return [(choice["text"], choice["hint"]) for choice in answer.json()["choices"]]

    assert choices("zhang", "长期合作") == [("长期合作", "")]
    assert choices("zhang", "cqhz") == [("长期合作", ""), ("cqhz", "新标签")]
    assert choices("zhang", "2026") == []
    assert client_of("zhang").get("/lookup/tags/nonsense").status_code == 404


@pytest.mark.feature("SYS-01")
def test_administrators_keep_tags_on_a_page_of_their_own(company: Company, client_of: ClientOf) -> None:
    zhang, pk = company.people["zhang"], company.customers[NAMES[0]]
    update(zhang, customers, pk, {"tags": ["长期合作", "展会认识"]})
    ids = {one.name: one.pk for one in options_of("customer-tag")}
    admin = client_of("admin", htmx=True)
    assert "展会认识" in admin.get("/tags").content.decode()
    counted = admin.get("/tags?of=customers&field=tags").content.decode()
    assert f'<a href="/customers?view=all&amp;tags={ids["展会认识"]}">1</a>' in counted
    sent = {"name": "展会", "tone": "good"}
    assert "HX-Redirect" in admin.post(f"/tags/{ids['展会认识']}", sent).headers
    assert admin.post(f"/tags/{ids['展会认识']}", {"name": "长期合作", "tone": ""}).status_code == 422
    assert admin.post(f"/tags/{ids['展会认识']}/merge", {"into": ""}).status_code == 422
    assert "HX-Redirect" in admin.post(f"/tags/{ids['展会认识']}/merge", {"into": ids["长期合作"]}).headers
    assert names_on(company) == {"长期合作"}
    assert "长期合作" in admin.get("/tags?of=customers&field=tags").content.decode().split("展会")[1]
    seller = client_of("zhang", htmx=True)
    addresses = ("/tags", "/tags?of=customers&field=tags", f"/tags/{ids['长期合作']}", f"/tags/{ids['长期合作']}/merge")
    assert {seller.get(address).status_code for address in addresses} == {403}
    assert seller.post(f"/tags/{ids['长期合作']}/merge", {"into": ids["价格敏感"]}).status_code == 403
    assert {admin.get(f"/tags?of={of}").status_code for of in ("customers&field=name", "nothing&field=tags")} == {404}


def test_programs_count_and_merge_tags(company: Company) -> None:
    admin = Caller(company.people["admin"])
    update(company.people["zhang"], customers, company.customers[NAMES[0]], {"tags": ["长期合作", "展会认识"]})
    told = {one["object"]: one for one in admin.get("/tags").json()}
    held = {one["name"]: one for one in told["customers"]["tags"]}
    assert (held["展会认识"]["records"], held["价格敏感"]["records"]) == (1, 0)
    answer = admin.post(f"/options/{held['展会认识']['id']}/merge", {"into": held["长期合作"]["id"]})
    assert answer.status_code == 200
    assert names_on(company) == {"长期合作"}
    assert Caller(company.people["zhang"]).get("/tags").status_code == 403


def test_actions_of_rules_take_tags(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin", htmx=True)
    values = {"name": "打标签", "object": "customers", "trigger": {"on": "created"}, "actions": []}
    rule = create(company.people["admin"], automation_rules, values).record
    ids = {one.name: one.pk for one in options_of("customer-tag")}
    address = f"/automation-rules/{rule.pk}/design"
    assert 'name="k.add"' in admin.post(f"{address}/step?key=k", {"k.do": "tag"}).content.decode()
    sent: dict[str, Any] = {
        "version": rule.version,
        "tree": NO_TREE,
        "step": ["k", "s"],
        "k.do": "tag",
        "k.field": "tags",
    }
    sent |= {"k.add": ["", ids["长期合作"]], "k.remove": ["", ids["价格敏感"]], "s.do": "set", "s.rows": ["r"]}
    sent |= {"s.r.field": "tags", "s.r.source": "value", "s.r.value": ["", ids["长期合作"], ids["重点跟进"]]}
    admin.post(address, sent)
    first, second = AutomationRule.plain.get(pk=rule.pk).actions
    assert first == {"do": "tag", "field": "tags", "add": [ids["长期合作"]], "remove": [ids["价格敏感"]]}
    assert second["values"][0]["value"] == f"{ids['长期合作']},{ids['重点跟进']}"
    page = admin.get(address).content.decode()
    assert page.count(f'value="{ids["重点跟进"]}"') == 1
