"""The regions of China as shipped: read from the table, written into the database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files

from shuke.engine.options.models import Region


def shipped() -> Iterator[Region]:
    """Unsaved regions, parents before children; `full_name` joins the names from the province down."""
    names: dict[int, str] = {}
    table = files("shuke.engine.options").joinpath("regions.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        code = int(row["code"])
        parent = int(row["parent"]) if row["parent"] else None
        names[code] = (names[parent] if parent else "") + row["name"]
        yield Region(code=code, parent_id=parent, name=row["name"], full_name=names[code])


def load() -> int:
    """Bring the database's regions up to the shipped table; returns how many there are in it. Nothing is removed."""
    regions = list(shipped())
    Region.objects.bulk_create(
        regions, update_conflicts=True, unique_fields=["code"], update_fields=["parent", "name", "full_name"]
    )
    return len(regions)
