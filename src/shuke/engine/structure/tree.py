"""The organisation as a tree of units and people, as far as the actor may see it (ORG-01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.actors import ancestors
from shuke.engine.organisation.models import Unit, User
from shuke.engine.query.paging import best, select
from shuke.resource.registry import resource_for

# A company of so many units and people is shown whole; of a larger one the branches are opened one by one.
ALL_AT_ONCE = 200
_FOUND = 30
_SHOWN = ("pk", "name", "login", "title", "is_active")


@dataclass
class Person:
    """A person as the tree shows him."""

    pk: int
    name: str
    login: str
    title: str
    is_active: bool


@dataclass
class Branch:
    """A unit as the tree shows it; ``people`` and ``below`` are filled where it is open."""

    pk: int
    name: str
    kind: str
    units: int
    persons: int
    is_open: bool = False
    people: list[Person] = field(default_factory=list)
    below: list[Branch] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        """Is there nothing in it?"""
        return not self.units and not self.persons


@dataclass(frozen=True)
class Hit:
    """What a search found: a unit or a person, and the way to it from the top."""

    kind: str
    pk: int
    name: str
    hint: str
    path: str
    unit: int | None


@dataclass(frozen=True)
class _Units:
    """All units that the actor may see, in the order of their siblings."""

    rows: Mapping[int, Unit]
    children: Mapping[int | None, list[int]]

    def path(self, pk: int | None) -> str:
        return " / ".join(self.rows[one].name.replace("/", "／") for one in reversed(ancestors(self.rows, pk)))


def _units(actor: Actor) -> _Units:
    rows = Unit.objects.visible_to(actor).only("pk", "name", "kind", "parent_id", "position")
    known = {row.pk: row for row in rows.order_by("position", "title_key", "pk")}
    children: dict[int | None, list[int]] = defaultdict(list)
    for row in known.values():
        children[row.parent_id if row.parent_id in known else None].append(row.pk)
    return _Units(known, children)


def branches(actor: Actor, opened: Collection[int] | None = None) -> list[Branch]:
    """The tree from the top, open at ``opened``; without it wholly open when small, else open at the top."""
    units, counts = _units(actor), _people_counts(actor)
    tops = units.children.get(None, [])
    if opened is None:
        small = len(units.rows) + sum(counts.values()) <= ALL_AT_ONCE
        opened = units.rows.keys() if small else tops
    people = _people_in(actor, opened)
    return [_branch(units, counts, people, frozenset(opened), pk) for pk in tops]


def branch(actor: Actor, pk: int) -> Branch | None:
    """One unit, opened, the units below it closed; None where the actor sees no such unit."""
    units = _units(actor)
    if pk not in units.rows:
        return None
    return _branch(units, _people_counts(actor), _people_in(actor, [pk]), frozenset({pk}), pk)


def way_to(actor: Actor, pk: int | None) -> list[int]:
    """The ids of the unit and of all above it."""
    return ancestors(_units(actor).rows, pk)


def homeless(actor: Actor) -> list[Person]:
    """People without a department, as administrators of a fresh installation are."""
    if not actor.may("users", "view"):
        return []
    rows = User.objects.visible_to(actor).filter(unit__isnull=True).order_by("position", "title_key", "pk")
    return [Person(*person) for person in rows.values_list(*_SHOWN)[:ALL_AT_ONCE]]


def find(actor: Actor, text: str) -> list[Hit]:
    """Units and people by name, pinyin, login or number."""
    units = _units(actor)
    found = []
    if actor.may("units", "view"):
        for unit in best(select(actor, resource_for("units"), q=text), _FOUND):
            kind = str(Unit.Kind(unit.kind).label)
            found.append(Hit("unit", unit.pk, unit.name, kind, units.path(unit.parent_id), unit.pk))
    if actor.may("users", "view"):
        for user in best(select(actor, resource_for("users"), q=text), _FOUND):
            found.append(Hit("user", user.pk, user.name, user.login, units.path(user.unit_id), user.unit_id))
    return found


def paths(actor: Actor) -> dict[str, int]:
    """Every unit by the names on the way to it, which are parted by “ / ”; of namesakes the first."""
    units = _units(actor)
    found: dict[str, int] = {}
    for pk in units.rows:
        found.setdefault(units.path(pk), pk)
    return found


def walk(actor: Actor, top: int) -> Iterator[tuple[str, Unit]]:
    """Every unit of a subtree, parents before children, each with the path to it; none for a unit out of sight."""
    units = _units(actor)
    waiting = [top] if top in units.rows else []
    while waiting:
        pk = waiting.pop()
        yield units.path(units.rows[pk].parent_id), units.rows[pk]
        waiting.extend(reversed(units.children.get(pk, [])))


def _branch(
    units: _Units, counts: Mapping[int | None, int], people: Mapping[int, list[Person]], opened: frozenset[int], pk: int
) -> Branch:
    row, below = units.rows[pk], units.children.get(pk, [])
    made = Branch(pk, row.name, row.kind, len(below), counts.get(pk, 0), pk in opened)
    if made.is_open:
        made.people = people.get(pk, [])
        made.below = [_branch(units, counts, people, opened, child) for child in below]
    return made


def _people_counts(actor: Actor) -> dict[int | None, int]:
    if not actor.may("users", "view"):
        return {}
    rows = User.objects.visible_to(actor).filter(unit__isnull=False).order_by()
    return dict(rows.values_list("unit").annotate(Count("pk")))


def _people_in(actor: Actor, units: Collection[int]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    if actor.may("users", "view"):
        rows = User.objects.visible_to(actor).filter(unit__in=list(units)).order_by("position", "title_key", "pk")
        for unit, *person in rows.values_list("unit_id", *_SHOWN):
            found[unit].append(Person(*person))
    return found
