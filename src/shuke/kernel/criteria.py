"""Criteria: one stored JSON condition tree, usable as SQL (``engine/query``) and as a predicate (``matches``).

The same tree serves saved views, filters of lists and the API, row scopes, automation and reports.

JSON forms::

    {"field": "level", "op": "in", "value": [1, 2]}      one condition
    {"and": [...]}  {"or": [...]}  {"not": {...}}         groups
    [ ... ]                                               the same as {"and": [...]}
    {"level": 1, "city": [3, 4]}                          short for eq / in, joined with and

``under`` takes a unit or a region – or several – with all below it, ``within`` a period of ``kernel/periods.py``;
``customer.level`` is a field of the record that ``customer`` points at. Logic is two-valued: an empty value never
equals, never is smaller or larger; ``ne`` and ``not_in`` hold for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shuke.kernel.errors import Invalid
from shuke.kernel.text import normalise

MAX_CONDITIONS = 50
MAX_DEPTH = 6
MAX_VALUES = 500

OPERATORS = frozenset(
    [
        "eq",
        "ne",
        "in",
        "not_in",
        "lt",
        "lte",
        "gt",
        "gte",
        "between",
        "contains",
        "not_contains",
        "begins",
        "empty",
        "not_empty",
        "under",
        "within",
    ],
)
_LISTS = frozenset({"in", "not_in", "between"})
_GROUPS = ("and", "or", "not")


@dataclass(frozen=True, slots=True)
class Condition:
    """``field op value``; the value is plain JSON and is made a typed one by whoever knows the field."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; an empty one always does."""

    parts: tuple[Criteria, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Criteria, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Criteria


Criteria = Condition | All | Either | Not
EVERYTHING = All()


def where(**conditions: Any) -> All:
    """Criteria in Python: ``where(level=3, created_at__gte="2026-01-01")``; a list value means ``in``."""
    parts = []
    for key, value in conditions.items():
        field, _, op = key.rpartition("__")
        if not field or op not in OPERATORS:
            field, op = key, "in" if isinstance(value, (list, tuple)) else "eq"
        parts.append(Condition(field, op, value))
    return All(tuple(parts))


def parse(data: Any) -> Criteria:
    """Read criteria from JSON data. Raises ``Invalid`` with a message naming what is wrong."""
    tree = _parse(data, depth=0)
    if sum(1 for _ in conditions(tree)) > MAX_CONDITIONS:
        raise Invalid(f"A filter may have at most {MAX_CONDITIONS} conditions.")
    return tree


def _parse(data: Any, depth: int) -> Criteria:
    if depth > MAX_DEPTH:
        raise Invalid(f"A filter may be nested at most {MAX_DEPTH} levels deep.")
    if data is None:
        return EVERYTHING
    if isinstance(data, list):
        return All(tuple(_parse(part, depth + 1) for part in data))
    if not isinstance(data, Mapping):
        raise Invalid("A filter is a JSON object or a list of them.")
    if "field" in data:
        return _condition(data)
    for group in _GROUPS:
        if group in data:
            if len(data) != 1:
                raise Invalid(f"“{group}” must stand alone in its object.")
            return _group(group, data[group], depth)
    return All(tuple(_short(field, value) for field, value in data.items()))


def _group(group: str, value: Any, depth: int) -> Criteria:
    if group == "not":
        return Not(_parse(value, depth + 1))
    if not isinstance(value, list):
        raise Invalid(f"“{group}” needs a list.")
    parts = tuple(_parse(part, depth + 1) for part in value)
    return All(parts) if group == "and" else Either(parts)


def _short(field: str, value: Any) -> Condition:
    if isinstance(value, Mapping):
        if len(value) != 1:
            raise Invalid(f"Filter on “{field}”: one operator and its value.")
        op, value = next(iter(value.items()))
        return _condition({"field": field, "op": op, "value": value})
    return _condition({"field": field, "op": "in" if isinstance(value, list) else "eq", "value": value})


def _condition(data: Mapping[str, Any]) -> Condition:
    field, op, value = data.get("field"), data.get("op", "eq"), data.get("value")
    if not isinstance(field, str):
        raise Invalid("The field of a condition is a name.")
    if not isinstance(op, str) or op not in OPERATORS:
        raise Invalid(f"Filter on “{field}”: there is no operator “{op}”.")
    if op in _LISTS and not isinstance(value, list):
        raise Invalid(f"Filter on “{field}”: “{op}” needs a list of values.")
    if isinstance(value, list) and len(value) > MAX_VALUES:
        raise Invalid(f"Filter on “{field}”: at most {MAX_VALUES} values.")
    if op == "between" and isinstance(value, list) and len(value) != 2:
        raise Invalid(f"Filter on “{field}”: “between” needs two values.")
    return Condition(field, op, value)


def dump(criteria: Criteria) -> Any:
    """Criteria as JSON data; ``parse(dump(c)) == c``."""
    match criteria:
        case Condition(field, op, value):
            return {"field": field, "op": op, "value": value}
        case All(parts):
            return {"and": [dump(part) for part in parts]}
        case Either(parts):
            return {"or": [dump(part) for part in parts]}
        case Not(part):
            return {"not": dump(part)}


def conditions(criteria: Criteria) -> Iterator[Condition]:
    """Every condition of the tree, from left to right."""
    match criteria:
        case Condition():
            yield criteria
        case All(parts) | Either(parts):
            for part in parts:
                yield from conditions(part)
        case Not(part):
            yield from conditions(part)


def matches(criteria: Criteria, value_of: Callable[[str], Any]) -> bool:
    """Does a record meet the criteria? ``value_of(field)`` gives its typed value; the tree has values of that type."""
    match criteria:
        case Condition(field, op, value):
            return _holds(op, value_of(field), value)
        case All(parts):
            return all(matches(part, value_of) for part in parts)
        case Either(parts):
            return any(matches(part, value_of) for part in parts)
        case Not(part):
            return not matches(part, value_of)


def _holds(op: str, actual: Any, value: Any) -> bool:
    empty = actual is None or actual in ("", [])
    if isinstance(actual, list) and op in ("in", "not_in"):
        return any(item in value for item in actual) == (op == "in")
    match op:
        case "empty":
            return empty
        case "not_empty":
            return not empty
        case "ne":
            return bool(actual != value)
        case "not_in":
            return empty or actual not in value
        case "not_contains":
            return empty or normalise(str(value)) not in normalise(str(actual))
    return not empty and _compares(op, actual, value)


def _compares(op: str, actual: Any, value: Any) -> bool:
    match op:
        case "eq":
            return bool(actual == value)
        case "in":
            return actual in value
        case "lt":
            return bool(actual < value)
        case "lte":
            return bool(actual <= value)
        case "gt":
            return bool(actual > value)
        case "gte":
            return bool(actual >= value)
        case "between":
            return bool(value[0] <= actual <= value[1])
        case "contains":
            return normalise(str(value)) in normalise(str(actual))
        case "begins":
            return normalise(str(actual)).startswith(normalise(str(value)))
    raise Invalid(f"“{op}” cannot be decided without the database.")
