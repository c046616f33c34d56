"""Filters as they stand in an address: ``?level=3,5&created_at=this-month&q=华江``, read to criteria, shown as chips.

A value is, by kind of field: ids joined by commas (``me`` for oneself, a leading ``!`` for “is not”), a text that must
be contained, ``low..high`` (``..today``), the name of a period, ``yes`` or ``no``; ``-`` means empty, ``*`` filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.query.compile import offered, operators
from shuke.kernel.criteria import All, Condition, Criteria, Not
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource, View
from shuke.web.periods import PERIODS, span

# Parameters of a list's address that are not filters.
RESERVED = frozenset({"q", "sort", "view", "cursor", "page", "start", "pane"})
EMPTY, FILLED, ME, TODAY = "-", "*", "me", "today"

RANGES = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.DATE, Kind.DATETIME})
DAYS = frozenset({Kind.DATE, Kind.DATETIME})
CHOSEN = frozenset({Kind.CHOICE, Kind.OPTION, Kind.LINK, Kind.LINKS})


@dataclass(frozen=True)
class ListState:
    """Everything that a list's address says."""

    resource: Resource
    q: str
    view: View | None
    sort: str | None
    cursor: str | None
    number: int | None
    filters: Mapping[str, str]

    @property
    def criteria(self) -> All:
        """The view's criteria and every filter's, joined."""
        infos = fields_of(self.resource)
        base = (self.view.criteria,) if self.view else ()
        return All((*base, *(read_filter(infos[name], value) for name, value in self.filters.items())))

    @property
    def view_key(self) -> str:
        """The view's key; empty for the first one, which needs no mention in the address."""
        views = self.resource.table.views
        return self.view.key if self.view and self.view is not views[0] else ""

    @property
    def order(self) -> str | None:
        """The order asked for, else the view's own."""
        return self.sort or (self.view.sort if self.view else None)

    def query(self, **changes: str | None) -> str:
        """The address's query with some parameters changed (None removes); any change leads to the first page."""
        values: dict[str, str | None] = {
            "view": self.view_key,
            "q": self.q or None,
            **self.filters,
            "sort": self.sort,
            **changes,
        }
        return urlencode({name: value for name, value in values.items() if value}, safe=",.:*!")


def filterable(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The fields that the actor may filter this list by."""
    access = FieldAccess(actor, resource)
    return [info for name, info in fields_of(resource).items() if offered(info) and access.compares(name)]


def read_state(actor: Actor, resource: Resource, params: QueryDict) -> ListState:
    """What an address says. Raises ``Invalid`` for a filter the list does not offer."""
    names = {info.name for info in filterable(actor, resource)}
    values = {name: _joined(params.getlist(name)) for name in params if name not in RESERVED}
    filters = {name: value for name, value in values.items() if value}
    unknown = [name for name in filters if name not in names]
    if unknown:
        raise Invalid(
            _("One cannot filter %(objects)s by “%(field)s”.") % {"objects": resource.label_plural, "field": unknown[0]}
        )
    for name, value in filters.items():
        read_filter(fields_of(resource)[name], value)
    views = {view.key: view for view in resource.table.views}
    first = next(iter(resource.table.views), None)
    number = params.get("page", "")
    return ListState(
        resource=resource,
        q=params.get("q", "").strip(),
        view=views.get(params.get("view", ""), first),
        sort=params.get("sort") or None,
        cursor=params.get("cursor") or None,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None,
        filters=filters,
    )


def _joined(given: Sequence[str]) -> str:
    """Ticked boxes send a parameter several times; “is empty” and “is filled” stand alone."""
    values = [value.strip() for value in given if value.strip()]
    alone = next((value for value in values if value in (EMPTY, FILLED)), None)
    return alone or ",".join(values)


def read_filter(info: FieldInfo, value: str) -> Criteria:
    """One filter's value as criteria. Raises ``Invalid`` when it makes no sense for the field."""
    if value == EMPTY:
        return Condition(info.name, "empty")
    if value == FILLED:
        return Condition(info.name, "not_empty")
    if info.kind is Kind.BOOLEAN:
        return Condition(info.name, "eq", value == "yes")
    if info.kind in CHOSEN:
        return _chosen(info, value)
    if info.kind in RANGES:
        return _range(info, value)
    return Condition(info.name, "contains", value)


def _chosen(info: FieldInfo, value: str) -> Criteria:
    negated, values = value.startswith("!"), chosen_values(value)
    if "under" in operators(info) and len(values) == 1 and values[0] != ME:
        found: Criteria = Condition(info.name, "under", values[0])
        return Not(found) if negated else found
    items = [{"me": True} if item == ME else item for item in values]
    return Condition(info.name, "not_in" if negated else "in", items)


def chosen_values(value: str) -> list[str]:
    """The values of a choosing filter, without its sign."""
    return [item for item in value.removeprefix("!").split(",") if item]


def _range(info: FieldInfo, value: str) -> Criteria:
    low, dots, high = value.partition("..")
    if info.kind in DAYS and not dots and (days := span(value, timezone.localdate())):
        low, high = (day.isoformat() for day in days)
    elif not dots:
        return Condition(info.name, "eq", value)
    bounds = [Condition(info.name, op, _bound(info, text)) for op, text in (("gte", low), ("lte", high)) if text]
    if not bounds:
        raise Invalid(_("“%(field)s” needs a value to compare with.") % {"field": info.label})
    return All(tuple(bounds))


def _bound(info: FieldInfo, text: str) -> object:
    return {"today": 0} if text == TODAY and info.kind in DAYS else text


@dataclass(frozen=True)
class Chip:
    """One active filter as it is shown: in words, with its field for editing and the query without it."""

    name: str
    label: str
    words: str
    without: str


def chips(state: ListState, titles: Mapping[str, Mapping[str, str]]) -> list[Chip]:
    """The active filters in words. ``titles`` gives the texts of ids by field and id."""
    infos = fields_of(state.resource)
    return [
        Chip(
            name,
            str(infos[name].label),
            in_words(infos[name], value, titles.get(name, {})),
            state.query(**{name: None}),
        )
        for name, value in state.filters.items()
    ]


def in_words(info: FieldInfo, value: str, titles: Mapping[str, str]) -> str:
    """What a filter's value means, for people: “is A, B”, “contains 138”, “from 100”."""
    if value in (EMPTY, FILLED):
        return _("is empty") if value == EMPTY else _("is filled")
    if info.kind is Kind.BOOLEAN:
        return _("yes") if value == "yes" else _("no")
    if info.kind in CHOSEN:
        names = _join(titles.get(item, item) for item in chosen_values(value))
        return (_("is not %(values)s") if value.startswith("!") else _("is %(values)s")) % {"values": names}
    if info.kind in RANGES:
        return _range_words(info, value)
    return _("contains “%(text)s”") % {"text": value}


def _range_words(info: FieldInfo, value: str) -> str:
    if info.kind in DAYS and value in PERIODS:
        return str(PERIODS[value][0])
    low, dots, high = (_("today") if part == TODAY else part for part in value.partition(".."))
    if not dots:
        return _("is %(values)s") % {"values": low}
    if not high:
        return _("from %(low)s") % {"low": low}
    if not low:
        return _("up to %(high)s") % {"high": high}
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _join(words: Iterable[str]) -> str:
    return _(", ").join(words)


def wanted_ids(state: ListState) -> dict[str, Sequence[str]]:
    """For each choosing filter the ids whose titles its chip needs."""
    infos = fields_of(state.resource)
    return {
        name: [item for item in chosen_values(value) if item != ME]
        for name, value in state.filters.items()
        if infos[name].kind in CHOSEN and value not in (EMPTY, FILLED)
    }


def plain_sort(text: str | None, default: str) -> tuple[str, bool]:
    """Field name and direction (True: descending) of an order."""
    text = text or default
    return text.removeprefix("-"), text.startswith("-")
