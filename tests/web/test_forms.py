"""Forms: records made on the way, drafts that end with the save, both versions of a conflict."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.test import Client

from shuke.apps.sales.models import Customer
from shuke.engine.organisation.models import Role
from tests.browser.company import NAMES, Company

ClientOf = Callable[..., Client]


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
