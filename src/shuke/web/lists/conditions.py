"""The condition editor: any field with any operator, joined in groups of all, any or none – what chips cannot say."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.query.compile import compile_criteria, fields_offered, links_offered, operators
from shuke.kernel.criteria import EVERYTHING, All, Condition, Criteria, Either, Not, dump, parse
from shuke.kernel.criteria import conditions as all_conditions
from shuke.kernel.errors import Invalid, ShukeError
from shuke.kernel.periods import counted
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filter_editor import option_pairs
from shuke.web.lists.filters import ListState, read_state
from shuke.web.lists.page import list_answer
from shuke.web.values.chips import CHOSEN, DAYS, RANGES, RELATIVE, relative_words, relatives
from shuke.web.values.inputs import link_picker
from shuke.web.values.periods import COUNTED, PERIODS
from shuke.web.values.titles import titles_of

# How the parts of a group are joined, and whether the whole is turned round.
JOINS = ("and", "or", "none")
# Operators by kind of field, in the order in which they are offered; the first is the one to begin with.
_TEXT = ("contains", "not_contains", "begins", "eq", "ne", "empty", "not_empty")
_NUMBER = ("gte", "lte", "between", "eq", "ne", "gt", "lt", "empty", "not_empty")
_DAY = ("within", "eq", "lt", "gt", "between", "empty", "not_empty")
_CHOICE = ("in", "not_in", "under", "empty", "not_empty")


@dataclass(frozen=True)
class Row:
    """One condition as it is drawn."""

    field: str
    fields: list[tuple[str, list[tuple[str, str, bool]]]]
    operators: list[tuple[str, str, bool]]
    editor: str
    details: Mapping[str, Any]
    id: str


@dataclass(frozen=True)
class Branch:
    """A group as it is drawn: how it is joined, and its rows and groups."""

    joins: list[tuple[str, str, bool]]
    parts: list[Row | Branch]

    @property
    def is_group(self) -> bool:
        """For templates, which cannot ask for a type."""
        return True


@require_http_methods(["GET", "POST"])
def conditions(request: PageRequest, name: str) -> HttpResponse:
    """The editor of a list's further conditions; what it sends comes back as the list that meets them."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    data = request.POST if request.method == "POST" else request.GET
    state = read_state(actor, resource, QueryDict(data.get("query", "")))
    where, error = state.layout.where, ""
    if request.method == "POST":
        try:
            where = read_tree(actor, resource, request.POST.get("tree", ""))
        except ShukeError as refused:
            error = str(refused)
        else:
            return _answer(request, actor, replace(state, layout=replace(state.layout, where=where), cursor=None))
        # The browser keeps what stands in the dialog: only the message comes back.
        plain = "text/plain; charset=utf-8"
        response = HttpResponse(error, status=422, content_type=plain, headers={"HX-Reswap": "none"})
        return trigger_client_event(response, "sk:toast", {"text": error, "tone": "bad"})
    tree = branch_of(actor, resource, where)
    if not tree.parts:
        tree.parts.append(row_of(actor, resource, fields_offered(actor, resource)[0].name))
    context = {"resource": resource, "tree": tree, "here": state.query()}
    return render(request, "web/lists/conditions.html", context)


def _answer(request: PageRequest, actor: Actor, state: ListState) -> HttpResponse:
    response = list_answer(request, actor, state)
    response["HX-Retarget"], response["HX-Reswap"] = "#list", "innerHTML"
    return trigger_client_event(response, "sk:close", {})


@require_GET
def condition_row(request: PageRequest, name: str) -> HttpResponse:
    """One row for a field and an operator, or – ``group=1`` – a new group with one row (fragments)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    field = request.GET.get("field", "") or fields_offered(actor, resource)[0].name
    row = row_of(actor, resource, field, request.GET.get("op", ""))
    if request.GET.get("group") == "1":
        return render(
            request, "web/lists/condition_group.html", {"resource": resource, "group": Branch(_joins("or"), [row])}
        )
    return render(request, "web/lists/condition_row.html", {"resource": resource, "row": row})


def branch_of(actor: Actor, resource: Resource, criteria: Criteria) -> Branch:
    """Criteria as a group to draw; a single condition is a group of one."""
    match criteria:
        case All(parts):
            return Branch(_joins("and"), [_part(actor, resource, part) for part in parts])
        case Either(parts):
            return Branch(_joins("or"), [_part(actor, resource, part) for part in parts])
        case Not(Either(parts)):
            return Branch(_joins("none"), [_part(actor, resource, part) for part in parts])
        case Not(part):
            return Branch(_joins("none"), [_part(actor, resource, part)])
    return Branch(_joins("and"), [_part(actor, resource, criteria)])


def _part(actor: Actor, resource: Resource, part: Criteria) -> Row | Branch:
    if isinstance(part, Condition):
        return row_of(actor, resource, part.field, part.op, part.value)
    return branch_of(actor, resource, part)


def _joins(present: str) -> list[tuple[str, str, bool]]:
    words = {"and": _("all of these hold"), "or": _("at least one of these holds"), "none": _("none of these holds")}
    return [(join, words[join], join == present) for join in JOINS]


def row_of(actor: Actor, resource: Resource, path: str, op: str = "", value: Any = None) -> Row:
    """A condition to draw: the fields to choose from, the operators of this one, and the editor of its value."""
    info = _info(actor, resource, path)
    known = [one for one in _offered(info) if one in operators(info)]
    op = op if op in known else known[0]
    editor, details = _editor(actor, info, op, value)
    return Row(
        field=path,
        fields=_fields(actor, resource, path),
        operators=[(one, _word(info, one), one == op) for one in known],
        editor=editor,
        details=details,
        id=f"condition-{secrets.token_hex(4)}",
    )


def _info(actor: Actor, resource: Resource, path: str) -> FieldInfo:
    name, _dot, rest = path.partition(".")
    owner = resource
    if rest:
        owner = {info.name: target for info, target in links_offered(actor, resource)}.get(name, resource)
    info = next((info for info in fields_offered(actor, owner) if info.name == (rest or name)), None)
    if info is None:
        raise Invalid(
            _("One cannot filter %(objects)s by “%(field)s”.") % {"objects": resource.label_plural, "field": path}
        )
    return info


def _fields(actor: Actor, resource: Resource, path: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    own = [(info.name, str(info.label), info.name == path) for info in fields_offered(actor, resource)]
    found = [(resource.label, own)]
    for link, target in links_offered(actor, resource):
        names = [(f"{link.name}.{info.name}", info) for info in fields_offered(actor, target)]
        rows = [(name, f"{link.label} · {info.label}", name == path) for name, info in names]
        found.append((str(link.label), rows))
    return found


def _offered(info: FieldInfo) -> tuple[str, ...]:
    if info.kind is Kind.BOOLEAN:
        return ("eq", "empty", "not_empty") if info.nullable else ("eq",)
    if info.kind in CHOSEN:
        return _CHOICE
    if info.kind in DAYS:
        return _DAY
    if info.kind is Kind.FILES:
        return ("contains", "not_empty", "empty")
    return _NUMBER if info.kind in RANGES else _TEXT


def _word(info: FieldInfo, op: str) -> str:
    """An operator of a field in words."""
    if info.kind is Kind.FILES and op == "contains":
        return _("has a file name with")
    return _words()[(op, info.kind in DAYS)]


def _words() -> dict[tuple[str, bool], str]:
    """Operators in words; the second part of the key says whether days are compared."""
    plain = {
        "eq": _("is"),
        "ne": _("is not"),
        "in": _("is one of"),
        "not_in": _("is none of"),
        "under": _("lies in or below"),
        "contains": _("contains"),
        "not_contains": _("does not contain"),
        "begins": _("begins with"),
        "gte": _("at least"),
        "lte": _("at most"),
        "gt": _("more than"),
        "lt": _("less than"),
        "between": _("between"),
        "within": _("lies in"),
        "empty": _("is empty"),
        "not_empty": _("is filled"),
    }
    days = {"eq": _("on"), "gt": _("after"), "lt": _("before"), "gte": _("from"), "lte": _("up to")}
    return {(op, False): text for op, text in plain.items()} | {
        (op, True): text for op, text in {**plain, **days}.items()
    }


def _editor(actor: Actor, info: FieldInfo, op: str, value: Any) -> tuple[str, Mapping[str, Any]]:
    """Which editor a condition's value gets, and what it shows."""
    if op in ("empty", "not_empty"):
        return "none", {}
    if info.kind is Kind.BOOLEAN:
        return "yesno", {"value": "no" if value is False else "yes"}
    if info.kind in CHOSEN:
        items = [_said(item) for item in (value if isinstance(value, list) else [value]) if item is not None]
        if info.kind in (Kind.CHOICE, Kind.OPTION, Kind.TAGS):
            return "options", {"options": [(key, text, key in items) for key, text in option_pairs(info)]}
        words = relative_words()
        known = [key for key in relatives(info) if not (op == "under" and key != "my-unit")]
        return "picker", {
            "relatives": [(key, words[key], key in items) for key in known],
            "picker": _picker(actor, info, [item for item in items if item not in RELATIVE]),
        }
    if op == "within":
        return "period", _periods(str(value or ""))
    kind = "date" if info.kind in DAYS else "text"
    bounds = [_bound(item) for item in value] if isinstance(value, list) else [_bound(value)]
    return ("between" if op == "between" else "one"), {"type": kind, "low": bounds[0], "high": [*bounds, ""][1]}


def _said(item: Any) -> str:
    return next((word for word, meaning in RELATIVE.items() if item == meaning), str(item))


def _bound(value: Any) -> str:
    return "" if value is None or isinstance(value, dict) else str(value)


def _periods(value: str) -> dict[str, Any]:
    found = counted(value)
    pattern, days = found if found and value not in PERIODS else (value, 30)
    rows = [(key, str(text), key == pattern) for key, text in PERIODS.items()]
    rows += [(key, str(text).replace("%(days)d", "N"), key == pattern) for key, text in COUNTED.items()]
    return {"periods": rows, "days": days}


def _picker(actor: Actor, info: FieldInfo, ids: list[str]) -> SafeString:
    titles = titles_of(actor, info, ids)
    return link_picker(
        info,
        name="value",
        input_id=f"condition-value-{secrets.token_hex(4)}",
        chosen=[(item, titles.get(item, item)) for item in ids],
        many=True,
    )


def read_tree(actor: Actor, resource: Resource, text: str) -> Criteria:
    """What the editor sends – ``{"join", "parts": [{"field", "op", "values"} or group]}`` – as criteria.

    Raises ``Invalid`` for what makes no sense. Groups without parts stay out.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(_("A filter value is not understood.")) from None
    criteria = _read_group(data)
    # Through the JSON form once more: it knows the limits of criteria.
    criteria = parse(dump(criteria)) if criteria else EVERYTHING
    compile_criteria(criteria, actor, resource)
    for condition in all_conditions(criteria):
        if condition.op in ("in", "not_in") and not condition.value:
            label = _info(actor, resource, condition.field).label
            raise Invalid(_("“%(field)s” needs a value to compare with.") % {"field": label})
    return criteria


def _read_group(data: Any) -> Criteria | None:
    if not isinstance(data, dict) or data.get("join") not in JOINS or not isinstance(data.get("parts"), list):
        raise Invalid(_("A filter value is not understood."))
    read = [
        _read_group(part) if isinstance(part, dict) and "join" in part else _read_row(part) for part in data["parts"]
    ]
    parts = tuple(part for part in read if part is not None)
    if not parts:
        return None
    match data["join"]:
        case "or":
            return Either(parts)
        case "none":
            return Not(Either(parts))
    return All(parts)


def _read_row(data: Any) -> Condition:
    field, op, values = (data.get(key) for key in ("field", "op", "values")) if isinstance(data, dict) else (None,) * 3
    if not isinstance(field, str) or not isinstance(op, str) or not isinstance(values, list):
        raise Invalid(_("A filter value is not understood."))
    items = [str(item) for item in values]
    return Condition(field, op, _value(op, items))


def _value(op: str, items: list[str]) -> Any:
    match op:
        case "empty" | "not_empty":
            return None
        case "in" | "not_in":
            return [RELATIVE.get(item, item) for item in items]
        case "under":
            return [{"my": "unit"} if item in RELATIVE else item for item in items]
        case "between":
            return items
        case "within":
            return items[0].replace("-N-", f"-{items[1]}-") if len(items) > 1 else "".join(items)
        case "eq" if items in (["yes"], ["no"]):
            return items == ["yes"]
    return items[0] if items else None
