"""The floor under every page: the same rows straight through psycopg, by the best SQL that we know."""

from __future__ import annotations

from typing import Any

import psycopg

from shuke.kernel.grams import probe

_ROW = """
SELECT c.id, c.version, c.name, l.name, l.tone, r.full_name, c.phone, u.name, c.next_contact_at, s.name, c.updated_at
FROM sales_customer c
LEFT JOIN options_option l ON l.id = c.level_id
LEFT JOIN options_option s ON s.id = c.source_id
LEFT JOIN options_region r ON r.id = c.region_id
LEFT JOIN organisation_user u ON u.id = c.owner_id
"""
_LATEST = "ORDER BY c.updated_at DESC, c.id DESC LIMIT 51"


def first_page(connection: psycopg.Connection, _number: int) -> None:
    """The list as it opens."""
    connection.execute(f"{_ROW} WHERE c.deleted_at IS NULL {_LATEST}").fetchall()


def by_name(connection: psycopg.Connection, _number: int) -> None:
    """The list by name."""
    connection.execute(
        f"{_ROW} WHERE c.deleted_at IS NULL AND c.id IN ("
        "SELECT id FROM sales_customer WHERE deleted_at IS NULL ORDER BY title_key, id LIMIT 51)"
    ).fetchall()


def own(connection: psycopg.Connection, user: int) -> None:
    """The list of one owner."""
    connection.execute(f"{_ROW} WHERE c.deleted_at IS NULL AND c.owner_id = %s {_LATEST}", [user]).fetchall()


def deep_page(connection: psycopg.Connection, number: int) -> None:
    """The page with this number."""
    connection.execute(
        f"{_ROW} WHERE c.id IN (SELECT c.id FROM sales_customer c WHERE c.deleted_at IS NULL "
        f"ORDER BY c.updated_at DESC, c.id DESC LIMIT 51 OFFSET %s) {_LATEST}",
        [(number - 1) * 50],
    ).fetchall()


def search(connection: psycopg.Connection, term: str) -> None:
    """The list filtered by a term: ids by the gram index first, the order afterwards; a common word by the order."""
    tokens = list(probe(term)[0])
    # Values are bound by the client so that the planner sees how common a token is.
    cursor = psycopg.ClientCursor(connection)
    cursor.execute("SELECT id FROM sales_customer WHERE deleted_at IS NULL AND grams @> %s LIMIT 2001", [tokens])
    found = [row[0] for row in cursor.fetchall()]
    if len(found) > 2000:
        cursor.execute(f"{_ROW} WHERE c.deleted_at IS NULL AND c.grams @> %s {_LATEST}", [tokens])
    else:
        cursor.execute(f"{_ROW} WHERE c.id = ANY(%s) {_LATEST}", [found])
    cursor.fetchall()


def everywhere(connection: psycopg.Connection, term: str) -> None:
    """The five best customers and contacts."""
    tokens = list(probe(term)[0])
    cursor = psycopg.ClientCursor(connection)
    for table, columns in (("sales_customer", "id, name, number, phone"), ("sales_contact", "id, name, title, mobile")):
        cursor.execute(
            f"SELECT {columns} FROM (SELECT * FROM {table} WHERE deleted_at IS NULL AND grams @> %s LIMIT 2001) found "
            "ORDER BY length(name), id LIMIT 5",
            [tokens],
        )
        cursor.fetchall()


def record(connection: psycopg.Connection, pk: int) -> None:
    """A customer with its contacts and its history."""
    connection.execute(f"{_ROW} WHERE c.id = %s", [pk]).fetchall()
    connection.execute("SELECT id, name, title, mobile, email FROM sales_contact WHERE customer_id = %s LIMIT 20", [pk])
    connection.execute(
        "SELECT * FROM audit_entry WHERE relation = 'sales_customer' AND object_id = %s ORDER BY id DESC LIMIT 20", [pk]
    ).fetchall()


_statements: dict[str, str] = {}


def create(connection: psycopg.Connection, number: int) -> None:
    """One more customer like the first one, committed."""
    if "create" not in _statements:
        found = connection.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            "WHERE table_name = 'sales_customer' AND column_name NOT IN ('id', 'number')"
        ).fetchone()
        columns = found[0] if found else ""
        _statements["create"] = (
            f"INSERT INTO sales_customer (number, {columns}) "
            f"SELECT %s, {columns} FROM sales_customer WHERE id = (SELECT min(id) FROM sales_customer)"
        )
    connection.execute(_statements["create"], [f"bench-{number}"])


def change(connection: psycopg.Connection, pk: int) -> None:
    """One field of one customer, committed."""
    connection.execute("UPDATE sales_customer SET note = %s, version = version + 1 WHERE id = %s", [f"改 {pk}", pk])


def export(connection: psycopg.Connection, _number: int) -> int:
    """Every customer as text; returns the number of bytes."""
    size = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY ({_ROW} WHERE c.deleted_at IS NULL) TO STDOUT") as stream:
        for block in stream:
            size += len(block)
    return size


def value(connection: psycopg.Connection, query: str, *arguments: Any) -> Any:
    """The single value of a query."""
    row = connection.execute(query, arguments).fetchone()
    return row[0] if row else None
