"""What every conformance test stands on: each registered object in turn, a company, an administrator, samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client

from shuke.engine.access.actor import ACTIONS, Actor
from shuke.engine.options.catalogue import forget
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Membership, Pool, Role, Unit, User
from shuke.engine.record.index_text import index
from shuke.resource.registry import all_resources, independent, resource_of
from shuke.resource.spec import Resource
from tests.conformance.api import signed_in
from tests.conformance.sample import Samples

# How many objects are registered; raise it with every object, never lower it.
FLOOR = 16

Person = Callable[..., Actor]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes ``resource`` runs for every registered one that stands for itself; lines go with documents."""
    if "resource" in metafunc.fixturenames and not any(
        "resource" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")
    ):
        metafunc.parametrize("resource", independent(), ids=lambda resource: resource.name)


def every(reach: str, resources: Iterable[Resource] | None = None) -> dict[str, dict[str, str]]:
    """Grants that carry every action as far as ``reach`` over the objects (all when None)."""
    verbs = {verb.grant for resource in all_resources() for verb in resource.verbs}
    actions = {*ACTIONS, *verbs}
    return {resource.name: dict.fromkeys(actions, reach) for resource in resources or all_resources()}


def plant(record: Any) -> Any:
    """Store a record past the commands, yet so that it can be found."""
    index(resource_of(type(record)), record)
    record.save(force_insert=True)
    return record


@pytest.fixture
def company(db: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Unit]:
    """A group of two companies; the first has two departments, and a team below the first of them."""
    # Kept for the whole test: what is looked at again every few seconds would be counted on a slow machine only.
    monkeypatch.setattr("shuke.engine.options.catalogue._FRESH", float("inf"))
    forget()
    group = plant(Unit(name="集团", kind="group"))
    first = plant(Unit(name="甲公司", kind="company", parent=group))
    east = plant(Unit(name="华东", parent=first))
    return {
        "group": group,
        "company": first,
        "east": east,
        "team": plant(Unit(name="华东一组", parent=east)),
        "south": plant(Unit(name="华南", parent=first)),
        "foreign": plant(Unit(name="乙公司", kind="company", parent=group)),
    }


@pytest.fixture
def person(db: Any) -> Person:
    """``person("zhang", unit, grants, rules)`` makes a user with one role and gives his actor."""

    def make(
        login: str, unit: Unit | None = None, grants: Any = None, rules: Any = None, *, admin: bool = False
    ) -> Actor:
        user = plant(User(login=login, name=f"同事{login}", unit=unit, is_administrator=admin))
        role = plant(Role(name=f"角色 {login}", grants=grants or {}, field_rules=rules or {}))
        Membership.objects.create(user=user, role=role)
        return actor_for(user, "api")

    return make


@pytest.fixture
def admin(person: Person, company: dict[str, Unit]) -> Actor:
    """The administrator, who sits at the top."""
    return person("admin", company["group"], admin=True)


@pytest.fixture
def samples(admin: Actor) -> Samples:
    """Records made by the administrator."""
    return Samples(admin)


@pytest.fixture
def pool(company: dict[str, Unit]) -> Pool:
    """A pool that is open to the foreign company only."""
    found = plant(Pool(name="公海"))
    found.units.add(company["foreign"])
    return found


@pytest.fixture
def browser(admin: Actor) -> Client:
    """The administrator's browser."""
    return signed_in(admin)
