"""The regions: loaded once with those of China, read once per process and again when somebody changed them."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from shuke.engine.options.models import Region
from shuke.kernel.pinyin import full, initials
from shuke.kernel.text import compact

# The ranges of codes: a province, a city; the rest are counties.
PROVINCE, CITY = 10_000, 100


@dataclass(frozen=True, slots=True)
class Place:
    """A region as one looks for it; ``offered``: neither it nor what it lies in is retired.

    ``text`` holds the names of all levels, ``spelled`` the pinyin of its own, ``above`` that of what it lies in.
    """

    code: int
    parent: int | None
    name: str
    full_name: str
    own: bool
    retired: bool
    offered: bool
    text: str
    spelled: tuple[str, ...]
    above: tuple[str, ...]
    depth: int


_known: dict[int, Place] = {}
_below: dict[int | None, list[Place]] = {}


def regions() -> dict[int, Place]:
    """Every region by its code, in their order; what they lie in comes first."""
    if not _known:
        found: dict[int, Place] = {}
        below: dict[int | None, list[Place]] = defaultdict(list)
        for row in Region.objects.order_by("code"):
            place = found[row.code] = _place(row, found.get(row.parent_id) if row.parent_id else None)
            below[row.parent_id].append(place)
        # At once, so that no other thread meets half of them.
        _below.clear()
        _below.update(below)
        _known.update(found)
    return _known


def _place(row: Region, parent: Place | None) -> Place:
    return Place(
        code=row.code,
        parent=row.parent_id,
        name=row.name,
        full_name=row.full_name,
        own=row.own,
        retired=row.retired,
        offered=not row.retired and (parent is None or parent.offered),
        text=f"{compact(row.full_name)} {_short(row.full_name)} {row.code}",
        spelled=_spellings(row.name),
        above=parent.spelled + parent.above if parent else (),
        depth=parent.depth + 1 if parent else 0,
    )


def regions_in(code: int | None) -> list[Place]:
    """What lies directly in a region; the provinces and what stands beside them for none."""
    regions()
    return _below.get(code, [])


def way_to(code: int | None) -> list[Place]:
    """The province of a region, its city, the region itself; nothing for an unknown code."""
    place = regions().get(code) if code is not None else None
    return [*way_to(place.parent), place] if place else []


def forget() -> None:
    """Drop what is cached in this process."""
    _known.clear()


def rank(code: int) -> int:
    """By its range: 0 for a province or what stands beside them, 1 for a city, 2 for a county."""
    return 0 if code % PROVINCE == 0 else 1 if code % CITY == 0 else 2


def last_code(code: int) -> int:
    """The last code of a region's range: 440000 (Guangdong) → 449999, 440300 (Shenzhen) → 440399."""
    if code % PROVINCE == 0:
        return code + PROVINCE - 1
    return code + CITY - 1 if code % CITY == 0 else code


def find_regions(text: str, most: int, *, with_retired: bool = False) -> list[Place]:
    """Regions that a name, its pinyin or initials, or a code lead to, large ones first: ``南山``, ``广东 ns``."""
    parts = [compact(part) for part in text.split()]
    found = (one for one in regions().values() if (with_retired or one.offered) and _answers(one, parts))
    return sorted(found, key=lambda one: (one.depth, one.code))[:most]


def _answers(place: Place, parts: list[str]) -> bool:
    """Does a part lead to the place, and each other one to it or to what it lies in?"""
    own = [part in place.text or _is_spelled(place.spelled, part) for part in parts]
    if not any(own):
        return not parts
    return all(known or _is_spelled(place.above, part) for known, part in zip(own, parts, strict=True))


def _is_spelled(lines: tuple[str, ...], part: str) -> bool:
    return any(line.startswith(part) for line in lines)


@cache
def _spellings(name: str) -> tuple[str, ...]:
    return (*initials(name), *full(name))


def _short(full_name: str) -> str:
    """As people type it: ``深圳南山`` for 广东省 深圳市 南山区."""
    return "".join(name[:-1] if len(name) > 2 and name[-1] in "省市区县" else name for name in full_name.split())


_FILE = Path(__file__).with_name("regions.csv")


def install(**_: Any) -> None:
    """Add every region that is missing; the receiver of ``post_migrate``."""
    with connection.cursor() as cursor:
        if Region._meta.db_table not in connection.introspection.table_names(cursor):
            return
    if Region.objects.exists():
        return
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    Region.objects.bulk_create(read(rows), ignore_conflicts=True)


def read(rows: list[dict[str, str]]) -> list[Region]:
    """Regions with the names of all levels joined; a parent's code is smaller than its parts', so it comes first."""
    names: dict[str, str] = {}
    found = []
    for row in sorted(rows, key=lambda row: row["code"]):
        above = names.get(row["parent"], "")
        names[row["code"]] = f"{above} {row['name']}".strip()
        found.append(
            Region(
                code=int(row["code"]),
                parent_id=int(row["parent"]) if row["parent"] else None,
                name=row["name"],
                full_name=names[row["code"]],
            )
        )
    return found
