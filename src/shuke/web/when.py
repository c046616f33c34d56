"""Times as people say them: “3 days ago”, “tomorrow 10:00”; the exact time stands in the tooltip."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from html import escape as quote

from django.utils import timezone
from django.utils.dateformat import format as date_words
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_MINUTE, _HOUR = 60, 3600
_WEEK = 7


@dataclass(frozen=True)
class Clock:
    """The present moment in the reader's time zone; asked for once a page, not once a cell."""

    now: datetime.datetime
    zone: datetime.tzinfo

    @classmethod
    def here(cls) -> Clock:
        """The clock of whoever is being answered."""
        zone = timezone.get_current_timezone()
        return cls(timezone.now().astimezone(zone), zone)

    def local(self, moment: datetime.date | datetime.datetime) -> datetime.date | datetime.datetime:
        """A moment in the reader's time zone; days stay days."""
        return moment.astimezone(self.zone) if isinstance(moment, datetime.datetime) else moment


def exact(local: datetime.date | datetime.datetime) -> str:
    """``2026-08-31 14:30``, or just the day, of a local time."""
    return f"{local:%Y-%m-%d %H:%M}" if isinstance(local, datetime.datetime) else local.isoformat()


def relative(local: datetime.date | datetime.datetime, now: datetime.datetime) -> str:
    """How far away a local moment or a day is, in the user's language; far ones become a plain date."""
    if not isinstance(local, datetime.datetime):
        return _day_words((local - now.date()).days) or _date(local, now)
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


def due_words(moment: datetime.date | datetime.datetime, clock: Clock) -> tuple[str, str]:
    """Tone and words of a time that is to be kept: ``soon`` today and tomorrow, ``late`` once it has passed."""
    local = clock.local(moment)
    has_time = isinstance(local, datetime.datetime)
    days = ((local.date() if isinstance(local, datetime.datetime) else local) - clock.now.date()).days
    if days < 0:
        return "late", ngettext("%(count)d day overdue", "%(count)d days overdue", -days) % {"count": -days}
    passed = isinstance(local, datetime.datetime) and local < clock.now
    words = f"{_day_words(days)} {local:%H:%M}" if has_time and days <= 1 else relative(local, clock.now)
    return ("late" if passed else "soon" if days <= 1 else ""), words


def time_tag(
    moment: datetime.date | datetime.datetime, tone: str = "", clock: Clock | None = None, words: str = ""
) -> SafeString:
    """``<time>`` with the relative words inside and the exact time on hover."""
    clock = clock or Clock.here()
    local = clock.local(moment)
    words = quote(words or relative(local, clock.now))
    return SafeString(f'<time datetime="{local.isoformat()}" title="{exact(local)}" class="{tone}">{words}</time>')


def _minutes(minutes: int) -> str:
    if minutes in (-1, 0):
        return _("just now")
    if minutes < 0:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", -minutes) % {"count": -minutes}
    return ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}


def _day_words(days: int) -> str:
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if -_WEEK * 2 < days < 0:
        return ngettext("%(count)d day ago", "%(count)d days ago", -days) % {"count": -days}
    if 0 < days < _WEEK:
        return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}
    return ""


def _date(day: datetime.date, now: datetime.datetime) -> str:
    # The texts are formats of django.utils.dateformat.
    return date_words(day, _("M j") if day.year == now.year else _("M j, Y"))
