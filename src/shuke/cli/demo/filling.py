"""Fills an empty, migrated database with the demo company."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from shuke.apps.activities.models import ContactRecord, Memo, ScheduleEntry, Task
from shuke.apps.sales.models import Contact, Customer
from shuke.cli.demo import staff
from shuke.cli.demo.loading import Echo, load_big, load_here, load_office
from shuke.cli.demo.plan import Plan
from shuke.cli.demo.vocabulary import seeded
from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.context import change
from shuke.engine.numbering.models import Counter
from shuke.engine.numbering.numbers import rule_of, series_of
from shuke.engine.options.models import Option
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_of

# From here on indexes, keys and triggers are taken away for the load.
BIG = 20_000
# A group may have that many; more would not say more.
MOST = 20_000_000


def fill(customers: int, seed: int, echo: Echo, *, offices: int = 0) -> None:
    """Make the demo company with so many customers; the same ones for the same seed and day, but for the passwords.

    Up to 20,000 customers come in one transaction, more by several processes; what happened to them is as old as they
    are, not as the database. With branch `offices` there are 25 more people in 5 more units for each. The sign-ins go
    into `SHUKE_DATA/demo-signins.json`. Raises Invalid for a senseless number.
    """
    if not 0 <= customers <= MOST:
        raise Invalid(f"The demo company can have 0 to {MOST:,} customers, not {customers:,}.")
    echo("Hiring the company's people …")
    with transaction.atomic():
        with change(SYSTEM, "demo", "users"):
            hired = staff.hire(seeded(seed, "staff"), offices)
        plan = Plan(customers, seed, this_morning(), hired, options())
        # Before all else is there: what an interrupted load left behind is known as ours and can be replaced.
        staff.keep(hired.signins, settings.SHUKE_DATA / "demo-signins.json")
        if customers <= BIG:
            echo(f"Finding {customers:,} customers …")
            _load_small(plan)
            _complete(plan)
    if customers > BIG:
        echo(f"Finding {customers:,} customers …")
        load_big(plan, echo)
        _complete(plan)
    contacts = Contact.objects.unscoped("to tell how many").count()
    talks = ContactRecord.objects.unscoped("to tell how many").count()
    echo(f"The demo company is there: {customers:,} customers, {contacts:,} contacts, {talks:,} contact records.")


def this_morning() -> datetime.datetime:
    """The moment that the demo data calls now: the same for a whole day."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def options() -> dict[str, dict[str, int]]:
    """Dictionary key -> option name -> id, in their order."""
    found: dict[str, dict[str, int]] = {}
    for option in Option.plain.select_related("dictionary").order_by("position", "id"):
        found.setdefault(option.dictionary.key, {})[option.name] = option.pk
    return found


def _load_small(plan: Plan) -> None:
    connection.ensure_connection()
    raw: Any = connection.connection
    load_here(raw, plan)


def _complete(plan: Plan) -> None:
    _load_office(plan)
    _settle(plan)


def _load_office(plan: Plan) -> None:
    with transaction.atomic(), change(SYSTEM, "demo", "schedule"):
        connection.ensure_connection()
        raw: Any = connection.connection
        load_office(raw, plan)


def _settle(plan: Plan) -> None:
    """Let ids and numbers go on behind the loaded ones, and the planner know what there is now."""
    with connection.cursor() as cursor:
        for model in (Customer, Contact):
            table = model._meta.db_table
            cursor.execute(f"SELECT max(id) FROM {table}")  # noqa: S608 - a table's own name
            last = cursor.fetchone()[0]
            if last:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
                series = series_of(rule_of(resource_of(model)), plan.now)
                Counter.objects.update_or_create(series=series, defaults={"value": last})
        for filled in (Customer, Contact, ContactRecord, ScheduleEntry, Task, Memo):
            cursor.execute(f"ANALYZE {filled._meta.db_table}")
