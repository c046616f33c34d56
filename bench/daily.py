"""What people open every day besides the customers' list: home, schedule, contact records, people, logs."""

from __future__ import annotations

import psycopg

from bench import floor
from bench.measure import Case
from bench.reading import LIST, RECORD, page

_ONCE = (0,)


def everyones_cases() -> list[Case]:
    """What everybody opens, whatever he sees of it."""
    return [
        Case("home", 120, _ONCE, page("/")),
        Case("contact records, first page", 50, _ONCE, page("/contact-records"), None, LIST),
        Case("contacts, first page", 50, _ONCE, page("/contacts"), None, LIST),
        Case("tasks, first page", 50, _ONCE, page("/tasks"), None, LIST),
        Case("schedule of today", 50, _ONCE, page("/schedule?view=today"), None, LIST),
        Case("schedule of a month", 60, _ONCE, page("/schedule?view=all&shape=calendar:starts_at:month"), None, LIST),
        Case("my customers", 50, _ONCE, page("/customers?view=mine"), None, LIST),
        Case("to contact today", 50, _ONCE, page("/customers?view=due"), None, LIST),
        Case("not contacted this week", 50, _ONCE, page("/customers?view=plan"), None, LIST),
    ]


def own_cases(connection: psycopg.Connection, user: int) -> list[Case]:
    """What somebody opens of his own: the pages of his customers."""
    rows = connection.execute(
        "SELECT id FROM sales_customer WHERE owner_id = %s AND deleted_at IS NULL ORDER BY id LIMIT 46", [user]
    )
    ids = [row[0] for row in rows.fetchall()] or [0]
    return [Case("record page of one's own", 60, ids, page("/customers/{}"), floor.record, RECORD)]


def offices_cases() -> list[Case]:
    """What an administrator opens: charts over everything, the organisation, the logs."""
    return [
        Case("chart by level", 1500, _ONCE, page("/customers?shape=chart")),
        Case("map of provinces", 1500, _ONCE, page("/customers?shape=map")),
        Case("organisation", 60, _ONCE, page("/organisation")),
        Case("people, first page", 50, _ONCE, page("/users"), None, LIST),
        Case("roles, first page", 50, _ONCE, page("/roles"), None, LIST),
        Case("log of operations", 60, _ONCE, page("/logs/operations")),
        Case("log of sign-ins", 60, _ONCE, page("/logs/sign-ins")),
    ]
