"""Markup in whatever people type – names, notes, comments, files, views – is shown on every page, and never run."""

from __future__ import annotations

import contextlib

import pytest
from django.core.files.base import ContentFile

from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.comments.writing import say
from shuke.engine.files.keeping import attach
from shuke.engine.organisation.models import User
from shuke.engine.views.definition import Definition
from shuke.engine.views.saved import create_view
from shuke.kernel.errors import ShukeError
from shuke.resource.describe import Kind, fields_of
from shuke.resource.spec import Resource
from tests.abuse.test_rows import ways
from tests.conformance.api import signed_in
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

EVIL = "<img src=x onerror=1>"
OTHERS = ("\"'><script>alert(1)</script>", "{{ 7|add:7 }}{% debug %}", "javascript:alert(1)")


def spiked(resource: Resource, samples: Samples) -> list[int]:
    """A record for each text field that takes markup, with the markup in it."""
    found = []
    for info in fields_of(resource).values():
        if info.kind not in (Kind.TEXT, Kind.LONG_TEXT, Kind.RICH_TEXT) or info.spec.readonly:
            continue
        text = EVIL + "".join(OTHERS) if info.kind is not Kind.TEXT else EVIL
        with contextlib.suppress(ShukeError):
            found.append(samples.make(resource, **{info.name: text}).pk)
    return found


def test_no_page_runs_what_somebody_typed(resource: Resource, samples: Samples, admin: Actor) -> None:
    made = spiked(resource, samples)
    assert made
    say(admin, resource, made[0], EVIL + "".join(OTHERS))
    attach(admin, resource, made[0], f"{EVIL}.txt", ContentFile(b"text"))
    create_view(admin, resource, EVIL, Definition())
    client = signed_in(admin)
    base = f"/{resource.name}"
    pages = [f"{base}/{pk}{part}" for pk in made for part in ("", "/edit")]
    pages += [f"{base}/{made[0]}{part}" for part in ("?tab=files", "/access", "/siblings?in=q")]
    pages += [f"{base}?q={EVIL}", f"{base}?view={EVIL}", f"{base}/print?q={EVIL}", f"/search?q={EVIL}"]
    seen = 0
    for address in [*pages, *ways(resource, admin)]:
        answer = client.get(address)
        assert answer.status_code < 500, address
        if "json" not in answer["Content-Type"]:
            page = answer.content.decode()
            for running in ("<img src=x", "<script>alert", 'href="javascript:'):
                assert running not in page, (address, running)
            seen += "&lt;img src=x" in page
    assert seen >= len(made), "the markup is shown as text"


@pytest.mark.parametrize("name", ["张伟", EVIL])
@pytest.mark.parametrize(
    "text", ["@{name}", "@{name} {evil}", "{evil} @{name}", "{evil}@{name}{evil}", "@{name} {evil} @{name}"]
)
def test_a_comment_that_calls_somebody_shows_the_markup_around_the_call(
    samples: Samples, admin: Actor, person: Person, name: str, text: str
) -> None:
    called = person("zhang").user_id
    User.plain.filter(pk=called).update(name=name)
    pk = samples.make(customers).pk
    said = say(admin, customers, pk, text.format(name=name, evil="<b onclick=1>"), [called or 0])
    assert [one["id"] for one in said.comment.mentions] == [called]
    page = signed_in(admin).get(f"/customers/{pk}").content.decode()
    assert '<span class="sk-call">@' in page
    assert ("<b onclick" in page, "<img src=x" in page) == (False, False)
    assert page.count("&lt;b onclick=1&gt;") >= text.count("{evil}")
