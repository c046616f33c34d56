"""Small random companies, and the slow, obvious answer to “who may see what” in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.models import Share
from shuke.engine.organisation.models import Membership, Pool, Role, Unit, User
from shuke.engine.record.index_text import index

REACHES = ("none", "own", "unit", "below", "company", "all")


@dataclass(frozen=True)
class World:
    """A company as plain data; everything points at positions in the other lists."""

    units: tuple[tuple[int | None, str], ...]  # parent, kind
    roles: tuple[dict[str, dict[str, str]], ...]  # grants
    users: tuple[tuple[int | None, tuple[int, ...], dict[str, dict[str, str]]], ...]  # unit, roles, own grants
    pools: tuple[tuple[int, ...], ...]  # open to units; none = everybody
    customers: tuple[tuple[str, int, bool], ...]  # "user" or "pool", which, deleted
    contacts: tuple[tuple[int, bool], ...]  # customer, deleted
    shares: tuple[tuple[int, str, int, str], ...]  # customer, "user" / "unit" / "role", which, level


def grants() -> st.SearchStrategy[dict[str, dict[str, str]]]:
    reach = st.sampled_from(REACHES)
    actions = st.fixed_dictionaries({"view": reach, "edit": reach, "assign": reach})
    return st.fixed_dictionaries({}, optional={"customers": actions, "contacts": actions})


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Trees up to six units deep, a few roles, users, pools, customers, contacts and shares."""
    count = draw(st.integers(1, 6))
    units = tuple(
        (
            draw(st.one_of(st.none(), st.integers(0, at - 1))) if at else None,
            draw(st.sampled_from(["group", "company", "department", "department"])),
        )
        for at in range(count)
    )
    roles = tuple(draw(st.lists(grants(), min_size=1, max_size=3)))
    one_unit, one_role = st.integers(0, count - 1), st.integers(0, len(roles) - 1)
    person = st.tuples(
        st.one_of(st.none(), one_unit),
        st.lists(one_role, max_size=2, unique=True).map(tuple),
        st.one_of(st.just({}), grants()),
    )
    users = tuple(draw(st.lists(person, min_size=1, max_size=4)))
    pools = tuple(draw(st.lists(st.lists(one_unit, max_size=2, unique=True).map(tuple), max_size=2)))
    one_user = st.integers(0, len(users) - 1)
    homes = [st.tuples(st.just("user"), one_user)]
    if pools:
        homes.append(st.tuples(st.just("pool"), st.integers(0, len(pools) - 1)))
    customer = st.tuples(st.one_of(homes), st.booleans() if draw(st.booleans()) else st.just(False)).map(
        lambda found: (*found[0], found[1])
    )
    rows = tuple(draw(st.lists(customer, min_size=1, max_size=7)))
    one_customer = st.integers(0, len(rows) - 1)
    people = tuple(draw(st.lists(st.tuples(one_customer, st.booleans()), max_size=5)))
    grantee = st.one_of(
        st.tuples(st.just("user"), one_user), st.tuples(st.just("unit"), one_unit), st.tuples(st.just("role"), one_role)
    )
    share = st.tuples(one_customer, grantee, st.sampled_from(["view", "edit"])).map(
        lambda found: (found[0], *found[1], found[2])
    )
    shares = {found[:3]: found for found in draw(st.lists(share, max_size=4))}
    return World(units, roles, users, pools, rows, people, tuple(shares.values()))


@dataclass
class Built:
    """The same company as rows."""

    world: World
    users: list[Any]
    customers: list[Any]
    contacts: list[Any]


def build(world: World) -> Built:
    """Write a world into the database, past the commands."""
    units: list[Unit] = []
    for at, (parent, kind) in enumerate(world.units):
        units.append(Unit.plain.create(name=f"单位{at}", kind=kind, parent=None if parent is None else units[parent]))
    roles = [Role.plain.create(name=f"角色{at}", grants=found) for at, found in enumerate(world.roles)]
    users = []
    for at, (unit, places, own) in enumerate(world.users):
        user = User.plain.create(
            login=f"user{at}", name=f"用户{at}", unit=None if unit is None else units[unit], grants=own
        )
        Membership.objects.bulk_create([Membership(user=user, role=roles[place]) for place in places])
        users.append(user)
    pools = []
    for at, places in enumerate(world.pools):
        pool = Pool.plain.create(name=f"池{at}")
        pool.units.set([units[place] for place in places])
        pools.append(pool)
    rows = [_customer(at, found, users, pools) for at, found in enumerate(world.customers)]
    people = [_contact(at, rows[customer], gone) for at, (customer, gone) in enumerate(world.contacts)]
    targets: dict[str, list[Any]] = {"user": users, "unit": units, "role": roles}
    for customer, kind, which, level in world.shares:
        Share.objects.create(
            resource="customers", object_id=rows[customer].pk, level=level, **{kind: targets[kind][which]}
        )
    return Built(world, users, rows, people)


def _customer(at: int, found: tuple[str, int, bool], users: list[Any], pools: list[Any]) -> Customer:
    kind, which, gone = found
    owner = users[which] if kind == "user" else None
    record = Customer(
        name=f"华江客户{at}",
        owner=owner,
        unit_id=owner.unit_id if owner else None,
        pool=None if owner else pools[which],
        deleted_at="2026-01-01T00:00:00Z" if gone else None,
    )
    index(customers, record)
    record.save()
    return record


def _contact(at: int, customer: Customer, gone: bool) -> Contact:
    record = Contact(
        name=f"华江联系人{at}",
        customer=customer,
        owner_id=customer.owner_id,
        unit_id=customer.unit_id,
        pool_id=customer.pool_id,
        deleted_at="2026-01-01T00:00:00Z" if gone else None,
    )
    index(contacts, record)
    record.save()
    return record


# ---- the oracle: no sets of ids, no SQL, one question at a time ----------------------------------------------------


def may(world: World, user: int, resource: str, row: int, action: str) -> bool:
    """May this user view, edit or assign this row? As one would answer with the rules on paper."""
    customer, gone = (row, world.customers[row][2]) if resource == "customers" else world.contacts[row]
    reach = _reach(world, user, resource, action)
    if gone or reach == "none":
        return False
    if reach == "all" or _by_place(world, user, customer, reach) or _by_share(world, user, customer, action):
        return True
    # Who assigns more than what is his own assigns what waits in a pool.
    return (action == "view" or (action == "assign" and reach != "own")) and _by_pool(world, user, customer)


def _reach(world: World, user: int, resource: str, action: str) -> str:
    _unit, places, own = world.users[user]
    sources = [world.roles[place] for place in places] + [own]
    given = [source.get(resource, {}).get(action, "none") for source in sources]
    return max(given, key=REACHES.index)


def _by_place(world: World, user: int, customer: int, reach: str) -> bool:
    kind, owner, _gone = world.customers[customer]
    if kind != "user":
        return False
    if owner == user:
        return True
    mine, his = world.users[user][0], world.users[owner][0]
    if mine is None or his is None or reach == "own":
        return False
    if reach == "unit":
        return mine == his
    top = mine if reach == "below" else _company(world, mine)
    return top in _up(world, his)


def _up(world: World, unit: int) -> list[int]:
    path = [unit]
    while (parent := world.units[path[-1]][0]) is not None:
        path.append(parent)
    return path


def _company(world: World, unit: int) -> int:
    path = _up(world, unit)
    return next((step for step in path if world.units[step][1] == "company"), path[-1])


def _by_share(world: World, user: int, customer: int, action: str) -> bool:
    unit, places, _own = world.users[user]
    for shared, kind, which, level in world.shares:
        if shared != customer or action == "assign" or (action == "edit" and level != "edit"):
            continue
        if kind == "user" and which == user:
            return True
        if kind == "unit" and unit is not None and which in _up(world, unit):
            return True
        if kind == "role" and which in places:
            return True
    return False


def _by_pool(world: World, user: int, customer: int) -> bool:
    kind, which, _gone = world.customers[customer]
    if kind != "pool":
        return False
    places, unit = world.pools[which], world.users[user][0]
    return not places or (unit is not None and any(place in _up(world, unit) for place in places))
