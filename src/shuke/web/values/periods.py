"""The words for spans of days that date filters know (``kernel/periods.py``)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shuke.kernel.periods import counted

# The ready-made periods that a filter offers, in this order.
PERIODS = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
    "this-week": _("this week"),
    "last-week": _("last week"),
    "next-week": _("next week"),
    "this-month": _("this month"),
    "last-month": _("last month"),
    "next-month": _("next month"),
    "this-quarter": _("this quarter"),
    "last-quarter": _("last quarter"),
    "next-quarter": _("next quarter"),
    "this-year": _("this year"),
    "last-year": _("last year"),
    "next-year": _("next year"),
    "last-7-days": _("the last 7 days"),
    "last-30-days": _("the last 30 days"),
    "next-7-days": _("the next 7 days"),
    "before-today": _("before today"),
    "after-today": _("after today"),
}

# Periods with a number of one's own.
COUNTED = {
    "last-N-days": _("the last %(days)d days"),
    "next-N-days": _("the next %(days)d days"),
    "over-N-days-ago": _("more than %(days)d days ago"),
    "in-over-N-days": _("in more than %(days)d days"),
}


def period_words(name: str) -> str:
    """What a period's name means, for people; empty for names that mean none."""
    if name in PERIODS:
        return str(PERIODS[name])
    found = counted(name)
    return str(COUNTED[found[0]]) % {"days": found[1]} if found else ""
