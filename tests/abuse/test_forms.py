"""What no browser would send comes back as a form, or as a refusal; the server breaks on none of it."""

from __future__ import annotations

import pytest
from django.test import Client

from shuke.engine.access.actor import Actor
from shuke.resource.describe import Kind, fields_of
from shuke.resource.spec import Resource
from tests.conformance.api import signed_in
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

# A digit to ``isdigit`` that ``int`` cannot read, a number that no column holds, one that Python does not read at all.
NUMBERS = ("²", "9" * 30, "9" * 5_000)
PLACES = ("/new", "/{pk}/edit", "/views/new", "/bulk/assign", "/bulk/release")


@pytest.fixture
def browser(admin: Actor) -> Client:
    """The administrator's browser, which is told of an error as people are."""
    return signed_in(admin, headers={"HX-Request": "true"})


def test_no_number_in_a_form_breaks_anything(resource: Resource, browser: Client, samples: Samples) -> None:
    pk = samples.make(resource).pk
    names = [info.name for info in fields_of(resource).values() if info.kind is not Kind.JSON]
    for number in NUMBERS:
        typed = {**dict.fromkeys([*names, "owner", "pool", "version"], number), "ids": [str(pk)]}
        for place in PLACES:
            answer = browser.post(f"/{resource.name}{place.format(pk=pk)}", typed)
            assert answer.status_code < 500, (place, number[:5])
