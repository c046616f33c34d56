"""Every way to rows shows exactly what the rules on paper say – over random companies."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings

from shuke.engine.access.actor import Actor
from shuke.engine.commands.write import update
from shuke.engine.exchange.exporting import stream_csv
from shuke.engine.organisation.actors import _actors, actor_for
from shuke.engine.query.everywhere import search_everywhere
from shuke.engine.query.paging import best, count, get, page, select
from shuke.engine.signing.tokens import issue
from shuke.kernel.errors import NotAllowed, NotFound
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from tests.properties.worlds import Built, World, build, may, worlds

pytestmark = pytest.mark.django_db
RELAXED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example leaves nothing behind."""
    _actors.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    _actors.clear()


def expected(built: Built, user: int, resource: str, action: str = "view") -> set[int]:
    rows = built.customers if resource == "customers" else built.contacts
    return {row.pk for at, row in enumerate(rows) if may(built.world, user, resource, at, action)}


def by_pages(actor: Actor, resource: Resource, sort: str) -> list[int]:
    """All ids, two at a time, by following the cursors."""
    found, cursor = [], None
    for _step in range(20):
        part = page(select(actor, resource), sort=sort, cursor=cursor, limit=2, columns=("name",))
        found += [row.pk for row in part.rows]
        cursor = part.next
        if cursor is None:
            return found
    raise AssertionError("paging does not end")


@RELAXED
@given(world=worlds())
def test_every_way_in_shows_the_same_rows(db: Any, world: World) -> None:
    with rolled_back():
        built = build(world)
        for user, row in enumerate(built.users):
            actor = actor_for(row, "web")
            for name in ("customers", "contacts"):
                compare(actor, resource_for(name), expected(built, user, name), built)
                objects = resource_for(name).model.objects  # type: ignore[attr-defined]
                for action in ("edit", "assign"):
                    assert {found.pk for found in objects.visible_to(actor, action)} == expected(
                        built, user, name, action
                    )


def compare(actor: Actor, resource: Resource, wanted: set[int], built: Built) -> None:
    objects = resource.model.objects  # type: ignore[attr-defined]
    assert {row.pk for row in objects.visible_to(actor)} == wanted
    for sort in ("-updated_at", "created_at", "name"):
        walked = by_pages(actor, resource, sort)
        assert len(walked) == len(set(walked))
        assert set(walked) == wanted
    total = count(select(actor, resource))
    assert (total.value, total.exact) == (len(wanted), True)
    for text in ("华江", "hj"):
        searched = select(actor, resource, q=text)
        assert {row.pk for row in page(searched, limit=50).rows} == wanted
        assert {row.pk for row in best(searched, 50)} == wanted
        assert count(searched).value == len(wanted)
    for row in built.customers if resource.name == "customers" else built.contacts:
        assert (get(actor, resource, row.pk) is not None) == (row.pk in wanted)
    groups = {group.resource.name: group.rows for group in search_everywhere(actor, "华江", limit=20)}
    assert {row.pk for row in groups.get(resource.name, [])} == wanted


@settings(RELAXED, max_examples=25)
@given(world=worlds())
def test_api_export_and_commands_agree(db: Any, world: World) -> None:
    with rolled_back():
        built = build(world)
        for user, row in enumerate(built.users):
            actor = actor_for(row, "api")
            head = {"authorization": f"Bearer {issue(row, 'test')}"}
            for name in ("customers", "contacts"):
                wanted = expected(built, user, name)
                compare_api(Client(headers=head), actor, name, wanted, built)
                compare_edit(actor, resource_for(name), wanted, expected(built, user, name, "edit"), built)


def compare_api(client: Client, actor: Actor, name: str, wanted: set[int], built: Built) -> None:
    answer = client.get(f"/api/v1/{name}", {"limit": 50, "filter": json.dumps({"name": {"contains": "华江"}})})
    if not actor.may(name, "view"):
        assert answer.status_code == 403
        return
    assert {item["id"] for item in answer.json()["items"]} == wanted
    assert answer.json()["count"] == {"value": len(wanted), "exact": True}
    for row in built.customers if name == "customers" else built.contacts:
        assert client.get(f"/api/v1/{name}/{row.pk}").status_code == (200 if row.pk in wanted else 404)
        assert client.get(f"/api/v1/{name}/{row.pk}/history").status_code == (200 if row.pk in wanted else 404)


def compare_edit(actor: Actor, resource: Resource, seen: set[int], editable: set[int], built: Built) -> None:
    for row in built.customers if resource.name == "customers" else built.contacts:
        try:
            update(actor, resource, row.pk, {"note": "x"})
            outcome = "done"
        except NotFound:
            outcome = "unknown"
        except NotAllowed:
            outcome = "refused"
        wanted = "unknown" if row.pk not in seen else "done" if row.pk in editable else "refused"
        assert outcome == wanted


@settings(RELAXED, max_examples=25)
@given(world=worlds())
def test_an_export_holds_exactly_what_may_be_seen(db: Any, world: World) -> None:
    with rolled_back():
        built = build(world)
        for user, row in enumerate(built.users):
            reach = actor_for(row, "web").grants.get("customers", {}).get("view")
            if not reach:
                continue
            name = reach.name.lower()
            row.grants = {**row.grants, "customers": {**row.grants.get("customers", {}), "export": name}}
            row.save()
            actor = actor_for(type(row).plain.get(pk=row.pk), "web")
            text = "".join(stream_csv(actor, resource_for("customers"), columns=["name"])).lstrip("\ufeff")
            names = [line[0] for line in csv.reader(io.StringIO(text))][1:]
            # Shares and pools open a record to the eye, not to a file: export has its own reach.
            own = {row.name for at, row in enumerate(built.customers) if _within_reach(built, user, at, name)}
            assert set(names) == own


def _within_reach(built: Built, user: int, at: int, reach: str) -> bool:
    bare = World(
        built.world.units,
        ({"customers": {"view": reach}},),
        tuple((unit, (0,), {}) for unit, _roles, _own in built.world.users),
        built.world.pools,
        tuple(
            ("user", which, gone) if kind == "user" else ("pool", which, True)
            for kind, which, gone in built.world.customers
        ),
        built.world.contacts,
        (),
    )
    if reach == "all":
        return not built.world.customers[at][2]
    return may(bare, user, "customers", at, "view")
