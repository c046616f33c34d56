"""Named spans of days, worked out anew whenever they are asked for: “this month”, “the last 7 days”.

A name is a word of ``NAMED`` or one of ``COUNTED`` with a number in it: ``last-7-days``, ``over-30-days-ago``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

# First and last day, both included; None is no bound.
Span = tuple[datetime.date | None, datetime.date | None]
_DAY = datetime.timedelta(days=1)
# Further than a century nobody looks; and no date may leave the calendar.
_MOST = 36_500


def _week(today: datetime.date, offset: int = 0) -> Span:
    monday = today - today.weekday() * _DAY + offset * 7 * _DAY
    return monday, monday + 6 * _DAY


def _months(today: datetime.date, offset: int, length: int) -> Span:
    """``length`` months that begin with the quarter, year or month of today, moved by ``offset`` such lengths."""
    first = first_of_month(today.year, (today.month - 1) // length * length + 1 + offset * length)
    return first, first_of_month(first.year, first.month + length) - _DAY


def first_of_month(year: int, month: int) -> datetime.date:
    """The first day of a month; months beyond 1–12 belong to the years before and after."""
    return datetime.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


NAMED: dict[str, Callable[[datetime.date], Span]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - _DAY, today - _DAY),
    "tomorrow": lambda today: (today + _DAY, today + _DAY),
    "this-week": _week,
    "last-week": lambda today: _week(today, -1),
    "next-week": lambda today: _week(today, 1),
    "this-month": lambda today: _months(today, 0, 1),
    "last-month": lambda today: _months(today, -1, 1),
    "next-month": lambda today: _months(today, 1, 1),
    "this-quarter": lambda today: _months(today, 0, 3),
    "last-quarter": lambda today: _months(today, -1, 3),
    "next-quarter": lambda today: _months(today, 1, 3),
    "this-year": lambda today: _months(today, 0, 12),
    "last-year": lambda today: _months(today, -1, 12),
    "next-year": lambda today: _months(today, 1, 12),
    "before-today": lambda today: (None, today - _DAY),
    "after-today": lambda today: (today + _DAY, None),
}

COUNTED: dict[str, Callable[[datetime.date, int], Span]] = {
    "last-N-days": lambda today, days: (today - (days - 1) * _DAY, today),
    "next-N-days": lambda today, days: (today, today + days * _DAY),
    "over-N-days-ago": lambda today, days: (None, today - (days + 1) * _DAY),
    "in-over-N-days": lambda today, days: (today + (days + 1) * _DAY, None),
}
_NUMBER = re.compile(r"-(\d{1,5})-")


def span(name: str, today: datetime.date) -> Span | None:
    """First and last day of a named period, or None when there is no such name."""
    if name in NAMED:
        return NAMED[name](today)
    found = counted(name)
    return COUNTED[found[0]](today, found[1]) if found else None


def counted(name: str) -> tuple[str, int] | None:
    """``("last-N-days", 7)`` of ``last-7-days``; None for every other name."""
    number = _NUMBER.search(name)
    if number is None:
        return None
    pattern, days = name.replace(number[0], "-N-", 1), int(number[1])
    return (pattern, days) if pattern in COUNTED and 1 <= days <= _MOST else None
