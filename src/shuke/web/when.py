"""Times as people say them: “3 days ago”, “tomorrow 10:00”; the exact time stands in the tooltip."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.dateformat import format as date_words
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_MINUTE, _HOUR = 60, 3600
_WEEK = 7


def exact(moment: datetime.date | datetime.datetime) -> str:
    """``2026-08-31 14:30`` in local time, or just the day."""
    if isinstance(moment, datetime.datetime):
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
    return moment.isoformat()


def relative(moment: datetime.date | datetime.datetime, now: datetime.datetime | None = None) -> str:
    """How far away a moment or a day is, in the user's language; far ones become a plain date."""
    now = timezone.localtime(now)
    if not isinstance(moment, datetime.datetime):
        return _day_words((moment - now.date()).days) or _date(moment, now)
    local = timezone.localtime(moment)
    seconds = (local - now).total_seconds()
    if abs(seconds) < _HOUR:
        return _minutes(int(seconds // _MINUTE))
    days = (local.date() - now.date()).days
    if days in (0, 1, -1):
        if days == 0 and seconds < 0:
            hours = int(-seconds // _HOUR)
            return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
        return f"{_day_words(days)} {local:%H:%M}"
    return _day_words(days) or _date(local.date(), now)


def time_tag(moment: datetime.date | datetime.datetime) -> SafeString:
    """``<time>`` with the relative words inside and the exact time on hover."""
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact(moment), relative(moment))


def _minutes(minutes: int) -> str:
    if minutes in (-1, 0):
        return _("just now")
    if minutes < 0:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", -minutes) % {"count": -minutes}
    return ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}


def _day_words(days: int) -> str:
    if days in (-1, 0, 1):
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[days]
    if -_WEEK * 2 < days < 0:
        return ngettext("%(count)d day ago", "%(count)d days ago", -days) % {"count": -days}
    if 0 < days < _WEEK:
        return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}
    return ""


def _date(day: datetime.date, now: datetime.datetime) -> str:
    # The texts are formats of django.utils.dateformat.
    return date_words(day, _("M j") if day.year == now.year else _("M j, Y"))
