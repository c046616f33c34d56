"""Named spans of days for date filters: “this month”, “the last 7 days”; worked out anew on every request."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

Span = tuple[datetime.date, datetime.date]
_DAY = datetime.timedelta(days=1)


def _week(today: datetime.date, offset: int = 0) -> Span:
    monday = today - today.weekday() * _DAY + offset * 7 * _DAY
    return monday, monday + 6 * _DAY


def _month(today: datetime.date, offset: int = 0) -> Span:
    first = _first_of_month(today.year, today.month + offset)
    return first, _first_of_month(first.year, first.month + 1) - _DAY


def _first_of_month(year: int, month: int) -> datetime.date:
    return datetime.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _quarter(today: datetime.date) -> Span:
    first = _first_of_month(today.year, (today.month - 1) // 3 * 3 + 1)
    return first, _first_of_month(first.year, first.month + 3) - _DAY


PERIODS: dict[str, tuple[object, Callable[[datetime.date], Span]]] = {
    "today": (_("today"), lambda today: (today, today)),
    "yesterday": (_("yesterday"), lambda today: (today - _DAY, today - _DAY)),
    "tomorrow": (_("tomorrow"), lambda today: (today + _DAY, today + _DAY)),
    "this-week": (_("this week"), _week),
    "last-week": (_("last week"), lambda today: _week(today, -1)),
    "next-week": (_("next week"), lambda today: _week(today, 1)),
    "this-month": (_("this month"), _month),
    "last-month": (_("last month"), lambda today: _month(today, -1)),
    "this-quarter": (_("this quarter"), _quarter),
    "this-year": (_("this year"), lambda today: (datetime.date(today.year, 1, 1), datetime.date(today.year, 12, 31))),
    "last-7-days": (_("the last 7 days"), lambda today: (today - 6 * _DAY, today)),
    "last-30-days": (_("the last 30 days"), lambda today: (today - 29 * _DAY, today)),
    "next-7-days": (_("the next 7 days"), lambda today: (today, today + 7 * _DAY)),
    "before-today": (_("before today"), lambda today: (datetime.date(1, 1, 1), today - _DAY)),
}


def span(name: str, today: datetime.date) -> Span | None:
    """First and last day of a named period, or None when there is no such name."""
    found = PERIODS.get(name)
    return found[1](today) if found else None
