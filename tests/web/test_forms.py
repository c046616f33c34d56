"""Forms: records made on the way, drafts that end with the save, both versions of a conflict."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from shuke.apps.people.resources.custom_field import custom_fields
from shuke.apps.people.resources.pool import pools
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.write import create, update
from shuke.engine.options.models import Dictionary, Option
from shuke.engine.organisation.models import Role, Unit
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import all_resources, document_of
from tests.browser.company import NAMES, Company

ClientOf = Callable[..., Client]


def _chosen_from() -> dict[str, list[tuple[str, str]]]:
    """Every dictionary with the drop-down fields (object, field) that take their values from it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for resource in all_resources():
        # Lines are typed in the form of their document.
        if document_of(resource.name) is not None:
            continue
        for info in fields_of(resource).values():
            if info.kind is Kind.OPTION and any(info.name in section.fields for section in resource.form):
                found[info.spec.dictionary or ""].append((resource.name, info.name))
    return found


@pytest.mark.feature("SYS-01")
def test_every_drop_down_field_offers_what_is_added_to_its_dictionary(company: Company, client_of: ClientOf) -> None:
    client, fields = client_of("admin"), _chosen_from()
    assert {("customers", "source"), ("contact-records", "kind")} <= {one for named in fields.values() for one in named}
    listed = client.get("/dictionaries").content.decode()
    for key, named in fields.items():
        dictionary = Dictionary.plain.get(key=key)
        assert re.search(rf'href="/dictionaries/{dictionary.pk}["?]', listed), key
        client.post("/options/new", {"name": "新添的值", "dictionary": dictionary.pk})
        pk = Option.plain.get(dictionary=dictionary, name="新添的值").pk
        for name, field in named:
            page = client.get(f"/{name}/new").content.decode()
            choice = page.partition(f'name="{field}"')[2].partition("</select>")[0]
            assert re.search(rf'<option value="{pk}"[^>]*>新添的值</option>', choice), (name, field)


def test_a_picker_offers_to_make_what_is_missing_to_who_may(company: Company, client_of: ClientOf) -> None:
    client = client_of("zhang")
    answer: Any = client.get("/lookup/customers", {"q": "新月", "makes": "1"}).json()
    assert answer["maker"]["address"].startswith("/customers/new?pane=maker&name=")
    assert "maker" not in client.get("/lookup/customers", {"q": "新月"}).json()
    for role in Role.plain.filter(grants__has_key="customers"):
        role.grants = {**role.grants, "customers": {"view": "own"}}
        role.save()
    assert "maker" not in client_of("zhang").get("/lookup/customers", {"q": "新月", "makes": "1"}).json()


def test_a_record_made_in_passing_is_named_to_the_page_that_asked(company: Company, client_of: ClientOf) -> None:
    client = client_of("zhang", htmx=True)
    address = "/customers/new?pane=maker&level=2&name=新月"
    form = client.get(address).content.decode()
    for part in ('id="m2-name"', 'value="新月"', 'id="sk-maker-2"'):
        assert part in form
    answer = client.post(address, {"name": "新月酒店"})
    made = Customer.plain.get(name="新月酒店")
    told = json.loads(answer["HX-Trigger"])
    assert told["sk:made"] == {"id": made.pk, "title": "新月酒店"}
    assert "HX-Redirect" not in answer
    assert "sk:close" not in told


def test_the_browser_is_told_of_a_stored_form_and_of_no_refused_one(company: Company, client_of: ClientOf) -> None:
    client = client_of("zhang")
    refused = client.post("/contacts/new?customer=1&pane=drawer&stay=1", {"name": ""})
    assert refused.status_code == 422
    assert "sk_saved" not in refused.cookies
    assert 'data-draft="/contacts/new?customer=1"' in refused.content.decode()
    pk = company.customers[NAMES[0]]
    stored = client.post(f"/contacts/new?customer={pk}&pane=drawer&stay=1", {"name": "吕小婉", "customer": str(pk)})
    assert unquote(stored.cookies["sk_saved"].value) == f"/contacts/new?customer={pk}"
    edited = client.post(f"/customers/{pk}/edit", {"name": NAMES[0], "address": "新安街道"})
    assert unquote(edited.cookies["sk_saved"].value) == f"/customers/{pk}/edit"


def start_of(client: Client, address: str) -> dict[str, str]:
    """What a form starts with, to be sent back with what is typed."""
    return start_of_answer(client.get(address))


def test_several_links_that_both_changed_are_a_conflict_and_each_side_can_win(
    company: Company, client_of: ClientOf
) -> None:
    first, second, third = (Unit.plain.create(name=name) for name in ("华东一部", "华东二部", "华东三部"))
    pool = create(company.people["admin"], pools, {"name": "华东池", "units": [first.pk]}).record
    admin, address = client_of("admin"), f"/pools/{pool.pk}/edit"
    begun = start_of(admin, address)
    update(company.people["admin"], pools, pool.pk, {"units": [second.pk]})
    typed = {**begun, "name": "华东公海", "units": ["", str(third.pk)]}
    refused = admin.post(address, typed)
    assert refused.status_code == 409
    told = refused.content.decode()
    told = told[told.index("data-clashes") : told.index("</section>", told.index("data-clashes"))]
    for words in ("华东二部", "华东三部", "周启明", "刚刚"):
        assert words in told
    assert "华东一部" not in told
    again = {**typed, **start_of_answer(refused), "_keep_units": "theirs"}
    assert admin.post(address, again).status_code == 302
    pool.refresh_from_db()
    assert (pool.name, [unit.pk for unit in pool.units.all()]) == ("华东公海", [second.pk])
    begun = start_of(admin, address)
    update(company.people["admin"], pools, pool.pk, {"units": [first.pk]})
    refused = admin.post(address, {**begun, "name": "华东公海", "units": ["", str(third.pk)]})
    again = {**typed, **start_of_answer(refused), "_keep_units": "mine"}
    assert admin.post(address, again).status_code == 302
    assert [unit.pk for unit in pool.units.all()] == [third.pk]


def start_of_answer(answer: Any) -> dict[str, str]:
    """What the form that came back starts with."""
    found = re.findall(r'<input type="hidden" name="(_was|version)" value="([^"]*)"', answer.content.decode())
    return {name: html.unescape(value) for name, value in found}


def test_each_clash_names_who_changed_that_very_field(company: Company, client_of: ClientOf) -> None:
    pk = company.customers[NAMES[0]]
    zhang, address = client_of("zhang"), f"/customers/{pk}/edit"
    begun = start_of(zhang, address)
    update(company.people["chen"], customers, pk, {"address": "新安街道 2 号"})
    update(company.people["admin"], customers, pk, {"website": "https://theirs.example"})
    typed = {**begun, "address": "科技园 1 号", "website": "https://mine.example"}
    told = zhang.post(address, typed).content.decode()
    clashes = told[told.index("data-clashes") : told.index("</section>", told.index("data-clashes"))]
    theirs = {one.split("</legend>")[0]: one for one in clashes.split("<legend>")[1:]}
    assert "陈明" in theirs["地址"]
    assert "周启明" not in theirs["地址"]
    assert "周启明" in theirs["网址"]


def test_in_place_both_versions_are_shown_and_mine_is_kept_by_saving_again(
    company: Company, client_of: ClientOf
) -> None:
    pk = company.customers[NAMES[0]]
    zhang, address = client_of("zhang", htmx=True), f"/customers/{pk}/field/address"
    begun = start_of(zhang, address)
    update(company.people["chen"], customers, pk, {"address": "新安街道 2 号"})
    refused = zhang.post(address, {**begun, "address": "科技园 1 号"})
    assert refused.status_code == 409
    for words in ("新安街道 2 号", "科技园 1 号", "陈明", "保留我的"):
        assert words in refused.content.decode()
    assert zhang.post(address, {**start_of_answer(refused), "address": "科技园 1 号"}).status_code == 200
    assert Customer.plain.get(pk=pk).address == "科技园 1 号"


def test_a_form_shows_what_goes_by_fields_that_are_set_once(company: Company, client_of: ClientOf) -> None:
    admin = company.people["admin"]
    values = {"object": "customers", "label": "规模", "kind": "option", "options": "小\n大"}
    pk = create(admin, custom_fields, values).record.pk
    client = client_of("admin")
    page = client.get(f"/custom-fields/{pk}/edit").content.decode()
    assert '<input type="hidden" name="kind" value="option">' in page
    hidden = {name: re.search(rf"<div[^>]*( hidden)><label for=.f-{name}.", page) for name in ("options", "formula")}
    assert (hidden["options"], bool(hidden["formula"])) == (None, True)
    assert 'id="f-options"' in page
