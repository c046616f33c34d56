"""Who sees and who may do what, for every object, through the API: each reach, shares, pools, and nobody at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from shuke.apps.sales.services.removal import only_ones_own_of_today
from shuke.engine.access.actor import Actor
from shuke.engine.access.models import Share
from shuke.engine.audit.models import Change
from shuke.engine.commands import ownership
from shuke.engine.commands.write import create
from shuke.engine.organisation.actors import actor_for, find_user
from shuke.engine.organisation.models import Membership, Pool, Role, Unit
from shuke.kernel.errors import Invalid
from shuke.resource.registry import independent, resource_of
from shuke.resource.spec import Resource, Verb
from tests.conformance.api import Caller, content_of, every_item
from tests.conformance.conftest import Person, every, plant
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db


def family_head(resource: Resource) -> Resource:
    """The object whose shares count: the parent of a child, else itself."""
    parent = resource.scope.parent
    return resource_of(resource.model._meta.get_field(parent).related_model) if parent else resource


POOLED = [resource for resource in independent() if resource.scope.pool]
POOLLESS = [resource for resource in independent() if resource.scope.changes_hands and not resource.scope.pool]
SHAREABLE = [resource for resource in independent() if family_head(resource).scope.shareable]
REACHES = ("own", "unit", "below", "company", "all")


@dataclass
class World:
    """An actor in the first company's eastern department, colleagues all around, and rows that belong to each."""

    actor: Actor
    units: dict[str, Unit]
    rows: dict[int, Any]
    pooled: int | None


@dataclass
class Target:
    """What calls are made on: a record, input for another one, and an owner and a pool for it."""

    resource: Resource
    pk: int
    values: dict[str, Any]
    owner: int | None
    pool: int
    maker: Actor


def world(
    resource: Resource, reach: str | None, samples: Samples, person: Person, company: dict[str, Unit], pool: Pool
) -> World:
    """Rows of ``resource`` for everybody; the actor has every grant as far as ``reach`` (None: no grant at all)."""
    grants = every(reach) if reach else {}
    actor = person("me", company["east"], grants)
    everybody = [actor, *(person(f"in {name}", unit) for name, unit in company.items())]
    for somebody in everybody:
        samples.make(resource, owner=somebody.user_id)
    pooled = None
    if resource.scope.pool:
        record = samples.make(resource)
        samples.into_pool(resource, record, pool)
        pooled = record.pk
    user = find_user(actor.user_id or 0)
    assert user is not None
    rows = {row.pk: row for row in resource.model._default_manager.filter(deleted_at__isnull=True)}
    return World(actor_for(user, "api"), company, rows, pooled)


def expected(resource: Resource, reach: str, found: World) -> set[int]:
    """The slow, obvious rule: whose the row is, or in which unit."""
    inside = {
        "own": set(),
        "unit": {"east"},
        "below": {"east", "team"},
        "company": {"company", "east", "team", "south"},
        "all": set(),
    }[reach]
    units = {found.units[name].pk for name in inside}
    scope = resource.scope
    return {
        pk
        for pk, row in found.rows.items()
        if reach == "all"
        or (scope.owner and getattr(row, scope.owner) == found.actor.user_id)
        or (scope.unit and getattr(row, scope.unit) in units)
    }


def check_sight(resource: Resource, found: World, visible: set[int], exported: set[int]) -> None:
    """The same rows in list, count, detail, history, search and export – and 404 for all others."""
    caller = Caller(found.actor)
    assert {item["id"] for item in every_item(caller, f"/{resource.name}", limit=4)} == visible
    answer = caller.get(f"/{resource.name}", limit=1).json()
    assert answer["count"] == {"value": len(visible), "exact": True}
    assert caller.get(f"/{resource.name}", limit=1, exact="true").json()["count"]["value"] == len(visible)
    lines = content_of(caller.get(f"/{resource.name}/export", fields=resource.title)).splitlines()[1:]
    assert sorted(lines) == sorted(str(getattr(found.rows[pk], resource.title)) for pk in exported)
    for pk, row in found.rows.items():
        status = 200 if pk in visible else 404
        assert caller.get(f"/{resource.name}/{pk}").status_code == status, row
        assert caller.get(f"/{resource.name}/{pk}/history").status_code == status, row
        filtered = caller.get(f"/{resource.name}", filter={"id": pk}).json()["items"]
        assert [item["id"] for item in filtered] == ([pk] if pk in visible else []), row
    for pk in {*list(visible)[:1], *list(set(found.rows) - visible)[:1]}:
        title = str(getattr(found.rows[pk], resource.title))
        hits = caller.get(f"/{resource.name}", q=title, limit=200).json()["items"]
        assert (pk in {item["id"] for item in hits}) == (pk in visible)
        groups = caller.get("/search", q=title, limit=20).json()["groups"]
        hits = [item["id"] for group in groups if group["resource"] == resource.name for item in group["items"]]
        assert (pk in hits) == (pk in visible)


@pytest.mark.parametrize("reach", REACHES)
def test_a_reach_shows_its_rows_and_no_others(
    resource: Resource, reach: str, samples: Samples, person: Person, company: dict[str, Unit], pool: Pool
) -> None:
    found = world(resource, reach, samples, person, company, pool)
    visible = expected(resource, reach, found)
    if resource.scope.unit:
        assert bool(visible) == (bool(resource.scope.owner) or reach != "own")
        assert (len(visible) == len(found.rows)) == (reach == "all")
    check_sight(resource, found, visible, visible)


@pytest.mark.parametrize("resource", POOLED, ids=lambda resource: resource.name)
def test_an_open_pool_shows_its_rows_to_its_people(
    resource: Resource, samples: Samples, person: Person, company: dict[str, Unit], pool: Pool
) -> None:
    pool.units.add(company["company"])
    found = world(resource, "own", samples, person, company, pool)
    mine = expected(resource, "own", found)
    assert found.pooled is not None
    check_sight(resource, found, mine | {found.pooled}, mine)
    answer = Caller(found.actor).patch(f"/{resource.name}/{found.pooled}", {resource.title: "抢先"})
    assert answer.status_code == 403, "a pool is for looking and claiming"


@pytest.mark.parametrize(("level", "grantee"), [("view", "user"), ("edit", "unit"), ("view", "role")])
@pytest.mark.parametrize("resource", SHAREABLE, ids=lambda resource: resource.name)
def test_a_share_opens_one_record_and_its_children(
    resource: Resource,
    level: str,
    grantee: str,
    samples: Samples,
    person: Person,
    company: dict[str, Unit],
    pool: Pool,
) -> None:
    parent = family_head(resource)
    found = world(resource, "own", samples, person, company, pool)
    mine = expected(resource, "own", found)
    shared = max(set(found.rows) - mine - {found.pooled})
    owner_id = getattr(found.rows[shared], f"{resource.scope.parent}_id") if resource.scope.parent else shared
    to = {
        "user": {"user_id": found.actor.user_id},
        "unit": {"unit_id": company["company"].pk},
        "role": {"role_id": Membership.objects.get(user_id=found.actor.user_id).role_id},
    }[grantee]
    Share.objects.create(resource=parent.name, object_id=owner_id, level=level, **to)
    check_sight(resource, found, mine | {shared}, mine)
    caller = Caller(found.actor)
    answer = caller.patch(f"/{resource.name}/{shared}", {resource.title: "同享"})
    assert answer.status_code == (200 if level == "edit" else 403)
    # What only its maker deletes stays, whoever may work with it.
    carried = level == "edit" and bool(resource.scope.parent) and only_ones_own_of_today not in resource.keep
    assert caller.delete(f"/{resource.name}/{shared}").status_code == (200 if carried else 403)


@pytest.fixture
def target(resource: Resource, samples: Samples) -> Target:
    """A record of the administrator's, what another would be made of, and where it could go."""
    values = {name: value for name, value in samples.values(resource).items() if _is_open(resource, name)}
    return Target(
        resource, samples.make(resource).pk, values, samples.actor.user_id, plant(Pool(name="敞开")).pk, samples.actor
    )


def calls_of(target: Target, caller: Caller) -> dict[str, Any]:
    """Every operation of the API on one record, by the action that it needs."""
    resource, pk, values = target.resource, target.pk, target.values
    path = f"/{resource.name}"
    title = {resource.title: "不许"}
    found = {
        "view": [
            lambda: caller.get(path),
            lambda: caller.get(f"{path}/{pk}"),
            lambda: caller.get(f"{path}/{pk}/history"),
        ],
        "create": [lambda: caller.post(path, values)],
        "edit": [lambda: caller.patch(f"{path}/{pk}", title)],
        "delete": [
            lambda: caller.delete(f"{path}/{pk}"),
            lambda: caller.post(f"{path}/{pk}/delete"),
            lambda: caller.post(f"{path}/bulk/delete", {"ids": [pk]}),
            lambda: caller.post(f"{path}/{pk}/restore"),
        ],
        "export": [lambda: caller.get(f"{path}/export")],
    }
    if resource.scope.changes_hands:
        found["assign"] = [
            lambda: caller.post(f"{path}/{pk}/assign", {"owner": target.owner}),
            lambda: caller.post(f"{path}/bulk/assign", {"ids": [pk], "owner": target.owner}),
        ]
    if resource.scope.waits_in_pools:
        found["edit"] += [
            lambda: caller.post(f"{path}/{pk}/release", {"pool": target.pool}),
            lambda: caller.post(f"{path}/{pk}/claim"),
        ]
    for verb in resource.verbs:
        found.setdefault(verb.grant, []).append(
            lambda verb=verb: caller.post(f"{path}/{pk}/{verb.name}", _answers(verb, target))
        )
    return found


def _answers(verb: Verb, target: Target) -> dict[str, Any]:
    """Something sensible for each question that a verb asks."""
    return {
        parameter.name: target.owner if parameter.kind in ("link", "integer") else "Xiangjiao-7-shui"
        for parameter in verb.parameters
    }


def state(resource: Resource) -> Any:
    """What a refused call leaves as it was."""
    return list(resource.model._default_manager.order_by("pk").values()), Change.objects.count()


def refused(resource: Resource, calls: dict[str, Any], statuses: set[int]) -> None:
    """Every call is answered by one of the statuses, as a problem document, and nothing is written."""
    before = state(resource)
    for action, made in calls.items():
        for call in made:
            answer = call()
            assert answer.status_code in statuses, (action, answer.content)
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
    assert state(resource) == before


def test_nobody_does_anything_without_a_token(resource: Resource, target: Target) -> None:
    for caller in (Caller(), Caller(token="shuke_wrong"), Caller(token="我")):
        refused(resource, calls_of(target, caller), {401})


def test_without_a_grant_everything_is_refused(resource: Resource, target: Target, person: Person) -> None:
    calls = calls_of(target, Caller(person("newcomer")))
    denied = {action: made for action, made in calls.items() if action not in ("edit",)}
    refused(resource, denied, {403})
    refused(resource, {"edit": calls["edit"]}, {403, 404})


@pytest.mark.parametrize("action", ["create", "edit", "delete", "assign", "export"])
def test_one_missing_grant_refuses_its_action_and_leaves_everything_as_it_was(
    resource: Resource, action: str, target: Target, person: Person
) -> None:
    grants = every("all")
    del grants[resource.name][action]
    calls = calls_of(target, Caller(person("nearly", None, grants)))
    if action in calls:
        refused(resource, {action: calls[action]}, {403})


@pytest.mark.parametrize("action", ["edit", "delete", "assign"])
def test_rows_one_only_sees_are_not_allowed_and_unseen_ones_not_found(
    resource: Resource, action: str, target: Target, person: Person
) -> None:
    grants = every("all")
    grants[resource.name][action] = "own"
    calls = calls_of(target, Caller(person("looker", None, grants)))
    if action not in calls:
        return
    restores = {"delete": calls["delete"][:3]}
    refused(resource, {action: restores.get(action, calls[action])}, {403})
    grants = every("own")
    if action == "assign":
        grants["users"] = {"view": "all"}
    blind = calls_of(target, Caller(person("blind", None, grants)))
    refused(resource, {action: blind[action]}, {404})


def test_a_locked_or_deleted_person_gets_nowhere(resource: Resource, person: Person) -> None:
    actor = person("gone", None, every("all"))
    caller = Caller(actor)
    assert caller.get(f"/{resource.name}").status_code == 200
    users = resource_of(type(find_user(actor.user_id or 0))).model._default_manager.filter(pk=actor.user_id)
    users.update(is_active=False)
    assert caller.get(f"/{resource.name}").status_code == 401


def test_a_right_taken_away_is_gone_at_once(resource: Resource, person: Person) -> None:
    actor = person("was", None, every("all"))
    caller = Caller(actor)
    assert caller.get(f"/{resource.name}").status_code == 200
    Role.plain.filter(pk=Membership.objects.get(user_id=actor.user_id).role_id).update(grants={})
    assert caller.get(f"/{resource.name}").status_code == 403


def _is_open(resource: Resource, name: str) -> bool:
    spec = resource.field(name)
    return spec is not None and not spec.sensitive


@pytest.mark.parametrize("resource", POOLLESS, ids=lambda resource: resource.name)
def test_what_is_one_persons_business_is_handed_over_but_waits_in_no_pool(
    resource: Resource, target: Target, person: Person
) -> None:
    caller, path = Caller(target.maker), f"/{resource.name}/{target.pk}"
    assert "pool" not in caller.get(path).json()
    calls = {"release": lambda: caller.post(f"{path}/release", {"pool": target.pool})}
    calls |= {"claim": lambda: caller.post(f"{path}/claim"), "bulk": lambda: _released_in_bulk(caller, target)}
    refused(resource, {"edit": [*calls.values()]}, {404})
    refused(
        resource, {"create": [lambda: caller.post(f"/{resource.name}", {**target.values, "pool": target.pool})]}, {422}
    )
    for command in (ownership.claim, partial(ownership.release, pool=target.pool)):
        with pytest.raises(Invalid):
            command(target.maker, resource, [target.pk])
    with pytest.raises(Invalid):
        create(target.maker, resource, target.values, pool=target.pool)
    other = person("other").user_id
    assert caller.post(f"{path}/assign", {"owner": other}).status_code == 200
    assert caller.get(path).json()["owner"]["id"] == other


def _released_in_bulk(caller: Caller, target: Target) -> Any:
    return caller.post(f"/{target.resource.name}/bulk/release", {"ids": [target.pk], "pool": target.pool})
