"""Builds the demo company of `company.toml`: units, roles, people, pools, sign-ins – through the ordinary commands."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from shuke.cli.demo import names
from shuke.cli.demo import offices as branches
from shuke.cli.demo.plan import Seller, SignIn, Staff
from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.context import change
from shuke.engine.commands.passwords import first_password, set_password
from shuke.engine.commands.write import create, update
from shuke.engine.company.profile import keep as keep_profile
from shuke.engine.company.profile import settle
from shuke.engine.organisation.models import Pool, Role, User
from shuke.engine.structure.pasting import login_for
from shuke.resource.registry import resource_for


@cache
def company() -> dict[str, Any]:
    """The tables of `company.toml`."""
    return tomllib.loads(files("shuke.cli.demo").joinpath("company.toml").read_text(encoding="utf-8"))


def hire(random: Random, offices: int = 0) -> Staff:
    """Make the whole company in the running transaction. Passwords are random whatever the seed."""
    keep_profile(SYSTEM, company()["profile"])
    settle(SYSTEM, settled=True)
    units = _units([*company()["units"], *branches.units(company(), offices)])
    roles = _roles()
    taken: set[str] = set()
    sellers: dict[str, list[Seller]] = {key: [] for key in company()["territories"]}
    signins: list[SignIn] = []
    administrator = 0
    for post in (*company()["posts"], *branches.posts(company(), offices)):
        for place in range(post["count"]):
            user = _person(random, post, place, units, roles, taken)
            if post.get("administrator"):
                administrator = user.pk
            if post.get("heads") and place == 0:
                update(SYSTEM, resource_for("units"), units[post["heads"]], {"head": user.pk})
            if post.get("signin") and place == 0:
                signins.append(_sign_in(user, post["title"]))
            if post.get("sells"):
                sellers[post.get("territory", post["unit"])].append(
                    Seller(user.pk, units[post["unit"]], _weight(place, user.title))
                )
    return Staff(sellers, _pools(units), administrator, signins)


_UNIT = ("name", "kind", "code", "phone", "address")


def _units(entries: Iterable[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, unit in enumerate(entries):
        values: dict[str, Any] = {name: unit[name] for name in _UNIT if name in unit}
        values |= {"position": position * 10, "parent": found.get(unit.get("parent", ""))}
        found[unit["key"]] = create(SYSTEM, resource_for("units"), values).record.pk
    return found


def _roles() -> dict[str, int]:
    built_in = Role.objects.unscoped("those of every installation").exclude(builtin="")
    found: dict[str, int] = dict(built_in.values_list("builtin", "pk"))
    for role in company()["roles"]:
        values = {name: role.get(name, {}) for name in ("name", "note", "grants", "field_rules")}
        found[role["key"]] = create(SYSTEM, resource_for("roles"), values).record.pk
    return found


def _person(
    random: Random, post: dict[str, Any], place: int, units: dict[str, int], roles: dict[str, int], taken: set[str]
) -> User:
    known = post.get("people", ())
    name, gender = names.person(random)
    if place < len(known):
        name, gender = known[place], post["genders"][place]
    login = post["logins"][place] if place < len(post.get("logins", ())) else login_for(name, taken)
    taken.add(login)
    values = {
        "login": login,
        "name": name,
        "gender": gender,
        "title": post["title"],
        "unit": units[post["unit"]],
        "email": f"{login}@mingyuan.example",
        "mobile": names.mobile(random),
        "roles": [roles[post["role"]]],
        "position": len(taken) * 10,
    }
    user: User = create(SYSTEM, resource_for("users"), values).record
    return user


def _sign_in(user: User, role: str) -> SignIn:
    password = first_password(user)
    set_password(SYSTEM, user, password)
    return SignIn(user.login, password, role)


def _weight(place: int, title: str) -> float:
    """A few sell much, many sell little: Zipf's law; managers keep some customers of their own."""
    return 0.4 if title != "业务员" else 1 / (place + 1) ** 0.7


def _pools(units: dict[str, int]) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    with change(SYSTEM, "create", "pools"):
        for entry in company()["pools"]:
            pool = Pool(name=entry["name"])
            pool.save()
            if "unit" in entry:
                pool.units.set([units[entry["unit"]]])
            found[entry.get("unit")] = pool.pk
    return found


def keep(signins: list[SignIn], path: Path) -> None:
    """Write the sign-ins to a file that only its owner may read."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([vars(signin) for signin in signins], file, ensure_ascii=False, indent=1)
