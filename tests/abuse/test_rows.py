"""Whatever shows, counts or adds up rows – page, picker, board, chart, file, program – does it with the same rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from shuke.engine.organisation.models import Unit
from shuke.engine.query.grouping import addable, groupable
from shuke.engine.query.paging import get
from shuke.engine.views.shapes import shapes_of
from shuke.resource.spec import Resource
from tests.abuse.test_injection import CONDITIONS, EVIL, raw
from tests.conformance.api import Caller, content_of, signed_in
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

SECRET = "藏龙卧虎"


def ways(resource: Resource, viewer: Any) -> list[str]:
    """Every address that shows rows of an object."""
    base = f"/{resource.name}"
    shapes = [shape.text for shape in shapes_of(viewer, resource)]
    fields = [info.name for info in groupable(viewer, resource)]
    found = [
        base,
        f"{base}/print",
        f"{base}/count",
        f"{base}/totals",
        f"{base}/bin",
        f"{base}/duplicates?name={SECRET}",
        f"{base}/meant?q={SECRET}",
    ]
    found += [f"{base}?q={SECRET}", f"{base}/print?q={SECRET}", f"{base}/bulk/delete?whole=1&query=q%3D{SECRET}"]
    found += [f"{base}?{urlencode({'shape': text})}" for text in shapes] + [
        f"{base}/chart?shape=chart",
        f"{base}/map?shape=map",
    ]
    found += [f"{base}?group={name}" for name in fields] + [f"{base}/totals?group={name}" for name in fields]
    return [*found, f"/lookup/{resource.name}?q={SECRET}", f"/search?q={SECRET}", f"/search/palette?q={SECRET}", "/"]


def test_no_way_of_looking_shows_a_foreign_row(
    resource: Resource, samples: Samples, person: Person, company: dict[str, Unit]
) -> None:
    me, peer = person("me", company["foreign"], every("own")), person("peer", company["east"], every("own"))
    theirs = samples.make(resource, owner=peer.user_id, **{resource.title: SECRET})
    mine = samples.make(resource, owner=me.user_id)
    if get(me, resource, theirs.pk) is not None:
        pytest.skip("everybody who may view these sees all of them")
    browser, caller = signed_in(me), Caller(me)
    for address in ways(resource, me):
        answer = browser.get(address)
        assert answer.status_code < 500, address
        told = content_of(answer)
        link = f'href="/{resource.name}/{theirs.pk}"'
        assert link not in told, address
        assert SECRET not in told.replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "").replace(
            f"q={SECRET}", ""
        ), address
    api = f"/{resource.name}"
    for answer in (
        caller.get(api),
        caller.get(api, q=SECRET),
        caller.get(f"{api}/export"),
        caller.get("/search", q=SECRET),
    ):
        assert SECRET not in content_of(answer)
    whole = caller.get(api, exact="true").json()["count"]["value"]
    assert whole == resource.model.objects.visible_to(me).count()
    for info in groupable(me, resource):
        told = caller.get(f"{api}/groups", by=info.name).json()
        assert sum(group["count"] for group in told["groups"]) == told["all"]["count"] == whole, info.name
    for info in addable(me, resource):
        told = caller.get(f"{api}/groups", by=groupable(me, resource)[0].name, totals=f"{info.name}:max").json()
        # What both have says nothing of the other one.
        if getattr(theirs, info.column) != getattr(mine, info.column):
            assert str(getattr(theirs, info.column)) not in str(told), info.name


PARAMETERS = (
    "q", "sort", "columns", "group", "totals", "where", "shape", "view", "page", "cursor", "day", "start", "level",
    "tags", "owner", "created_at", "in", "query", "group_key", "field", "changed",
)  # fmt: skip
PARTS = (
    "/customers", "/customers/groups/rows", "/customers/totals", "/customers/print", "/customers/chart",
    "/customers/board/cards", "/customers/columns", "/customers/conditions", "/customers/1/siblings",
    "/customers/meant", "/search", "/search/palette", "/lookup/customers",
)  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_no_parameter_of_a_page_breaks_it_or_lets_anything_through(
    part: str, samples: Samples, person: Person, company: dict[str, Unit]
) -> None:
    from shuke.resource.registry import resource_for

    me = person("me", company["team"], every("own"))
    customers = resource_for("customers")
    samples.make(customers, owner=person("peer", company["east"]).user_id, name=SECRET)
    samples.make(customers, owner=me.user_id)
    client = signed_in(me)
    values = [raw(value) for value in EVIL] + [str(one) for one in CONDITIONS[:6]]
    for parameter in PARAMETERS:
        for value in values:
            answer = client.get(part, {parameter: value})
            assert answer.status_code < 500, (part, parameter, value)
            assert SECRET not in content_of(answer), (part, parameter, value)
