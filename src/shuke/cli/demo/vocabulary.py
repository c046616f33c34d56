"""The words of `words.toml` and the places of the shipped regions, ready to be drawn from by weight."""

from __future__ import annotations

import csv
import re
import tomllib
from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# Districts of these lie in the province itself.
MUNICIPALITIES = frozenset({11, 12, 31, 50})


@dataclass(frozen=True, slots=True)
class Weighted(Generic[T]):
    """Things with weights; `draw` takes one, the same one for the same state of the random source."""

    items: Sequence[T]
    heights: Sequence[float]

    def draw(self, random: Random) -> T:
        """One item, as likely as it is heavy."""
        return self.items[bisect(self.heights, random.random() * self.heights[-1])]


def weighted(weights: Mapping[T, float]) -> Weighted[T]:
    """From item -> weight; heavier ones are drawn more often."""
    return Weighted(tuple(weights), tuple(accumulate(weights.values())))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer sits: the smallest region known, and what people call the city and what lies in it."""

    code: int
    province: str
    city: str
    county: str
    area_code: str

    @property
    def full(self) -> str:
        """Province, city and county as an address begins: `广东省深圳市南山区`."""
        city = "" if self.city == self.province else self.city
        return f"{self.province}{city}{self.county}"

    @property
    def short_city(self) -> str:
        """The city's name as trade names use it: `深圳`."""
        return short(self.city)


def short(region: str) -> str:
    """A city or county without its rank, at least two characters: 深圳市 -> 深圳, 恩施土家族苗族自治州 -> 恩施."""
    bare = _ending().sub("", region)
    return bare if len(bare) > 1 else region


@cache
def _ending() -> re.Pattern[str]:
    peoples = "|".join(words()["peoples"])
    long_ones = "|".join(people for people in words()["peoples"] if len(people) > 1)
    return re.compile(rf"(?:(?:{peoples})族|{long_ones})*(?:自治[州县旗区]|地区|特别行政区|林区|特区|盟|[省市区县旗])$")


def seeded(*parts: object) -> Random:
    """A random source of its own for every purpose, the same for the same parts. Not for secrets."""
    return Random(":".join(map(str, parts)))  # noqa: S311


@cache
def words() -> dict[str, Any]:
    """The lists of `words.toml`: tuples of words, or dicts word -> weight where the list has weights."""
    table = tomllib.loads(files("shuke.cli.demo").joinpath("words.toml").read_text(encoding="utf-8"))
    return {name: _read(value) if isinstance(value, str) else value for name, value in table.items()}


def _read(text: str) -> tuple[str, ...] | dict[str, int | str]:
    items = text.split()
    if ":" not in items[0]:
        return tuple(items)
    pairs = (item.split(":") for item in items)
    # What begins with 0 is an area code, not a weight.
    return {word: mark if mark.startswith("0") else int(mark) for word, mark in pairs}


@cache
def drawn(name: str) -> Weighted[str]:
    """A weighted list of `words.toml` by its name."""
    return weighted(words()[name])


@cache
def places() -> Weighted[Place]:
    """The counties of the mainland, weighted by what a distributor in Shenzhen sells where."""
    table = files("shuke.engine.options").joinpath("regions.csv").read_text(encoding="utf-8")
    rows = {int(row["code"]): row for row in csv.DictReader(table.splitlines())}
    shares = {int(code): share for code, share in words()["provinces"].items()}
    inner = {int(row["parent"]) for row in rows.values() if row["parent"]}
    found: dict[Place, float] = {}
    by_city: dict[int, list[int]] = defaultdict(list)
    for code in rows:
        if code not in inner and code // 10_000 in shares:
            by_city[_city(code, rows)].append(code)
    for city, counties in by_city.items():
        factor = float(words()["big_cities"].get(str(city), 1))
        province = city // 10_000
        cities = [code for code in by_city if code // 10_000 == province]
        whole = sum(float(words()["big_cities"].get(str(code), 1)) for code in cities)
        for code in counties:
            found[_place(code, city, rows)] = shares[province] * factor / whole / len(counties)
    return weighted(found)


def _city(code: int, rows: Mapping[int, Mapping[str, str]]) -> int:
    """The city a county lies in; itself where it lies directly in a province; the municipality for its districts."""
    province = code // 10_000 * 10_000
    if code // 10_000 in MUNICIPALITIES:
        return province
    parent = int(rows[code]["parent"] or code)
    return code if parent == province else parent


def _place(code: int, city: int, rows: Mapping[int, Mapping[str, str]]) -> Place:
    province = code // 10_000 * 10_000
    codes = words()["area_codes"]
    capital = str(province + 100)
    return Place(
        code=code,
        province=rows[province]["name"],
        city=rows[city]["name"],
        county=rows[code]["name"] if code != city else "",
        area_code=codes.get(str(city)) or codes.get(capital) or "0898",
    )
