"""Tags: made while they are used, put on many records at once, found by filters, taken back by undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor, Reach
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import update
from shuke.engine.options.catalogue import options_of
from shuke.engine.query.paging import count, select
from shuke.kernel.criteria import Condition, Not
from shuke.kernel.errors import Invalid
from tests.browser.company import NAMES, Company

ClientOf = Callable[..., Client]


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
