"""Many new rows by COPY: about five times as fast as INSERT, with the same constraints, triggers and transaction."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import is_
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

from shuke.resource.describe import remembered

_AT_ONCE = 200  # rows handed over to the driver


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the attribute of a row that holds its value, and how that is written."""

    attribute: str
    name: str
    write: Callable[[Any], str]


def maker(model: type[models.Model]) -> Callable[[], Any]:
    """A function that makes blank records, each as ``model()`` would be, in a tenth of the time."""
    first = {name: value for name, value in model().__dict__.items() if name != "_state"}
    # What is made anew for every record: empty lists and objects, times, random tokens.
    fresh = [
        (field.attname, field.get_default)
        for field in model._meta.concrete_fields
        if field.has_default() and callable(field.default)
    ]

    def make() -> Any:
        record = model.__new__(model)
        values = record.__dict__
        values["_state"] = ModelState()
        values.update(first)
        for name, default in fresh:
            values[name] = default()
        return record

    return make


def insert(
    model: type[models.Model], records: Sequence[models.Model], finish: Callable[[Any], None] | None = None
) -> None:
    """Insert new records in Django's running transaction and give them their ids.

    ``finish`` is called with each record just before it is written, while the database works on those before it.
    Columns that the database fills by default are left to it. Raises Django's ``IntegrityError`` like ``save``.
    """
    if not records:
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(records)]
        )
        for record, (pk,) in zip(records, cursor.fetchall(), strict=True):
            record.pk = pk
    with connection.wrap_database_errors:
        copy(connection.connection, model, records, finish)
    for record in records:
        record._state.adding = False
        record._state.db = connection.alias


def copy(
    raw: psycopg.Connection[Any],
    model: type[models.Model],
    rows: Sequence[Any],
    finish: Callable[[Any], None] | None = None,
) -> None:
    """COPY rows – records, or anything with the same attributes – through a connection of psycopg.

    The first row tells which columns the database is to fill. Raises psycopg's errors.
    """
    columns = [column for column in columns_of(model) if not _is_left_out(rows[0], column)] if rows else []
    if not columns:
        return
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    )
    with raw.cursor() as cursor, cursor.copy(command) as stream:
        for start in range(0, len(rows), _AT_ONCE):
            chunk = rows[start : start + _AT_ONCE]
            if finish:
                for row in chunk:
                    finish(row)
            stream.write(_lines([row.__dict__ for row in chunk], columns))


@remembered
def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """The stored columns of a model."""
    return tuple(
        Column(field.attname, str(field.column), _writer(field))
        for field in model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField)
    )


def _is_left_out(row: Any, column: Column) -> bool:
    return isinstance(row.__dict__[column.attribute], DatabaseDefault)


def _lines(rows: Sequence[dict[str, Any]], columns: Sequence[Column]) -> str:
    """Rows as COPY reads them. Column by column: where all rows hold one and the same value it is written once."""
    written: list[Iterable[str]] = []
    for column in columns:
        values = [row[column.attribute] for row in rows]
        first = values[0]
        if all(map(is_, values, repeat(first))):
            written.append(repeat(column.write(first), len(values)))
        else:
            written.append(map(column.write, values))
    return "\n".join(map("\t".join, zip(*written, strict=True))) + "\n"


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, ArrayField):
        return _numbers if isinstance(field.base_field, models.IntegerField) else _array
    return _plain


def _plain(value: Any) -> str:
    if value is None:
        return "\\N"
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is datetime.datetime or kind is datetime.date:
        return str(value.isoformat())
    return _text(str(value))


def _text(value: str) -> str:
    # Tabs and line ends are not printable; of what is printable only the backslash is special.
    if value.isprintable() and "\\" not in value:
        return value
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _array(value: list[str] | None) -> str:
    if not value:
        return "\\N" if value is None else "{}"
    joined = '","'.join(value)
    if "\\" in joined or joined.count('"') != 2 * (len(value) - 1):
        joined = '","'.join([item.replace("\\", "\\\\").replace('"', '\\"') for item in value])
    return _text(f'{{"{joined}"}}')


def _numbers(value: list[int] | None) -> str:
    return "\\N" if value is None else f"{{{','.join(map(str, value))}}}"


def _json(value: Any) -> str:
    return "{}" if value == {} else "\\N" if value is None else _text(json.dumps(value, ensure_ascii=False))
