"""Times as people say them: “3 days ago”, “tomorrow 10:00”; the exact time stands in the tooltip."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from html import escape as quote

from django.utils import timezone
from django.utils.dateformat import format as date_words
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

# A page says the same few words again and again, and looking them up costs more than all else about a time. The
# functions kept like this are told the active language, so that the words of one are not taken for another's.
_kept = lru_cache(maxsize=2_000)

_MINUTE, _HOUR = 60, 3600
_WEEK = 7


@dataclass(frozen=True)
class Clock:
    """The present moment in the reader's time zone; asked for once a page, not once a cell."""

    now: datetime.datetime
    zone: datetime.tzinfo
    language: str

    @classmethod
    def here(cls) -> Clock:
        """The clock of whoever is being answered."""
        zone = timezone.get_current_timezone()
        return cls(timezone.now().astimezone(zone), zone, get_language())

    def local(self, moment: datetime.date | datetime.datetime) -> datetime.date | datetime.datetime:
        """A moment in the reader's time zone; days stay days."""
        return moment.astimezone(self.zone) if isinstance(moment, datetime.datetime) else moment


def relative(local: datetime.date | datetime.datetime, clock: Clock) -> str:
    """How far away a local moment or a day is, in the user's language; far ones become a plain date."""
    now, language = clock.now, clock.language
    if not isinstance(local, datetime.datetime):
        return _day_words(language, (local - now.date()).days) or _date(local, clock)
    seconds = (local - now).total_seconds()
    if abs(seconds) < _HOUR:
        return _minutes(language, int(seconds // _MINUTE))
    days = (local.date() - now.date()).days
    if days in (0, 1, -1):
        if days == 0 and seconds < 0:
            return _hours(language, int(-seconds // _HOUR))
        return f"{_day_words(language, days)} {local:%H:%M}"
    return _day_words(language, days) or _date(local.date(), clock)


def due_words(moment: datetime.date | datetime.datetime, clock: Clock) -> tuple[str, str]:
    """Tone and words of a time that is to be kept: ``soon`` today and tomorrow, ``late`` once it has passed."""
    local = clock.local(moment)
    has_time = isinstance(local, datetime.datetime)
    days = ((local.date() if isinstance(local, datetime.datetime) else local) - clock.now.date()).days
    if days < 0:
        return "late", _overdue(clock.language, -days)
    passed = isinstance(local, datetime.datetime) and local < clock.now
    words = f"{_day_words(clock.language, days)} {local:%H:%M}" if has_time and days <= 1 else relative(local, clock)
    return ("late" if passed else "soon" if days <= 1 else ""), words


def time_tag(
    moment: datetime.date | datetime.datetime, tone: str = "", clock: Clock | None = None, words: str = ""
) -> SafeString:
    """``<time>`` with the relative words inside and the exact time on hover."""
    clock = clock or Clock.here()
    local = clock.local(moment)
    words = quote(words or relative(local, clock))
    machine = local.isoformat()
    exact = machine[:16].replace("T", " ")
    return SafeString(f'<time datetime="{machine}" title="{exact}" class="{tone}">{words}</time>')


@_kept
def _hours(_language: str, hours: int) -> str:
    return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}


@_kept
def _overdue(_language: str, days: int) -> str:
    return ngettext("%(count)d day overdue", "%(count)d days overdue", days) % {"count": days}


@_kept
def _minutes(_language: str, minutes: int) -> str:
    if minutes in (-1, 0):
        return _("just now")
    if minutes < 0:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", -minutes) % {"count": -minutes}
    return ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}


@_kept
def _day_words(_language: str, days: int) -> str:
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


def _date(day: datetime.date, clock: Clock) -> str:
    return _day(clock.language, day, day.year == clock.now.year)


@_kept
def _day(_language: str, day: datetime.date, this_year: bool) -> str:
    # The texts are formats of django.utils.dateformat.
    return date_words(day, _("M j") if this_year else _("M j, Y"))
