"""What is said in English: begun with a capital, told once, joined by the signs of the language."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from shuke.engine.organisation.models import User
from shuke.engine.record.words import clauses
from tests.browser.company import Company

ClientOf = Callable[..., Client]


@pytest.fixture
def english(company: Company, client_of: ClientOf) -> Client:
    """A salesperson who reads English."""
    User.plain.filter(login="zhang").update(language="en")
    client = client_of("zhang")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_what_is_wrong_with_a_form_names_each_field_once(english: Client) -> None:
    page = english.post("/customers/new", {"name": "", "email": "nobody"}).content.decode()
    alert = re.sub(r"<[^>]+>", "", page[page.index('role="alert"') :][:2000])
    assert "Customer name is required." in alert
    assert "E-mail: “nobody” is no e-mail address." in alert
    assert "e-mail: “nobody”" not in alert


def test_the_columns_of_a_spreadsheet_begin_with_capitals(english: Client) -> None:
    answer = english.post("/customers/export", {"kind": "csv", "query": "columns=name,next_contact_at"})
    titles = b"".join(answer).decode("utf-8-sig").splitlines()[0].split(",")  # type: ignore[call-overload]
    assert "Customer name" in titles
    assert "Next contact" in titles
    assert "Customer name *" in re.sub(r"<[^>]+>", "", english.get("/customers/import").content.decode())


def test_what_a_role_grants_begins_with_capitals(company: Company, client_of: ClientOf) -> None:
    User.plain.filter(login="admin").update(language="en")
    page = client_of("admin", headers={"Accept-Language": "en"}).get("/roles/new").content.decode()
    assert '<label class="sk-field">Credit limit<select' in page
    assert '<label class="sk-field">View<select' in page


@pytest.mark.parametrize(("language", "said"), [("en", "a, b; c"), ("zh-hans", "a, b；c")])
def test_what_has_commas_of_its_own_is_joined_by_semicolons(language: str, said: str) -> None:
    with translation.override(language):
        assert clauses(["a, b", "c"]) == said
