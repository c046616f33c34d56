"""The list as a calendar over one of its days: a month, a week, a day, or an agenda that goes on and on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as date_words
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.present.cells import Presenter
from shuke.engine.query.grouping import Grouping
from shuke.engine.query.ordering import Order
from shuke.engine.query.paging import Selection, page, select
from shuke.engine.query.sampling import Measure, Sample, sample
from shuke.engine.views.shapes import SPANS, Shape, days_of
from shuke.kernel.criteria import EVERYTHING, All, Condition, Criteria, conditions, matches
from shuke.kernel.periods import first_of_month
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource
from shuke.web.frame.when import Clock
from shuke.web.lists.boards import Card, cards_of, movable
from shuke.web.lists.filters import ListState

_DAY = datetime.timedelta(days=1)
_WEEK = 7
# Entries that a day shows, by span; the others are counted and open with the day.
_SHOWN = {"month": 4, "week": 30, "day": 200}
_CAP = 99
_AGENDA = 50
# The days of views that a calendar shows as its own span.
_PERIODS = {"today", "this-week", "this-month"}
# What an entry of a wide day, or of the agenda, shows beside its title.
_LINES = 3


@dataclass(frozen=True)
class Entry:
    """A record on its day, with its time where the field has one; is it dealt with, and may it be moved?"""

    card: Card
    time: str
    is_done: bool
    movable: bool


@dataclass(frozen=True)
class Day:
    """A day of the calendar: ``rest`` says how many entries are not shown; ``query`` opens it alone."""

    date: str
    number: str
    words: str
    entries: list[Entry]
    rest: str
    query: str
    is_today: bool
    is_beside: bool


def calendar_context(actor: Actor, state: ListState, presenter: Presenter) -> dict[str, Any]:
    """The span's days with their entries, and the ways to other spans, days and fields."""
    info = fields_of(state.resource)[state.shape.field]
    span, day = state.shape.manner, _asked(state)
    context = {
        "field": info,
        "span": span,
        "movable": movable(actor, state.resource, Grouping(info, "day")),
        "heading": _heading(span, day),
        "weekdays": [date_words(_monday(day) + number * _DAY, "D") for number in range(_WEEK)],
        "today": state.query(),
        "spans": [(words, _to(state, manner=one, day=day), one == span) for one, words in _span_words().items()],
        "by": [
            (str(one.label), _to(state, field=one.name, day=day), one == info) for one in days_of(actor, state.resource)
        ],
    }
    cards = _presenter(actor, state, presenter, info)
    if span == "agenda":
        return context | _agenda(actor, state, cards, info, day)
    before, after = _neighbours(span, day)
    context["earlier"], context["later"] = _to(state, day=before), _to(state, day=after)
    return context | {"days": _days(actor, state, cards, info, span, day)}


def _asked(state: ListState) -> datetime.date:
    """The day that the address tells, else today."""
    try:
        found = datetime.date.fromisoformat(state.day)
    except ValueError:
        return timezone.localdate()
    return found if 1900 <= found.year <= 2200 else timezone.localdate()


def _to(
    state: ListState, *, day: datetime.date | None = None, manner: str | None = None, field: str | None = None
) -> str:
    shape = Shape(state.shape.name, field or state.shape.field, manner or state.shape.manner)
    return state.query(shape=shape.text, day=day.isoformat() if day else None)


def _presenter(actor: Actor, state: ListState, presenter: Presenter, info: FieldInfo) -> Presenter:
    """A month has room for titles only."""
    title = state.resource.title
    names = [name for name in presenter.columns if name not in (title, info.name)]
    return Presenter(
        actor, state.resource, [title, *([] if state.shape.manner == "month" else names[:_LINES]), info.name]
    )


def _range(span: str, day: datetime.date) -> list[datetime.date]:
    """The days shown: whole weeks from Monday on, or the one day."""
    if span == "day":
        return [day]
    if span == "week":
        return [_monday(day) + number * _DAY for number in range(_WEEK)]
    first = _monday(day.replace(day=1))
    last = first_of_month(day.year, day.month + 1) - _DAY
    weeks = (last - first).days // _WEEK + 1
    return [first + number * _DAY for number in range(weeks * _WEEK)]


def _monday(day: datetime.date) -> datetime.date:
    return day - day.weekday() * _DAY


def _neighbours(span: str, day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """A day of the span before and of the one after."""
    if span == "month":
        return first_of_month(day.year, day.month - 1), first_of_month(day.year, day.month + 1)
    step = (_WEEK if span == "week" else 1) * _DAY
    return day - step, day + step


def _days(
    actor: Actor, state: ListState, presenter: Presenter, info: FieldInfo, span: str, asked: datetime.date
) -> list[Day]:
    days = _range(span, asked)
    keys = [day.isoformat() for day in days]
    measure = Measure(_SHOWN[span], _CAP)
    columns = [*presenter.columns, *_telling(state.resource)]
    found = sample(
        _selection(actor, state, info), Grouping(info, "day"), keys, Order(info, descending=False), columns, measure
    )
    return [
        _day(state, presenter, info, day, one, is_beside=span == "month" and day.month != asked.month)
        for day, one in zip(days, found, strict=True)
    ]


def _day(
    state: ListState, presenter: Presenter, info: FieldInfo, day: datetime.date, found: Sample, *, is_beside: bool
) -> Day:
    rest = found.count - len(found.rows)
    return Day(
        day.isoformat(),
        str(day.day),
        date_words(day, _("D, M j")),
        _entries(presenter, info, found.rows),
        f"+{rest}{'' if found.exact else '+'}" if rest else "",
        _to(state, manner="day", day=day),
        day == timezone.localdate(),
        is_beside,
    )


def _entries(presenter: Presenter, info: FieldInfo, records: Sequence[Any]) -> list[Entry]:
    resource = presenter.resource
    cards = cards_of(presenter, records, Clock.here(), left_out=info.name)
    return [
        Entry(
            card,
            f"{timezone.localtime(getattr(record, info.column)):%H:%M}" if info.kind is Kind.DATETIME else "",
            is_done=bool(resource.pending.parts) and not matches(resource.pending, partial(getattr, record)),
            movable=resource.closed is None or not matches(resource.closed, partial(getattr, record)),
        )
        for card, record in zip(cards, records, strict=True)
    ]


def _telling(resource: Resource) -> set[str]:
    """The fields that tell whether a record is dealt with."""
    return {one.field for criteria in (resource.pending, resource.closed or EVERYTHING) for one in conditions(criteria)}


def _selection(actor: Actor, state: ListState, info: FieldInfo, *more: Condition) -> Selection:
    """The list's records. Of a view such as “today”, which holds what is still to be done in a period, the calendar
    takes the place of the period, and what is done stays where it was."""
    base = state.view.base
    has_period = any(_is_period(one, info) for one in conditions(base))
    rest = All((state.layout.where, *state.chips, *more))
    criteria = All((_beyond(base, state.resource, info) if has_period else base, rest))
    return select(actor, state.resource, criteria=criteria, q=state.q)


def _is_period(one: Criteria, info: FieldInfo) -> bool:
    return isinstance(one, Condition) and (one.field, one.op) == (info.name, "within") and one.value in _PERIODS


def _beyond(criteria: Criteria, resource: Resource, info: FieldInfo) -> Criteria:
    """The criteria without the period and without “still to be done”."""
    if not isinstance(criteria, All):
        return criteria
    kept = [one for one in criteria.parts if not _is_period(one, info) and one not in resource.pending.parts]
    return All(tuple(_beyond(one, resource, info) for one in kept))


def _agenda(
    actor: Actor, state: ListState, presenter: Presenter, info: FieldInfo, day: datetime.date
) -> dict[str, Any]:
    """The records from a day on, day by day, a page at a time."""
    selection = _selection(actor, state, info, Condition(info.name, "gte", day.isoformat()))
    order = Order(info, descending=False)
    columns = [*presenter.columns, *_telling(state.resource)]
    found = page(selection, columns=columns, sort=order, cursor=state.cursor, limit=_AGENDA)
    days = []
    for key, of_day in groupby(found.rows, key=lambda row: _local(getattr(row, info.column))):
        records = list(of_day)
        entries = _entries(presenter, info, records)
        query = _to(state, manner="day", day=key)
        words = date_words(key, _("D, M j"))
        days.append(Day(key.isoformat(), str(key.day), words, entries, "", query, key == timezone.localdate(), False))
    further = {"day": day.isoformat()}
    return {
        "days": days,
        "later": state.query(cursor=found.next, **further) if found.next else "",
        "earlier": state.query(cursor=found.previous, **further) if found.previous else "",
    }


def _local(value: Any) -> datetime.date:
    return timezone.localdate(value) if isinstance(value, datetime.datetime) else value


def _heading(span: str, day: datetime.date) -> str:
    if span == "month":
        return date_words(day, _("F Y"))
    if span == "week":
        last = _monday(day) + 6 * _DAY
        form = _("M j, Y")
        return f"{date_words(_monday(day), form)} – {date_words(last, form)}"
    if span == "agenda":
        return _("from %(day)s on") % {"day": date_words(day, _("M j, Y"))}
    return date_words(day, _("l, F j, Y"))


def _span_words() -> dict[str, str]:
    return dict(zip(SPANS, (_("Month"), _("Week"), _("Day"), _("Agenda")), strict=True))
