"""Criteria to SQL: the one compiler behind filters of lists, the API, saved views and scopes.

A field that the actor may not compare by is refused, not ignored; so is one that the resource does not offer.
``customer.level`` asks the record that a link points at, within what the actor may see of those.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.options.catalogue import options_of, standing
from shuke.engine.options.models import Region
from shuke.engine.options.regions import last_code
from shuke.engine.organisation.models import Unit, User
from shuke.engine.organisation.tree import units_below
from shuke.engine.query.ordering import sort_key, sort_value
from shuke.engine.record.values import UNSTORABLE, coerce
from shuke.engine.stored.models import FieldFile
from shuke.kernel.criteria import All, Condition, Criteria, Either, Not
from shuke.kernel.errors import Invalid
from shuke.kernel.grams import probe
from shuke.kernel.periods import span
from shuke.kernel.text import normalise
from shuke.resource.describe import FieldInfo, Kind, field_of, fields_of
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource

_DAY = datetime.timedelta(days=1)
_ORDERED = frozenset({"lt", "lte", "gt", "gte", "between"})
_ORDERED_KINDS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.DATE, Kind.DATETIME})
_EVERYWHERE = frozenset({"eq", "ne", "in", "not_in", "empty", "not_empty"})


_LOOKUPS = {"lt": LessThan, "lte": LessThanOrEqual, "gt": GreaterThan, "gte": GreaterThanOrEqual}


def operators(info: FieldInfo) -> frozenset[str]:
    """The operators that a field understands."""
    found = _EVERYWHERE
    if info.kind is Kind.FILES:
        return (found & {"empty", "not_empty"}) | {"contains"}
    if info.kind in (Kind.TAGS, Kind.LINKS):
        return found - {"eq", "ne"}
    if info.kind in _ORDERED_KINDS:
        found |= _ORDERED
    if info.kind in (Kind.DATE, Kind.DATETIME):
        found |= {"within"}
    if info.is_text:
        found |= {"contains", "not_contains", "begins"}
    if info.target in (Unit, Region):
        found |= {"under"}
    return found


def compile_criteria(criteria: Criteria, actor: Actor, resource: Resource) -> Q:
    """The criteria as a ``Q``. Raises ``Invalid`` for unknown, hidden or unsuitable fields, operators and values."""
    match criteria:
        case Condition():
            return _compile(criteria, actor, resource, FieldAccess(actor, resource))
        case All(parts):
            found = Q()
            for part in parts:
                found &= compile_criteria(part, actor, resource)
            return found
        case Either(parts):
            if not parts:
                return Q(pk__in=())
            found = compile_criteria(parts[0], actor, resource)
            for part in parts[1:]:
                found |= compile_criteria(part, actor, resource)
            return found
        case Not(part):
            return ~compile_criteria(part, actor, resource)


def _compile(condition: Condition, actor: Actor, resource: Resource, access: FieldAccess) -> Q:
    if condition.field == "id":
        return _by_id(condition)
    if "." in condition.field:
        return _through_link(condition, actor, resource)
    info = field_of(resource, condition.field)
    if info is None or not access.compares(info.name) or not offered(info):
        raise Invalid(_("One cannot filter %(objects)s by “%(field)s”.") % _names(resource, condition))
    if condition.op not in operators(info):
        raise Invalid(_("“%(field)s” does not know the operator “%(op)s”.") % {"field": info.label, "op": condition.op})
    return _sql(info, condition.op, condition.value, actor)


def _through_link(condition: Condition, actor: Actor, resource: Resource) -> Q:
    """A condition on the linked record; what points at nothing – or at nothing that one may see – never meets it."""
    name, _dot, rest = condition.field.partition(".")
    links = {info.name: target for info, target in links_offered(actor, resource)}
    if name not in links or "." in rest:
        raise Invalid(_("One cannot filter %(objects)s by “%(field)s”.") % _names(resource, condition))
    target = links[name]
    within = compile_criteria(replace(condition, field=rest), actor, target)
    rows = target.model.objects.visible_to(actor).filter(within)  # type: ignore[attr-defined]
    return Q(**{f"{fields_of(resource)[name].column}__in": rows.order_by().values("pk")})


def links_offered(actor: Actor, resource: Resource) -> list[tuple[FieldInfo, Resource]]:
    """The links that a filter may follow, each with the object it leads to: comparable, indexed, open to the actor."""
    access = FieldAccess(actor, resource)
    return [
        (info, target)
        for info in fields_of(resource).values()
        if info.kind is Kind.LINK and info.target and has_resource(info.target) and offered(info)
        if access.compares(info.name) and actor.may((target := resource_of(info.target)).name, "view")
    ]


def fields_offered(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The fields of its own that the actor may filter an object by."""
    access = FieldAccess(actor, resource)
    return [info for name, info in fields_of(resource).items() if offered(info) and access.compares(name)]


def offered(info: FieldInfo) -> bool:
    """May lists be filtered by the field at all? Searched text can; other fields must say so (they get an index)."""
    return info.spec.filter or info.spec.sort or info.spec.search is not None


def _names(resource: Resource, condition: Condition) -> dict[str, str]:
    return {"objects": resource.label_plural, "field": condition.field}


def _by_id(condition: Condition) -> Q:
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    if condition.op not in ("eq", "in") or not all(isinstance(value, int) for value in values):
        raise Invalid(_("“id” is compared with eq or in, and whole numbers."))
    return Q(pk__in=values)


def _sql(info: FieldInfo, op: str, raw: Any, actor: Actor) -> Q:
    if info.kind in _LISTS:
        return _LISTS[info.kind](info, op, raw, actor)
    match op:
        case "empty":
            return _is_empty(info)
        case "not_empty":
            return ~_is_empty(info)
        case "in" | "not_in":
            # Nothing equals an empty value, so one in the list finds nothing.
            typed = [one for item in raw if item not in (None, "") for one in _each(info, item, actor)]
            found = Q(**{f"{info.column}__in": [value for value in typed if value not in (None, "")]})
            return found if op == "in" else ~found
        case "contains" | "begins":
            return _contains(info, raw, begins=op == "begins")
        case "not_contains":
            return ~_contains(info, raw)
        case "under":
            return _under(info, [_typed(info, item, actor) for item in (raw if isinstance(raw, list) else [raw])])
        case "within":
            return _within(info, raw, actor)
        case "between":
            return _compare(info, "gte", raw[0], actor) & _compare(info, "lte", raw[1], actor)
    return _compare(info, op, raw, actor)


def _tagged(info: FieldInfo, op: str, raw: Any, _actor: Actor) -> Q:
    """Has it one of the tags? “Any at all” asks for each that there is, which the index answers as well."""
    if op in ("empty", "not_empty"):
        ids = [option.pk for option in options_of(info.spec.dictionary or "", with_retired=True)]
    else:
        ids = [standing(int(item)) for item in raw if str(item).isdecimal() and len(str(item)) < 19]
    found = Q(**{f"{info.column}__overlap": ids}) if ids else Q(pk__in=())
    return ~found if op in ("empty", "not_in") else found


def _linked(info: FieldInfo, op: str, raw: Any, actor: Actor) -> Q:
    """Does one of several links lead there? Asked of the table of links, so that no record is found twice."""
    source: Any = info.source
    rows = source.remote_field.through._default_manager
    if op not in ("empty", "not_empty"):
        wanted = [one for item in raw if item not in (None, "") for one in _each(info, item, actor)]
        ids = [pk for one in wanted for pk in (one if isinstance(one, list) else [one])]
        rows = rows.filter(**{f"{source.m2m_reverse_field_name()}__in": ids})
    found = Q(pk__in=rows.values(source.m2m_field_name()))
    return ~found if op in ("not_in", "empty") else found


def _filed(info: FieldInfo, op: str, raw: Any, _actor: Actor) -> Q:
    """Does it hold files? No list comes before the empty one, so that the index answers both.

    By name: only the files that belong to the record are looked at, by their index, and of them those it holds.
    """
    if op == "contains":
        if not (part := _part(info, raw)):
            return Q(pk__in=())
        rows = FieldFile.objects.filter(resource=resource_of(info.source.model).name, object_id=OuterRef("pk"))
        position = Func(OuterRef(info.column), F("pk"), function="array_position", output_field=BigIntegerField())
        return Q(Exists(rows.filter(IsNull(position, False), GreaterThan(_place("name", part), 0))))
    return Q(**{info.column if op == "empty" else f"{info.column}__gt": []})


_LISTS = {Kind.TAGS: _tagged, Kind.LINKS: _linked, Kind.FILES: _filed}


def _compare(info: FieldInfo, op: str, raw: Any, actor: Actor) -> Q:
    value = None if raw is None else _typed(info, raw, actor)
    if value is None or value == "":
        raise Invalid(_("“%(field)s” needs a value to compare with.") % {"field": info.label})
    if info.kind is Kind.DATETIME and _is_day(raw):
        return _compare_day(info, op, value)
    if op in ("eq", "ne"):
        found = Q(**{info.column: value})
        return found if op == "eq" else ~found
    return ordered(info, op, value)


def ordered(info: FieldInfo, op: str, value: Any) -> Q:
    """``lt``, ``lte``, ``gt`` or ``gte`` as the index of an ordered field answers it; what is empty never meets it.

    Fields that may be empty are indexed with a stand-in for that (``sort_value``), so they are compared with it, too –
    and where the stand-in would meet the comparison, it is shut out.
    """
    if not info.nullable:
        return Q(**{f"{info.column}__{op}": value})
    typed = value if hasattr(value, "resolve_expression") else Value(value, output_field=info.source)
    found = Q(_LOOKUPS[op](sort_value(info), typed))
    empty = Value(sort_key(info, None), output_field=info.source)
    is_last = info.kind in (Kind.DATE, Kind.DATETIME)
    if is_last == (op in ("gt", "gte")):
        found &= Q((LessThan if is_last else GreaterThan)(sort_value(info), empty))
    return found


def _is_day(raw: Any) -> bool:
    return (isinstance(raw, str) and ":" not in raw) or (isinstance(raw, dict) and "today" in raw)


def _compare_day(info: FieldInfo, op: str, start: datetime.datetime) -> Q:
    """A day stands for all of its moments: up to a day includes its evening."""
    end = start + _DAY
    within = ordered(info, "gte", start) & ordered(info, "lt", end)
    return {
        "eq": within,
        "ne": ~within,
        "lt": ordered(info, "lt", start),
        "lte": ordered(info, "lt", end),
        "gt": ordered(info, "gte", end),
        "gte": ordered(info, "gte", start),
    }[op]


def _typed(info: FieldInfo, raw: Any, actor: Actor) -> Any:
    """The typed value. ``{"me": true}``, ``{"my": "unit"}``, ``{"today": -7}``, ``{"now": 2}`` (hours) are relative."""
    if isinstance(raw, dict):
        raw = _relative(raw, actor)
    typed = coerce(info, raw)
    return standing(typed) if info.kind is Kind.OPTION and typed else typed


def _each(info: FieldInfo, raw: Any, actor: Actor) -> list[Any]:
    """The typed values that one item of a list stands for: ``{"my": "unit"}`` are all people of one's department."""
    if info.target is not User or not (isinstance(raw, dict) and "my" in raw):
        return [_typed(info, raw, actor)]
    own = frozenset() if actor.unit_id is None else frozenset({actor.unit_id})
    units = {"unit": own, "below": actor.below}.get(str(raw["my"]))
    if units is None:
        raise Invalid(_("A filter value is not understood."))
    people = User.objects.unscoped("ids to compare with; nothing is shown")
    return list(people.filter(unit_id__in=sorted(units)).values_list("pk", flat=True))


def _relative(raw: dict[str, Any], actor: Actor) -> Any:
    match raw:
        case {"me": True}:
            return actor.user_id
        case {"my": "unit"}:
            return actor.unit_id
        case {"today": int(days)} if abs(days) < 40_000:
            return timezone.localdate() + days * _DAY
        case {"now": int(hours)} if abs(hours) < 1_000_000:
            return timezone.now() + datetime.timedelta(hours=hours)
        case {"id": _ as value}:
            return value
    raise Invalid(_("A filter value is not understood."))


def _is_empty(info: FieldInfo) -> Q:
    if info.nullable and info.kind in _ORDERED_KINDS:
        return Q(Exact(sort_value(info), Value(sort_key(info, None), output_field=info.source)))
    found = Q(**{f"{info.column}__isnull": True}) if info.nullable else Q(pk__in=())
    if isinstance(info.source, (models.CharField, models.TextField)):
        found |= Q(**{info.column: ""})
    return found


def _within(info: FieldInfo, raw: Any, actor: Actor) -> Q:
    days = span(raw, timezone.localdate()) if isinstance(raw, str) else None
    if days is None:
        raise Invalid(_("“%(field)s”: there is no such period.") % {"field": info.label})
    found = Q()
    for op, day in zip(("gte", "lte"), days, strict=True):
        found &= _compare(info, op, day.isoformat(), actor) if day else Q(**{f"{info.column}__isnull": False})
    return found


def _part(info: FieldInfo, raw: Any) -> str:
    """What a text is to contain, as it is compared; empty when no stored text can contain it."""
    term = "" if raw is None else normalise(str(raw))
    if not term:
        raise Invalid(_("“%(field)s” needs a value to compare with.") % {"field": info.label})
    return "" if UNSTORABLE.search(term) else term


def _place(column: str, term: str) -> StrIndex:
    """Where in a column's text the term stands, from 1; 0 is nowhere."""
    half_width = Func(F(column), function="normalize", template="%(function)s(%(expressions)s, NFKC)")
    return StrIndex(Lower(half_width, output_field=TextField()), Value(term))


def _contains(info: FieldInfo, raw: Any, *, begins: bool = False) -> Q:
    if not (term := _part(info, raw)):
        return Q(pk__in=())
    place = _place(info.column, term)
    exact = Q(Exact(place, 1) if begins else GreaterThan(place, 0))
    tokens = probe(term) if info.spec.search else ()
    indexed = Q()
    for alternative in tokens:
        indexed |= Q(grams__contains=list(alternative))
    return indexed & exact


def _under(info: FieldInfo, values: list[Any]) -> Q:
    if not values or None in values:
        raise Invalid(_("“%(field)s” needs a value to compare with.") % {"field": info.label})
    if info.target is Region:
        found = Q(pk__in=())
        for value in values:
            found |= Q(**{f"{info.column}__gte": value, f"{info.column}__lte": last_code(value)})
        return found
    return Q(**{f"{info.column}__in": sorted(set().union(*(units_below(value) for value in values)))})
