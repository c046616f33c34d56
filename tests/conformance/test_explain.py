"""The explanation of access says what the engine does: for every object, reach, share and pool, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.access.models import Share
from shuke.engine.commands.removal import delete
from shuke.engine.explain.reasons import explain
from shuke.engine.explain.seers import seers
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Pool, Unit, User
from shuke.kernel.errors import NotFound
from shuke.resource.describe import fields_of
from shuke.resource.spec import Resource
from tests.conformance.api import Caller
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

REACHES = (None, "own", "unit", "below", "all")


@pytest.fixture
def people(resource: Resource, person: Person, company: dict[str, Unit]) -> list[Actor]:
    """One for each reach in the eastern department, and one elsewhere."""
    found = [person(f"p{reach}", company["east"], every(reach, [resource]) if reach else {}) for reach in REACHES]
    return [*found, person("far", company["foreign"], every("below", [resource]))]


@pytest.fixture
def rows(
    resource: Resource, people: list[Actor], samples: Samples, person: Person, company: dict[str, Unit], pool: Pool
) -> list[Any]:
    """Records that belong to each of them, to colleagues all around, to a pool, and one that is shared."""
    colleagues = [person(f"in {name}", unit) for name, unit in company.items() if name in ("team", "south")]
    made = [samples.make(resource, owner=one.user_id) for one in (people[1], people[-1], *colleagues)]
    pooled = samples.make(resource)
    samples.into_pool(resource, pooled, pool)
    shared = made[-1]
    if resource.scope.shareable:
        Share.objects.create(resource=resource.name, object_id=shared.pk, user_id=people[1].user_id)
        Share.objects.create(resource=resource.name, object_id=shared.pk, unit=company["foreign"], level="edit")
    return [*made, pooled]


@pytest.mark.parametrize("action", ["view", "edit"])
def test_the_verdict_is_what_the_api_does(
    resource: Resource, people: list[Actor], rows: list[Any], action: str
) -> None:
    for one in people:
        caller = Caller(one)
        for row in rows:
            path = f"/{resource.name}/{row.pk}"
            done = (caller.get(path) if action == "view" else caller.patch(path, {})).status_code == 200
            said = explain(one.user_id or 0, resource, row.pk, action=action)
            assert said.allowed is done, (one.login, row.pk, said)
            assert said.allowed is _follows(said.reasons), (one.login, row.pk, said)


def _follows(reasons: Any) -> bool:
    """Does the verdict follow from the chain? Every action asked about needs a source that holds."""
    stretches: list[list[Any]] = []
    ways = {"all", "owner", "unit", "share", "pool", "administrator"}
    for reason in reasons:
        if reason.kind not in ways:
            if not stretches or any(one.kind in ways for one in stretches[-1]):
                stretches.append([])
            stretches[-1].append(reason)
        elif stretches:
            stretches[-1].append(reason)
    return bool(stretches) and all(any(one.holds for one in part if one.kind in ways) for part in stretches)


def test_who_sees_a_record_is_who_the_api_shows_it(resource: Resource, people: list[Actor], rows: list[Any]) -> None:
    for row in rows:
        found: list[int] = []
        after: int | None = 0
        while after is not None:
            some = seers(resource, row.pk, after=after, limit=3)
            found += [one.user.pk for one in some.people]
            after = some.next
        users = User.objects.unscoped("test").order_by("pk")
        wanted = [
            user.pk
            for user in users
            if resource.model.objects.visible_to(actor_for(user, "api")).filter(pk=row.pk).exists()
        ]
        assert found == wanted


def test_a_fields_level_is_the_one_that_counts(resource: Resource, rows: list[Any], person: Person) -> None:
    infos = [info for info in fields_of(resource).values() if info.name != resource.title and not info.spec.readonly]
    rules = {
        resource.name: dict(
            zip([info.name for info in infos], ["hidden", "read", "masked", "write"] * 20, strict=False)
        )
    }
    actor = person("ruled", None, every("all", [resource]), rules)
    for info in fields_of(resource).values():
        said = explain(actor.user_id or 0, resource, rows[0].pk, field=info.name)
        level = FieldAccess(actor, resource).level(info.name)
        assert (said.level, said.allowed) == (level, level > 0)
        assert str(info.label) in said.reasons[-1].text


def test_nobody_reaches_what_is_in_the_bin_and_the_locked_reach_nothing(
    resource: Resource, samples: Samples, admin: Actor, person: Person
) -> None:
    row = samples.make(resource)
    actor = person("all", None, every("all", [resource]))
    assert explain(actor.user_id or 0, resource, row.pk).allowed
    User.objects.unscoped("test").filter(pk=actor.user_id).update(is_active=False)
    assert [one.kind for one in explain(actor.user_id or 0, resource, row.pk).reasons] == ["person"]
    delete(admin, resource, [row.pk])
    assert [one.kind for one in explain(admin.user_id or 0, resource, row.pk).reasons] == ["record"]
    with pytest.raises(NotFound):
        explain(admin.user_id or 0, resource, 10**12)


def test_only_administrators_ask_about_others(
    resource: Resource, samples: Samples, admin: Actor, person: Person
) -> None:
    path = f"/{resource.name}/{samples.make(resource).pk}"
    actor = person("me", None, {resource.name: {"view": "all"}})
    assert Caller(actor).get(f"{path}/explain").json()["allowed"]
    assert Caller(actor).get(f"{path}/explain", user=admin.user_id).status_code == 403
    assert Caller(actor).get(f"{path}/seers").status_code == 403
    assert Caller(admin).get(f"{path}/explain", user=actor.user_id, action="edit").json()["allowed"] is False
    assert actor.user_id in [one["id"] for one in Caller(admin).get(f"{path}/seers").json()["items"]]
    assert Caller(person("stranger")).get(f"{path}/explain").status_code == 404
