"""Creating and changing one record at a time, as the pages do it. What is written is taken away again at the end."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench import floor
from bench.client import Answer, Client
from bench.measure import Case
from bench.reading import records

_serial = itertools.count(1)


def cases(connection: psycopg.Connection) -> list[Case]:
    """What an administrator writes."""
    ids = records(connection)
    return [
        Case("create a customer", 50, (0,), _create, lambda raw, _choice: floor.create(raw, next(_serial)), 30, (302,)),
        Case("edit a note in place", 50, ids, _edit, floor.change, 30),
    ]


def _create(client: Client, _choice: Any) -> Answer:
    number = next(_serial)
    return client.post("/customers/new", {"name": f"基准测试{number:06d}有限公司", "phone": f"139{number:08d}"})


def _edit(client: Client, pk: int) -> Answer:
    """What the page sends: the new text, the old one, and no version, as it was just read."""
    number = next(_serial)
    form = {"note": f"第 {number} 次修改", "_was": json.dumps({})}
    return client.post(f"/customers/{pk}/field/note", form, htmx="place")


@contextmanager
def cleaned(connection: psycopg.Connection) -> Iterator[None]:
    """Everything that comes into the customers' table within the block goes out again at its end."""
    last = floor.value(connection, "SELECT coalesce(max(id), 0) FROM sales_customer")
    try:
        yield
    finally:
        connection.execute("DELETE FROM sales_contact WHERE customer_id > %s", [last])
        connection.execute("DELETE FROM sales_customer WHERE id > %s", [last])
        connection.execute("VACUUM ANALYZE sales_customer")
