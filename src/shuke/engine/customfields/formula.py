"""The formula language: an expression over a record's fields and the records below it, as spreadsheets write them.

``IF(credit_limit > 100000, "A", "B")``, ``SUM("orders", "amount") * 0.06``, ``DAYS(TODAY(), 上次联系)``. Fields are
named by key or by label. Python's parser reads it, and only what is listed here is evaluated: no attributes, no calls
of anything else, no loops. An empty value makes arithmetic empty and comparisons false; dividing by zero is empty.
"""

from __future__ import annotations

import ast
import datetime
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.kernel.errors import Invalid
from shuke.kernel.text import fold

LONGEST = 2_000
_MOST_PARTS = 400
_LONGEST_TEXT = 10_000
_TEXT_LITERAL = re.compile(r"""("[^"]*"|'[^']*')""")
# Written as a function, not as Python's “a if b else c”.
_IF = re.compile(r"(?:(?<=^)|(?<=[(,+\-*/&<>=])|(?<=[(,+\-*/&<>=] ))if\s*\(", re.IGNORECASE)
AGGREGATES = frozenset({"COUNT", "SUM", "AVERAGE", "LARGEST", "SMALLEST"})

Value = Decimal | str | datetime.date | bool | None


@dataclass(frozen=True)
class Aggregate:
    """A figure over the records below: ``SUM`` of ``field`` over those of ``resource`` (``field`` is "" for COUNT)."""

    function: str
    resource: str
    field: str = ""


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its tree, and the names and figures that it needs to be evaluated."""

    tree: ast.expr
    names: frozenset[str]
    aggregates: frozenset[Aggregate]
    of_today: bool

    def value(self, names: Mapping[str, Value], figures: Mapping[Aggregate, Value]) -> Value:
        """What it comes to. Raises ``Invalid`` when values do not fit together, e.g. a text minus a number."""
        return _evaluate(self.tree, names, figures)


def read(text: str) -> Formula:
    """Reads a formula. Raises ``Invalid`` with the reason and, where it can be told, the place."""
    if len(text) > LONGEST:
        raise Invalid(_("A formula has at most %(most)d characters.") % {"most": LONGEST})
    try:
        tree = ast.parse(_spelled(text.strip()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        place = getattr(error, "offset", None)
        raise Invalid(
            _("The formula is not understood near character %(place)s.") % {"place": place}
            if place
            else _("The formula is not understood.")
        ) from None
    parts = list(ast.walk(tree))
    if len(parts) > _MOST_PARTS:
        raise Invalid(_("The formula is too long."))
    for part in parts:
        _check(part)
    functions = {part.func for part in parts if isinstance(part, ast.Call)}
    names = {part.id for part in parts if isinstance(part, ast.Name) and part not in functions}
    calls = [part for part in parts if isinstance(part, ast.Call)]
    return Formula(
        tree,
        frozenset(names),
        frozenset(_aggregate(call) for call in calls if _called(call) in AGGREGATES),
        of_today=any(_called(call) == "TODAY" for call in calls),
    )


def _spelled(text: str) -> str:
    """Outside of texts: full-width signs folded, ``=`` and ``<>`` as spreadsheets have them."""
    pieces = _TEXT_LITERAL.split(text.replace("“", '"').replace("”", '"'))
    for at in range(0, len(pieces), 2):
        folded = "".join(fold(sign) if sign in "（），；＝＞＜＋－＊／％！＆　" else sign for sign in pieces[at])
        folded = folded.replace("、", ",").replace("<>", "!=")
        folded = _IF.sub("IF(", folded)
        pieces[at] = re.sub(r"(?<![<>=!])=(?!=)", "==", folded).replace("\n", " ")
    return "".join(pieces)


_PLAIN = (
    ast.Expression, ast.Load, ast.Name, ast.IfExp, ast.And, ast.Or, ast.Not, ast.BoolOp, ast.Compare, ast.BinOp,
    ast.UnaryOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.BitAnd, ast.USub, ast.UAdd,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip


def _check(part: ast.AST) -> None:
    if isinstance(part, ast.Constant):
        if not isinstance(part.value, (int, float, str, bool)):
            raise Invalid(_("The formula is not understood."))
        return
    if isinstance(part, ast.Call):
        name = _called(part)
        if part.keywords or name not in {*_FUNCTIONS, *AGGREGATES, *_LAZY}:
            raise Invalid(_("There is no function “%(name)s”.") % {"name": name or "?"})
        return
    if not isinstance(part, _PLAIN):
        raise Invalid(_("A formula cannot contain “%(part)s”.") % {"part": type(part).__name__})


def _called(call: ast.Call) -> str:
    return call.func.id.upper() if isinstance(call.func, ast.Name) else ""


def _aggregate(call: ast.Call) -> Aggregate:
    given = [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    wanted = 1 if _called(call) == "COUNT" else 2
    if len(given) != wanted or len(call.args) != wanted:
        raise Invalid(
            _('Write %(function)s("objects"%(field)s), with names in quotation marks.')
            % {"function": _called(call), "field": "" if wanted == 1 else ', "field"'}
        )
    return Aggregate(_called(call), *given)


# ---- evaluation -----------------------------------------------------------------------------------------------------


def _evaluate(part: ast.expr, names: Mapping[str, Value], figures: Mapping[Aggregate, Value]) -> Value:
    def value(inner: ast.expr) -> Value:
        return _evaluate(inner, names, figures)

    match part:
        case ast.Constant():
            return _constant(part.value)
        case ast.Name():
            return names[part.id]
        case ast.IfExp():
            return value(part.body) if value(part.test) else value(part.orelse)
        case ast.BoolOp():
            results = (bool(value(inner)) for inner in part.values)
            return all(results) if isinstance(part.op, ast.And) else any(results)
        case ast.UnaryOp():
            return _signed(part.op, value(part.operand))
        case ast.BinOp():
            return _arithmetic(part.op, value(part.left), value(part.right))
        case ast.Compare():
            return _compares([value(inner) for inner in (part.left, *part.comparators)], part.ops)
        case ast.Call():
            return _call(part, value, figures)
    raise Invalid(_("The formula is not understood."))


def _constant(raw: Any) -> Value:
    return raw if isinstance(raw, (bool, str)) else Decimal(str(raw))


def _call(part: ast.Call, value: Callable[[ast.expr], Value], figures: Mapping[Aggregate, Value]) -> Value:
    name = _called(part)
    if name in AGGREGATES:
        return figures[_aggregate(part)]
    if name in _LAZY:
        return _LAZY[name](part.args, value)
    return _apply(name, [value(argument) for argument in part.args])


def _apply(name: str, values: list[Value]) -> Value:
    try:
        found: Value = _FUNCTIONS[name](*values)
    except (TypeError, ValueError, ArithmeticError, AttributeError, OverflowError):
        raise Invalid(_("%(function)s cannot be worked out from these values.") % {"function": name}) from None
    return found


def _signed(op: ast.unaryop, value: Value) -> Value:
    if isinstance(op, ast.Not):
        return not value
    if value is None:
        return None
    number = _number(value)
    return -number if isinstance(op, ast.USub) else number


def _arithmetic(op: ast.operator, left: Value, right: Value) -> Value:
    if isinstance(op, ast.BitAnd):
        return _short(_text(left) + _text(right))
    if left is None or right is None:
        return None
    if isinstance(left, datetime.date) or isinstance(right, datetime.date):
        return _with_days(op, left, right)
    if isinstance(op, ast.Add) and isinstance(left, str) and isinstance(right, str):
        return _short(left + right)
    try:
        return _OPERATORS[type(op)](_number(left), _number(right))
    except ArithmeticError:
        # Divided by zero, or beyond all bounds.
        return None


def _with_days(op: ast.operator, left: Value, right: Value) -> Value:
    try:
        if isinstance(op, ast.Sub) and isinstance(left, datetime.date) and isinstance(right, datetime.date):
            return Decimal((left - right).days)
        if isinstance(op, (ast.Add, ast.Sub)) and isinstance(left, datetime.date):
            days = int(_number(right))
            return left + datetime.timedelta(days=days if isinstance(op, ast.Add) else -days)
    except OverflowError:
        return None
    raise Invalid(_("Of two days one can take the difference; to a day one can add days."))


def _compares(values: list[Value], ops: list[ast.cmpop]) -> bool:
    return all(_compare(op, *pair) for op, *pair in zip(ops, values, values[1:], strict=False))


def _compare(op: ast.cmpop, left: Value, right: Value) -> bool:
    if isinstance(op, (ast.Eq, ast.NotEq)):
        same = (left or None) == (right or None) if isinstance(left, str) or isinstance(right, str) else left == right
        return same if isinstance(op, ast.Eq) else not same
    if left is None or right is None:
        return False
    try:
        return bool(_ORDERS[type(op)](left, right))
    except TypeError:
        raise Invalid(_("A text cannot be compared with a number or a day.")) from None


def _number(value: Value) -> Decimal:
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    raise Invalid(_("“%(value)s” is no number.") % {"value": value})


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _short(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise Invalid(_("The text is too long."))
    return text


def _if(arguments: list[ast.expr], value: Callable[[ast.expr], Value]) -> Value:
    """Only the branch that counts is worked out: IF(n = 0, 0, x / n) is safe."""
    if not 2 <= len(arguments) <= 3:
        raise Invalid(_("Write IF(condition, then, else)."))
    if value(arguments[0]):
        return value(arguments[1])
    return value(arguments[2]) if len(arguments) == 3 else None


def _round(value: Decimal | None, places: Decimal = Decimal(0)) -> Decimal | None:
    if not -6 <= places <= 6:
        raise ValueError
    return None if value is None else value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: choose([value for value in values if value is not None], default=None)


def _part_of_day(name: str) -> Callable[[datetime.date | None], Decimal | None]:
    return lambda day: None if day is None else Decimal(getattr(day, name))


def _days(later: datetime.date | None, earlier: datetime.date | None) -> Decimal | None:
    return None if later is None or earlier is None else Decimal((later - earlier).days)


def _absolute(value: Decimal | None) -> Decimal | None:
    return None if value is None else abs(value)


_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LAZY: dict[str, Callable[[list[ast.expr], Callable[[ast.expr], Value]], Value]] = {"IF": _if}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AND": lambda *values: all(values),
    "OR": lambda *values: any(values),
    "NOT": lambda value: not value,
    "ROUND": _round,
    "ABS": _absolute,
    "MIN": _extreme(min),
    "MAX": _extreme(max),
    "EMPTY": lambda value: value in (None, ""),
    "IFEMPTY": lambda value, other: other if value in (None, "") else value,
    "CONCAT": lambda *values: _short("".join(map(_text, values))),
    "LEN": lambda text: Decimal(len(_text(text))),
    "LEFT": lambda text, count: _text(text)[: int(count)],
    "RIGHT": lambda text, count: _text(text)[-int(count) :] if count else "",
    "TODAY": timezone.localdate,
    "DATE": lambda year, month, day: datetime.date(int(year), int(month), int(day)),
    "DAYS": _days,
    "YEAR": _part_of_day("year"),
    "MONTH": _part_of_day("month"),
    "DAY": _part_of_day("day"),
}
