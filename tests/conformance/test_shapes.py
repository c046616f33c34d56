"""Every object's list in every shape that it can take: the same rows as the table, few queries, moves by the rules."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.query.charting import slices
from shuke.engine.query.grouping import EMPTY, Grouping, criteria_of, groupable, grouping_of, keys_of
from shuke.engine.query.ordering import order_of
from shuke.engine.query.paging import count, page, select
from shuke.engine.query.sampling import Measure, sample
from shuke.engine.views.shapes import SPANS, columns_of, days_of, shapes_of
from shuke.resource.describe import Kind
from shuke.resource.spec import Resource
from shuke.web.lists.filters import read_state
from tests.conformance.api import signed_in, whole
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

BUDGET = 8
ROWS = 3


def grouped(actor: Actor, resource: Resource) -> list[Grouping]:
    """Every grouping of an object, days by day."""
    return [
        Grouping(info, "day") if info.kind in (Kind.DATE, Kind.DATETIME) else grouping_of(actor, resource, info.name)
        for info in groupable(actor, resource)
    ]


def test_first_rows_of_groups_are_the_first_rows_of_each_list(
    resource: Resource, admin: Actor, samples: Samples, company: Any, person: Person
) -> None:
    for _number in range(ROWS):
        samples.make(resource)
    narrow = person("narrow", company["east"], every("unit"))
    for actor in (admin, narrow):
        selection = select(actor, resource)
        order = order_of(actor, resource, None)
        for grouping in grouped(actor, resource):
            keys = [EMPTY, *keys_of(selection, grouping)]
            found = sample(selection, grouping, keys, order, (resource.title,), Measure(2, 2))
            assert [one.key for one in found] == keys
            for one in found:
                of_group = select(actor, resource, criteria=criteria_of(grouping, one.key))
                expected = page(of_group, sort=order, limit=2)
                assert [row.pk for row in one.rows] == [row.pk for row in expected.rows]
                assert one.more == (expected.next is not None)
                whole = count(of_group, cap=None).value
                assert (one.count, one.exact) == (min(whole, 2), whole <= 2)


def test_every_shape_shows_the_list_with_few_queries(resource: Resource, browser: Client, samples: Samples) -> None:
    def asked() -> dict[str, int]:
        found = {}
        for address in addresses:
            browser.get(address)  # the first request signs in and warms what is kept
            with CaptureQueriesContext(connection) as captured:
                answer = browser.get(address, headers={"HX-Request": "true", "HX-Target": "list"})
            assert answer.status_code == 200, (address, answer.content[:300])
            found[address] = len(captured)
        return found

    samples.make(resource)
    shapes = [shape.text for shape in shapes_of(samples.actor, resource)]
    assert "board" in shapes
    spans = [f"calendar:{info.name}:{span}" for info in days_of(samples.actor, resource) for span in SPANS]
    assert spans
    addresses = [
        f"/{resource.name}?{whole(resource)}shape={text}" for text in (*shapes, *spans, "chart:line", "chart:pie")
    ]
    before = asked()
    for _number in range(ROWS):
        samples.make(resource)
    after = asked()
    assert max(after.values()) <= BUDGET, after
    assert all(after[address] <= before[address] + 1 for address in addresses), (before, after)
    board = browser.get(f"/{resource.name}?{whole(resource)}shape=board").content.decode()
    # There may be more than a column of the board shows.
    rows = resource.model._default_manager.values_list("pk", flat=True)
    assert any(f'href="/{resource.name}/{pk}"' in board for pk in rows)


def test_shapes_are_kept_by_views_and_refused_where_they_do_not_fit(resource: Resource, admin: Actor) -> None:
    state = read_state(admin, resource, QueryDict("shape=board"))
    assert (state.definition.shape, state.is_modified) == ("board", True)
    assert "shape=board" in state.query()
    assert (
        read_state(admin, resource, QueryDict("shape=table")).query()
        == read_state(admin, resource, QueryDict("")).query()
    )


@pytest.mark.parametrize(
    "text", ["globe", "board:level", "calendar:no_such", "calendar:updated_at:century", "chart:donut", "map:updated_at"]
)
def test_a_shape_that_makes_no_sense_is_refused_in_words(browser: Client, text: str) -> None:
    assert browser.get("/customers", {"shape": text}).status_code == 422


def test_a_move_edits_the_field_or_says_why_not(
    resource: Resource, admin: Actor, browser: Client, samples: Samples, company: Any, person: Person
) -> None:
    grouping = columns_of(admin, resource, "")
    assert grouping is not None
    info = grouping.info
    record = samples.make(resource)
    address = f"/{resource.name}/{record.pk}/move"
    selection = select(admin, resource)
    present = str(getattr(record, info.column))
    others = [key for key in keys_of(selection, grouping) if key not in (present, "yes", "no")]
    other = next(iter(others), None)
    if other is None or not FieldAccess(admin, resource).changes(info.name):
        assert browser.post(address, {"field": "updated_at", "value": "2026-01-01"}).status_code == 422
        return
    sent = {"field": info.name, "value": other, "was": present, "version": record.version}
    answer = browser.post(address, sent)
    assert answer.status_code in (200, 422), answer.content
    record.refresh_from_db()
    if answer.status_code == 422:
        assert answer.json()["text"]
        assert str(getattr(record, info.column)) == present
        return
    assert str(getattr(record, info.column)) == other
    assert answer.json()["version"] == record.version
    stale = browser.post(address, sent | {"value": next(iter(others[1:]), "")})
    assert (stale.status_code, bool(stale.json()["text"])) == (422, True)
    browser.post(answer.json()["undo"])
    record.refresh_from_db()
    assert str(getattr(record, info.column)) == present
    viewer = person("viewer", company["group"], every("all") | {resource.name: {"view": "all"}})
    only = signed_in(viewer)
    assert only.post(address, sent).status_code == 422
    assert "data-move=" not in only.get(f"/{resource.name}?shape=board").content.decode()


def test_a_chart_adds_up_to_the_whole_list(resource: Resource, admin: Actor, samples: Samples, browser: Client) -> None:
    for _number in range(ROWS):
        samples.make(resource)
    selection = select(admin, resource)
    rows = count(selection, cap=None).value
    for grouping in grouped(admin, resource):
        found = slices(selection, grouping, None)
        assert sum(one.count for one in found) == rows
        assert all(one.value == one.count for one in found)
        answer = browser.get(f"/{resource.name}/chart?{whole(resource)}shape=chart&group={grouping.text}")
        queries = re.findall(rf'href="(/{resource.name}\?[^"]*)"', answer.content.decode())
        assert queries
        for query in queries:
            assert browser.get(query.replace("&amp;", "&")).status_code == 200


def test_the_day_of_an_entry_changes_and_its_time_stays(browser: Client, samples: Samples) -> None:
    record = samples.make(customers)
    before = timezone.localtime(record.next_contact_at)
    sent = {"field": "next_contact_at", "value": "2026-12-24", "was": before.date().isoformat()}
    assert browser.post(f"/customers/{record.pk}/move", sent).status_code == 200
    record.refresh_from_db()
    moved = timezone.localtime(record.next_contact_at)
    assert (moved.date().isoformat(), moved.time()) == ("2026-12-24", before.time())
