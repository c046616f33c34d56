"""undo(after) == before, whatever was done; and what has moved on since is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands.ownership import assign, claim, release
from shuke.engine.commands.removal import delete, restore
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import create, update
from shuke.engine.organisation.actors import _actors, actor_for
from shuke.engine.organisation.models import Pool, User
from shuke.kernel.errors import ShukeError

pytestmark = pytest.mark.django_db

# What a change leaves behind on a row although it is taken back: bookkeeping, not content.
BOOKKEEPING = {"version", "updated_at", "updated_by_id", "last_login", "preferences"}
TABLES = ("sales_customer", "sales_contact")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "contact", "edit", "assign", "release", "claim", "delete", "restore", "undo"]),
        st.integers(0, 4),
        st.sampled_from(["华江", "蓝海", "ABC", "", "x" * 20]),
    ),
    min_size=1,
    max_size=12,
)


def snapshot() -> dict[str, dict[int, dict[str, Any]]]:
    """Every row of the business tables without its bookkeeping; search columns included, for they must follow."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE deleted_at IS NULL")
            rows = [json.loads(row[0]) for row in cursor.fetchall()]
            found[table] = {row["id"]: {key: row[key] for key in row if key not in BOOKKEEPING} for row in rows}
    return found


class Company:
    """Two colleagues, a pool, and the ids made so far."""

    def __init__(self) -> None:
        self.pool = Pool.plain.create(name="公海")
        first = User.plain.create(login="a", name="甲", is_administrator=True)
        self.other = User.plain.create(login="b", name="乙")
        self.actor: Actor = actor_for(first, "web")
        self.customers: list[int] = []
        self.changes: list[int] = []

    def do(self, kind: str, which: int, text: str) -> int:
        """One deed; returns its change."""
        pk = self.customers[which % len(self.customers)] if self.customers else 0
        match kind:
            case "create":
                saved = create(self.actor, customers, {"name": text or "无名", "phone": f"1380013800{which}"})
                self.customers.append(saved.record.pk)
                return saved.change
            case "contact":
                return create(self.actor, contacts, {"name": text or "某人", "customer": pk}).change
            case "edit":
                return update(self.actor, customers, pk, {"name": text or "改名", "address": text}).change
            case "assign":
                return assign(self.actor, customers, {pk, self.customers[0]}, self.other.pk)
            case "release":
                return release(self.actor, customers, [pk], self.pool.pk)
            case "claim":
                return claim(self.actor, customers, [pk])
            case "delete":
                return delete(self.actor, customers, [pk])
            case "restore":
                return restore(self.actor, customers, [pk])
        return undo(self.actor, self.changes[which % len(self.changes)]).change


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_taking_back_the_last_deed_restores_what_was_before(db: Any, steps: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        _actors.clear()
        company = Company()
        for step in steps:
            before = snapshot()
            try:
                with transaction.atomic():
                    change = company.do(*step)
            except (ShukeError, IndexError, ZeroDivisionError):
                assert snapshot() == before, "a refused deed must leave nothing behind"
                continue
            company.changes.append(change)
            after = snapshot()
            if after == before:
                continue
            outcome = undo(company.actor, change)
            assert outcome.refused == ()
            assert snapshot() == before
            undo(company.actor, outcome.change)
            assert snapshot() == after
        transaction.set_rollback(True)
    _actors.clear()
