"""The branch offices of a bigger demo company, as further units and posts of the kind that `company.toml` has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

Table = dict[str, Any]


def places(company: Table, count: int) -> list[tuple[str, str]]:
    """The first so many offices: the department above and the city, in turn below each department."""
    cities: dict[str, list[str]] = company["offices"]["cities"]
    in_turn = [zip(cities, row, strict=True) for row in zip(*cities.values(), strict=True)]
    return list(islice(chain.from_iterable(in_turn), count))


def units(company: Table, count: int) -> Iterator[Table]:
    """Each office, and its teams below it."""
    for above, city in places(company, count):
        office = f"{above}-{city}"
        yield {"key": office, "name": f"{city}办事处", "parent": above}
        for team in company["offices"]["teams"]:
            yield {"key": f"{office}-{team}", "name": f"{city}{team}", "parent": office}


def posts(company: Table, count: int) -> Iterator[Table]:
    """A manager for each office, sellers for each team; they look after the territory of the department above."""
    for above, city in places(company, count):
        office = f"{above}-{city}"
        common = {"territory": above, "sells": True}
        yield {**common, "title": "办事处经理", "unit": office, "role": "manager", "heads": office, "count": 1}
        for team in company["offices"]["teams"]:
            sellers = {"unit": f"{office}-{team}", "role": "salesperson", "count": company["offices"]["sellers"]}
            yield {**common, **sellers, "title": "业务员"}
