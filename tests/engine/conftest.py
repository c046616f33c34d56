"""A small company to try the engine on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Membership, Role, Unit, User

SELLER = {
    "customers": {
        "view": "own",
        "create": "own",
        "edit": "own",
        "delete": "own",
        "assign": "own",
        "export": "own",
        "import": "own",
    },
    "contacts": {"view": "own", "create": "own", "edit": "own", "delete": "own"},
    "users": {"view": "all"},
}
MANAGER = {
    name: dict.fromkeys(("view", "create", "edit", "delete", "assign", "import", "export"), "below")
    for name in ("customers", "contacts")
} | {"users": {"view": "all"}}


@pytest.fixture
def person(db: Any) -> Callable[..., Actor]:
    """``person("zhang", unit, SELLER)`` makes a user with one role and gives his actor."""

    def make(
        login: str, unit: Unit | None = None, grants: Any = None, *, rules: Any = None, admin: bool = False
    ) -> Actor:
        user = User.plain.create(login=login, name=login, unit=unit, is_administrator=admin)
        role = Role.plain.create(name=f"role of {login}", grants=grants or {}, field_rules=rules or {})
        Membership.objects.create(user=user, role=role)
        if admin:
            Membership.objects.create(user=user, role=Role.plain.get(builtin="administrator"))
        return actor_for(user, "web")

    return make


@pytest.fixture
def company(db: Any) -> dict[str, Unit]:
    """A group with one company, two departments, and a team below the first."""
    group = Unit.plain.create(name="集团", kind="group")
    company = Unit.plain.create(name="公司", kind="company", parent=group)
    east = Unit.plain.create(name="华东", parent=company)
    return {
        "group": group,
        "company": company,
        "east": east,
        "team": Unit.plain.create(name="华东一组", parent=east),
        "south": Unit.plain.create(name="华南", parent=company),
    }
