"""Single filters as they stand in an address – ``level=3,5``, ``created_at=this-month`` – as criteria, and in words.

A value is, by kind of field: ids joined by commas (``me`` for oneself, ``my-unit`` and ``my-units`` for one's
department without and with all below it, a leading ``!`` for “is not”), a text that must be contained, ``low..high``
(``..today``), the name of a period, ``yes`` or ``no``; ``-`` means empty, ``*`` filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.organisation.models import Unit, User
from shuke.engine.query.compile import operators
from shuke.kernel.criteria import All, Condition, Criteria, Not
from shuke.kernel.errors import Invalid
from shuke.kernel.periods import span
from shuke.resource.describe import FieldInfo, Kind
from shuke.web.values.periods import period_words

EMPTY, FILLED, ME, TODAY = "-", "*", "me", "today"
MY_UNIT, MY_UNITS = "my-unit", "my-units"
# Words that stand for people and units by their relation to whoever looks, and what the criteria say for them.
RELATIVE: dict[str, dict[str, Any]] = {ME: {"me": True}, MY_UNIT: {"my": "unit"}, MY_UNITS: {"my": "below"}}

RANGES = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.DATE, Kind.DATETIME})
DAYS = frozenset({Kind.DATE, Kind.DATETIME})
CHOSEN = frozenset({Kind.CHOICE, Kind.OPTION, Kind.LINK, Kind.LINKS, Kind.TAGS})


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


def relatives(info: FieldInfo) -> list[str]:
    """The relative words that a field understands."""
    if info.target is User:
        return [ME, MY_UNIT, MY_UNITS]
    return [MY_UNIT, MY_UNITS] if info.target is Unit else []


def _chosen(info: FieldInfo, value: str) -> Criteria:
    negated, values = value.startswith("!"), chosen_values(value)
    if "under" in operators(info) and values != [MY_UNIT]:
        items = [{"my": "unit"} if item in (MY_UNIT, MY_UNITS) else item for item in values]
        found = Condition(info.name, "under", items[0] if len(items) == 1 else items)
        return Not(found) if negated else found
    known = relatives(info)
    return Condition(
        info.name, "not_in" if negated else "in", [RELATIVE[item] if item in known else item for item in values]
    )


def chosen_values(value: str) -> list[str]:
    """The values of a choosing filter, without its sign."""
    return [item for item in value.removeprefix("!").split(",") if item]


def _range(info: FieldInfo, value: str) -> Criteria:
    low, dots, high = value.partition("..")
    if info.kind in DAYS and not dots and span(value, timezone.localdate()):
        return Condition(info.name, "within", value)
    if not dots:
        return Condition(info.name, "eq", value)
    bounds = [Condition(info.name, op, _bound(info, text)) for op, text in (("gte", low), ("lte", high)) if text]
    if not bounds:
        raise Invalid(_("“%(field)s” needs a value to compare with.") % {"field": info.label})
    return All(tuple(bounds))


def _bound(info: FieldInfo, text: str) -> object:
    return {"today": 0} if text == TODAY and info.kind in DAYS else text


def chip_value(info: FieldInfo, part: Criteria) -> str | None:
    """The value that ``read_filter`` reads as these criteria; None when no chip can say them."""
    text = _said(info, part)
    if not text:
        return None
    try:
        return text if read_filter(info, text) == _plain(part) else None
    except Invalid:
        return None


def _said(info: FieldInfo, part: Criteria) -> str:
    match part:
        case Condition(_, "empty" | "not_empty" as op):
            return EMPTY if op == "empty" else FILLED
        case Condition(_, "in" | "not_in" | "under" as op, value):
            items = [_word(item) for item in (value if isinstance(value, list) else [value])]
            if op == "under":
                items = [MY_UNITS if item == MY_UNIT else item for item in items]
            return ("!" if op == "not_in" else "") + ",".join(items)
        case Not(Condition(_, "under", _) as inner):
            return f"!{_said(info, inner)}"
        case Condition(_, "eq", bool() as value):
            return "yes" if value else "no"
        case Condition(_, "eq" | "within" | "contains", value):
            return _word(value)
        case Condition(_, "gte" | "lte" as op, value):
            return f"{_word(value)}.." if op == "gte" else f"..{_word(value)}"
        case All((Condition(_, "gte", low), Condition(_, "lte", high))):
            return f"{_word(low)}..{_word(high)}"
        case All((only,)):
            return _said(info, only)
    return ""


def _word(value: Any) -> str:
    if value == {"today": 0}:
        return TODAY
    return next((word for word, meaning in RELATIVE.items() if value == meaning), str(value))


def _plain(part: Criteria) -> Criteria:
    """Criteria as ``read_filter`` would spell them: ids as text, a single value for one, a lone bound as a range."""
    match part:
        case Condition(field, "in" | "not_in" | "under" as op, value):
            items = [
                item if isinstance(item, dict) else str(item)
                for item in (value if isinstance(value, list) else [value])
            ]
            return Condition(field, op, items[0] if op == "under" and len(items) == 1 else items)
        case Condition(field, "gte" | "lte" as op, value):
            return All((Condition(field, op, value if isinstance(value, dict) else str(value)),))
        case Condition(field, "eq", value) if not isinstance(value, bool):
            return Condition(field, "eq", str(value))
        case Not(inner):
            return Not(_plain(inner))
        case All(parts):
            bounds = [_plain(inner) for inner in parts]
            return All(tuple(inner.parts[0] if isinstance(inner, All) and inner.parts else inner for inner in bounds))
    return part


def split(infos: Mapping[str, FieldInfo], criteria: Criteria) -> tuple[dict[str, str], list[Criteria]]:
    """Joined criteria as chips by field, and the parts that only the condition editor can show."""
    values: dict[str, str] = {}
    rest: list[Criteria] = []
    _split(infos, criteria, values, rest)
    return values, rest


def _split(infos: Mapping[str, FieldInfo], part: Criteria, values: dict[str, str], rest: list[Criteria]) -> None:
    name = _only_field(part)
    said = chip_value(infos[name], part) if name in infos and name not in values else None
    if said is not None:
        values[name] = said
    elif isinstance(part, All):
        for inner in part.parts:
            _split(infos, inner, values, rest)
    else:
        rest.append(part)


def _only_field(part: Criteria) -> str:
    match part:
        case Condition(field):
            return field
        case Not(Condition(field)):
            return field
        case All((Condition(field), *others)) if all(
            isinstance(one, Condition) and one.field == field for one in others
        ):
            return field
    return ""


@dataclass(frozen=True)
class Chip:
    """One active filter as it is shown: in words, with its field for editing and the query without it."""

    name: str
    label: str
    words: str
    without: str


def in_words(info: FieldInfo, value: str, titles: Mapping[str, str]) -> str:
    """What a filter's value means, for people: “is A, B”, “contains 138”, “from 100”."""
    if value in (EMPTY, FILLED):
        return _("is empty") if value == EMPTY else _("is filled")
    if info.kind is Kind.BOOLEAN:
        return _("yes") if value == "yes" else _("no")
    if info.kind in CHOSEN:
        words = {**titles, **relative_words()}
        names = join(words.get(item, item) for item in chosen_values(value))
        return (_("is not %(values)s") if value.startswith("!") else _("is %(values)s")) % {"values": names}
    if info.kind in RANGES:
        return _range_words(info, value)
    if info.kind is Kind.FILES:
        return _("file name contains “%(text)s”") % {"text": value}
    return _("contains “%(text)s”") % {"text": value}


def relative_words() -> dict[str, str]:
    """What the relative words mean."""
    return {ME: _("me"), MY_UNIT: _("my department"), MY_UNITS: _("my department and below")}


def _range_words(info: FieldInfo, value: str) -> str:
    if info.kind in DAYS and (words := period_words(value)):
        return words
    low, dots, high = (_("today") if part == TODAY else part for part in value.partition(".."))
    if not dots:
        return _("is %(values)s") % {"values": low}
    if not high:
        return _("from %(low)s") % {"low": low}
    if not low:
        return _("up to %(high)s") % {"high": high}
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def join(words: Iterable[str]) -> str:
    """Several words as a list in the reader's language."""
    return _(", ").join(words)


def ids_in(info: FieldInfo, value: str) -> Sequence[str]:
    """The ids in a filter's value whose titles its chip needs."""
    if info.kind not in CHOSEN or value in (EMPTY, FILLED):
        return ()
    return [item for item in chosen_values(value) if item not in RELATIVE]
