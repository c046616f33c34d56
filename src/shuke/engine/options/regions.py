"""Loads the regions of China that ship with the product; existing rows are left as the company has them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import connection

from shuke.engine.options.models import Region

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
