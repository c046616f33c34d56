"""Puts the triggers on every tracked table after each ``migrate``; idempotent, and the same for tables to come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection, models

from shuke.engine.access.models import Share
from shuke.engine.audit import sql
from shuke.engine.organisation.models import AccessStamp, Membership, Pool, Role, Unit, User
from shuke.engine.record.models import Hanging, Record
from shuke.engine.record.months import ensure_months

# Columns whose change makes cached actors stale.
_STAMPED: dict[type[models.Model], tuple[str, ...]] = {
    User: ("unit_id", "is_active", "is_administrator", "grants", "deleted_at", "name", "login"),
    Role: ("grants", "field_rules", "position", "second_factor", "deleted_at"),
    Unit: ("parent_id", "kind", "deleted_at"),
    Membership: ("user_id", "role_id"),
    Pool: ("deleted_at",),
    Pool.units.through: ("pool_id", "unit_id"),
}


# Columns of what every process keeps in memory, and that give nobody a right.
_NOTICED: dict[type[models.Model], tuple[str, ...]] = {}


def raises_stamp(model: type[models.Model], columns: tuple[str, ...], *, rights: bool = True) -> None:
    """Have a change of these columns make every process look again, as a change of rights does."""
    (_STAMPED if rights else _NOTICED)[model] = columns


# Tables that are neither records nor hang on one, and yet are recorded.
_KEPT: set[type[models.Model]] = {Share, Membership, Pool.units.through}


def keeps_history(model: type[models.Model]) -> None:
    """Have every change of the model's rows recorded, so that it can be looked up and taken back."""
    _KEPT.add(model)


# Columns of those that say who or what something is and where it stands, not what he may.
_WORDS = frozenset({"deleted_at", "name", "login", "position"})

_STAMP_FUNCTION = f"""
CREATE OR REPLACE FUNCTION access_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {AccessStamp._meta.db_table} (id, value) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET value = {AccessStamp._meta.db_table}.value + 1;
    RETURN NULL;
END $$
"""


def holds_rights(model: type[models.Model], columns: Iterable[str]) -> bool:
    """Do these columns of the model decide what people may do? All of a link between two records do."""
    stamped = set(_STAMPED.get(model, ()))
    return bool(stamped and (not issubclass(model, Record) or (stamped - _WORDS) & set(columns)))


def decides_rights(model: type[models.Model]) -> bool:
    """Do rows of the model decide what people may do, or what the program does by itself?"""
    return model in _STAMPED


def tracked_tables() -> list[str]:
    """The tables whose every change is recorded."""
    hung = [model for model in apps.get_models() if issubclass(model, (Record, Hanging)) and model._meta.managed]
    links: list[Any] = [link.remote_field.through for model in hung for link in model._meta.many_to_many]
    return sorted({model._meta.db_table for model in (*_KEPT, *hung, *links)})


def missing_triggers() -> list[tuple[str, str]]:
    """(statement, table) of every trigger that should be there and is not."""
    existing = _existing()
    wanted = [(name, statement, table) for table in tracked_tables() for name, statement in sql.triggers(table).items()]
    wanted += [("access_stamp", _stamp_trigger(model), model._meta.db_table) for model in (*_STAMPED, *_NOTICED)]
    return [(statement, table) for name, statement, table in wanted if (table, name) not in existing]


def install(**_: Any) -> None:
    """Create what is missing; the receiver of ``post_migrate``. Skips tables that are not migrated yet."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if "audit_entry" not in tables or AccessStamp._meta.db_table not in tables:
            return
        ensure_months("audit_entry")
        cursor.execute(_STAMP_FUNCTION)
        for statement, table in missing_triggers():
            if table in tables:
                cursor.execute(statement)


def _stamp_trigger(model: type[models.Model]) -> str:
    columns = ", ".join({**_STAMPED, **_NOTICED}[model])
    return (
        f'CREATE TRIGGER access_stamp AFTER INSERT OR DELETE OR UPDATE OF {columns} ON "{model._meta.db_table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION access_stamp()"
    )


def _existing() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        )
        return set(cursor.fetchall())
