"""Brings the generated rows into the database by COPY: in this process, or in several with nothing in the way.

A big load runs without indexes, foreign keys and audit triggers; they are put back afterwards, also after a failure.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from shuke.apps.activities.models import ContactRecord, Memo, ScheduleEntry, Task
from shuke.apps.sales.models import Contact, Customer
from shuke.cli.demo import process
from shuke.cli.demo.activities import office
from shuke.cli.demo.plan import Plan
from shuke.cli.demo.rows import make_chunk, make_searchable, offsets
from shuke.cli.demo.vocabulary import seeded
from shuke.engine.record.copying import copy

_TABLES = tuple(model._meta.db_table for model in (Customer, Contact, ContactRecord, ScheduleEntry))
Echo = Callable[[str], None]
PROCESSES = 2


def conninfo() -> str:
    """How another process reaches the database that Django is connected to."""
    from django.db import connection

    settings = connection.settings_dict
    parts = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    return make_conninfo(**{name: str(settings[key]) for name, key in parts.items() if settings[key]})


def load_here(connection: psycopg.Connection[Any], plan: Plan) -> None:
    """Copy every chunk through an open connection, inside its transaction, past the triggers; indexes stay in force."""
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in _TABLES:
        connection.execute(_ddl("ALTER TABLE {} DISABLE TRIGGER USER", table))
    for chunk, first_contact in offsets(plan):
        copy_chunk(connection, plan, chunk, first_contact)
    for table in _TABLES:
        connection.execute(_ddl("ALTER TABLE {} ENABLE TRIGGER USER", table))


def load_big(plan: Plan, echo: Echo) -> None:
    """Copy the chunks through several processes, each chunk a transaction of its own."""
    address = conninfo()
    with bare_tables(address, _TABLES, echo):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(PROCESSES, context, process.start, (plan, address)) as pool:
            tasks = [pool.submit(process.load, chunk, contact) for chunk, contact in offsets(plan)]
            try:
                for done, task in enumerate(as_completed(tasks), 1):
                    task.result()
                    if done % 20 == 0 or done == len(tasks):
                        echo(f"  {done * 100 // len(tasks)} % of {plan.customers:,} customers")
            finally:
                pool.shutdown(cancel_futures=True)


def copy_chunk(connection: psycopg.Connection[Any], plan: Plan, chunk: int, first_contact: int) -> None:
    """Make one chunk and copy it."""
    customers, contacts, done = make_chunk(plan, chunk, first_contact)
    copy(connection, Customer, customers)
    copy(connection, Contact, contacts)
    copy(connection, ContactRecord, done.records)
    copy(connection, ScheduleEntry, done.entries)


def load_office(connection: psycopg.Connection[Any], plan: Plan) -> None:
    """Copy what each seller has of his own: meetings, tasks, memos."""
    sellers = [seller for group in plan.staff.sellers.values() for seller in group]
    found = office(seeded(plan.seed, "office"), plan, sellers)
    for model, rows in ((ScheduleEntry, found.entries), (Task, found.tasks), (Memo, found.memos)):
        make_searchable(model, rows)
        copy(connection, model, rows)


@contextmanager
def bare_tables(address: str, tables: Sequence[str], echo: Echo) -> Iterator[None]:
    """Tables without secondary indexes, foreign keys and triggers for as long as the block runs."""
    with psycopg.connect(address, autocommit=True) as connection:
        names = list(tables)
        indexes = connection.execute(_INDEXES, [names]).fetchall()
        keys = connection.execute(_KEYS, [names]).fetchall()
        with connection.transaction():
            for table, name, _definition in keys:
                connection.execute(_ddl("ALTER TABLE {} DROP CONSTRAINT {}", table, name))
            for _table, name, _definition in indexes:
                connection.execute(_ddl("DROP INDEX {}", name))
            for table in names:
                connection.execute(_ddl("ALTER TABLE {} DISABLE TRIGGER USER", table))
        try:
            yield
        finally:
            echo(f"Building {len(indexes)} indexes …")
            _restore(address, names, indexes, keys)


_INDEXES = """
SELECT i.tablename, i.indexname, i.indexdef FROM pg_indexes i
WHERE i.schemaname = current_schema AND i.tablename = ANY(%s)
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexname::regclass)
ORDER BY i.tablename, i.indexname
"""
_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND (conrelid::regclass::text = ANY(%(tables)s))
ORDER BY 1, 2
""".replace("%(tables)s", "%s")


def _ddl(template: str, *names: str) -> sql.Composed:
    return sql.SQL(template).format(*map(sql.Identifier, names))


Definition = tuple[str, str, str]


def _restore(address: str, tables: Sequence[str], indexes: Sequence[Definition], keys: Sequence[Definition]) -> None:
    """Put everything back; each table's indexes are built by a process of the server's own."""
    statements: dict[str, list[str]] = {table: [] for table in tables}
    for table, _name, definition in indexes:
        statements[table].append(definition)
    with ThreadPoolExecutor(PROCESSES) as threads:
        list(threads.map(lambda found: _execute(address, found), statements.values()))
    with psycopg.connect(address, autocommit=True) as connection:
        for table, name, definition in keys:
            connection.execute(_ddl("ALTER TABLE {} ADD CONSTRAINT {} ", table, name) + sql.SQL(definition))
        for table in tables:
            connection.execute(_ddl("ALTER TABLE {} ENABLE TRIGGER USER", table))


def _execute(address: str, statements: Sequence[str]) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        for statement in statements:
            connection.execute(statement.encode())
