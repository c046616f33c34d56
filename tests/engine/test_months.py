"""Growing tables get a partition a month, ahead of time; new rows land in theirs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection

from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.write import create
from shuke.engine.record.months import ensure_months, months_from


def test_months_go_over_the_end_of_the_year() -> None:
    found = months_from(datetime.date(2026, 11, 21), 3)
    assert [start.isoformat() for start, _end in found] == ["2026-11-01", "2026-12-01", "2027-01-01"]
    assert found[-1][1] == datetime.date(2027, 2, 1)


@pytest.mark.django_db
def test_new_history_and_events_lie_in_the_partition_of_their_month(person: Any) -> None:
    for table in ("audit_entry", "events_event"):
        ensure_months(table)
    create(person("admin", admin=True), customers, {"name": "华江"})
    with connection.cursor() as cursor:
        for table in ("audit_entry", "events_event"):
            cursor.execute(f"SELECT DISTINCT tableoid::regclass::text FROM {table}")
            month = datetime.datetime.now(datetime.UTC)
            assert cursor.fetchall() == [(f"{table}_{month:%Y_%m}",)]
