"""The editor of a rule: its trigger and its actions as inputs, and what was typed into them read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.automation.handing import region_field
from shuke.engine.automation.telling import email_fields
from shuke.engine.automation.triggers import NEAR, SCHEDULE, near_fields
from shuke.engine.automation.writing import creatable, target_of
from shuke.engine.commands.tagging import tags_fields
from shuke.engine.organisation.models import Pool
from shuke.kernel.digits import whole_number
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource
from shuke.web.setup.automation_inputs import (
    area,
    drawn,
    labels,
    link_input,
    people,
    select,
    tags,
    text_input,
    ticks,
    value_input,
)
from shuke.web.values.automation_words import DEEDS, SOURCES, WAKES, WAYS, WEEKDAYS
from shuke.web.values.forms import DrawnField
from shuke.web.values.inputs import as_text, new_key
from shuke.web.values.titles import titles_of

WHEN = "when"
_UNSET = frozenset({Kind.LINKS, Kind.FILES, Kind.JSON})
_EVENTS_WITH_FIELDS = ("updated",)


@dataclass(frozen=True)
class DrawnRow:
    """One of several alike within an action: a field that is set, a region and who looks after it."""

    key: str
    fields: list[DrawnField]


@dataclass(frozen=True)
class DrawnStep:
    """An action as it is drawn; ``key`` tells its inputs from those of the others."""

    key: str
    do: str
    icon: str
    title: str
    fields: list[DrawnField] = field(default_factory=list)
    rows: list[DrawnRow] = field(default_factory=list)
    more: str = ""
    redraw: str = ""


# ---- when -----------------------------------------------------------------------------------------------------------


def draw_trigger(actor: Actor, resource: Resource, trigger: Mapping[str, Any], redraw: str) -> list[DrawnField]:
    """The inputs of a trigger."""
    on = trigger.get("on", "created")
    found = [select(f"{WHEN}.on", _("The rule wakes when"), list(WAKES.items()), on, redraw=redraw)]
    if on == SCHEDULE:
        every = [("day", _("every day")), ("week", _("every week"))]
        found.append(select(f"{WHEN}.every", _("How often"), every, trigger.get("every", "day"), redraw=redraw))
        if trigger.get("every") == "week":
            days = [(str(number), day) for number, day in enumerate(WEEKDAYS)]
            found.append(select(f"{WHEN}.weekday", _("Day of the week"), days, str(trigger.get("weekday", 0))))
        found.append(text_input(f"{WHEN}.at", _("Time of day"), trigger.get("at", "09:00"), kind="time"))
    elif on == NEAR:
        found += _draw_near(actor, resource, trigger, redraw)
    elif on in _EVENTS_WITH_FIELDS:
        found += _draw_fields(actor, resource, trigger, redraw)
    return found


def _draw_near(actor: Actor, resource: Resource, trigger: Mapping[str, Any], redraw: str) -> list[DrawnField]:
    infos = near_fields(actor, resource)
    chosen = trigger.get("field") or (infos[0].name if infos else "")
    days, hours = trigger.get("days", 0), trigger.get("hours", 0)
    unit = "hours" if hours else "days"
    number = hours or days
    side = "after" if number > 0 else "before"
    found = [
        select(f"{WHEN}.field", _("Date"), labels(infos), chosen, redraw=redraw),
        text_input(f"{WHEN}.number", _("How much"), abs(number), kind="number"),
        select(f"{WHEN}.unit", _("Unit"), [("days", _("days")), ("hours", _("hours"))], unit),
        select(f"{WHEN}.side", _("Before or after"), [("before", _("before it")), ("after", _("after it"))], side),
    ]
    if any(info.name == chosen and info.kind is Kind.DATE for info in infos):
        found.append(text_input(f"{WHEN}.at", _("Time of day"), trigger.get("at", "09:00"), kind="time"))
    return found


def _draw_fields(actor: Actor, resource: Resource, trigger: Mapping[str, Any], redraw: str) -> list[DrawnField]:
    access = FieldAccess(actor, resource)
    infos = {
        name: info for name, info in fields_of(resource).items() if access.compares(name) and info.kind not in _UNSET
    }
    watched = [name for name in trigger.get("fields", ()) if name in infos]
    single = watched[0] if len(watched) == 1 else ""
    found = [select(f"{WHEN}.one", _("Which field"), [("*", _("several or any")), *labels([*infos.values()])],
                     single or "*", redraw=redraw)]  # fmt: skip
    if not single:
        found.append(ticks(f"{WHEN}.fields", _("Fields to watch (none: any)"), labels([*infos.values()]), watched))
        return found
    for end, label in (("from", _("from (empty: any)")), ("to", _("to (empty: any)"))):
        found.append(value_input(actor, infos[single], f"{WHEN}.{end}", trigger.get(end), label))
    return found


def read_trigger(data: QueryDict) -> dict[str, Any]:
    """What was chosen as a trigger."""
    on = data.get(f"{WHEN}.on", "created")
    if on == SCHEDULE:
        found: dict[str, Any] = {"on": on, "every": data.get(f"{WHEN}.every", "day")}
        if found["every"] == "week":
            found["weekday"] = _number(data.get(f"{WHEN}.weekday", "0"))
        return found | {"at": data.get(f"{WHEN}.at", "09:00")}
    if on == NEAR:
        number = _number(data.get(f"{WHEN}.number", "0"))
        signed = number if data.get(f"{WHEN}.side") == "after" else -number
        unit = "hours" if data.get(f"{WHEN}.unit") == "hours" else "days"
        found = {"on": on, "field": data.get(f"{WHEN}.field", ""), unit: signed}
        return found | ({"at": data[f"{WHEN}.at"]} if data.get(f"{WHEN}.at") else {})
    if on in _EVENTS_WITH_FIELDS:
        return {"on": on} | _read_fields(data)
    return {"on": on}


def _read_fields(data: QueryDict) -> dict[str, Any]:
    one = data.get(f"{WHEN}.one", "*")
    if one == "*":
        fields = data.getlist(f"{WHEN}.fields")
        return {"fields": fields} if fields else {}
    ends = {end: data[f"{WHEN}.{end}"] for end in ("from", "to") if data.get(f"{WHEN}.{end}")}
    return {"fields": [one], **ends}


def _number(text: str) -> int:
    return whole_number(text, 5) or 0


# ---- then -----------------------------------------------------------------------------------------------------------


def draw_step(actor: Actor, resource: Resource, step: Mapping[str, Any], key: str, address: str) -> DrawnStep:
    """One action with its inputs. ``address`` draws it anew."""
    do = str(step.get("do", "set"))
    redraw = f"{address}?key={key}"
    deed = DEEDS.get(do, DEEDS["set"])
    made = DrawnStep(key, do, deed[0], str(deed[1]), redraw=redraw)
    match do:
        case "set" | "create":
            return _draw_assignments(actor, resource, step, made)
        case "assign":
            return _draw_assign(actor, resource, step, made)
        case "wait":
            return replace(made, fields=_draw_wait(resource, step, key, redraw))
    fields = {"tag": _draw_tag, "pool": _draw_pool, "notify": _draw_notify, "mail": _draw_mail, "call": _draw_call}[do]
    return replace(made, fields=fields(actor, resource, step, key))


def _draw_assignments(actor: Actor, resource: Resource, step: Mapping[str, Any], made: DrawnStep) -> DrawnStep:
    target = target_of(step, resource)
    fields = []
    if made.do == "create":
        pairs = [(one.name, one.label) for one in creatable() if actor.may(one.name, "create")]
        fields = [
            select(f"{made.key}.object", _("Which object"), pairs, str(step.get("object", "")), redraw=made.redraw)
        ]
    access = FieldAccess(actor, target)
    may = access.writes if made.do == "create" else access.changes
    infos = [info for name, info in fields_of(target).items() if may(name) and info.kind not in _UNSET]
    given = step.get("values") or [{}]
    rows = [_draw_assignment(actor, resource, infos, one, made) for one in given] if infos else []
    return replace(made, fields=fields, rows=rows, more=_("Another field"))


def _draw_assignment(
    actor: Actor, resource: Resource, infos: Sequence[FieldInfo], one: Mapping[str, Any], made: DrawnStep
) -> DrawnRow:
    row = new_key()
    name = f"{made.key}.{row}"
    info = next((info for info in infos if info.name == one.get("field")), infos[0])
    sources = [key for key in SOURCES if _suits(key, info, resource)]
    source = one.get("source", "value") if one.get("source", "value") in sources else "value"
    pairs = [(key, SOURCES[key]) for key in sources]
    fields = [
        select(f"{name}.field", _("Field"), labels(infos), info.name, redraw=made.redraw),
        select(f"{name}.source", _("becomes"), pairs, source, redraw=made.redraw),
    ]
    return DrawnRow(row, [*fields, *_draw_value(actor, resource, info, f"{name}.value", source, one.get("value"))])


def _suits(source: str, info: FieldInfo, resource: Resource) -> bool:
    if source == "record":
        return info.target is resource.model
    if source == "text":
        return info.is_text
    return source != "formula" or info.kind not in (Kind.LINK, Kind.TAGS)


def _draw_value(
    actor: Actor, resource: Resource, info: FieldInfo, name: str, source: str, value: Any
) -> list[DrawnField]:
    match source:
        case "formula":
            return [text_input(name, _("Formula"), value, hint=_('e.g. IF(credit_limit > 100000, "A", "B")'))]
        case "text":
            return [area(name, _("Text"), value, hint=_places(resource))]
        case "field":
            infos = [
                one for one in fields_of(resource).values() if one.kind not in _UNSET and one.target is info.target
            ]
            return [select(name, _("Field of the record"), labels(infos), str(value or ""))]
        case "record":
            return []
    return [value_input(actor, info, name, value, _("Value"))]


def _places(resource: Resource) -> str:
    return _("Fields stand in braces, e.g. {%(title)s}; {link} is the record's address.") % {
        "title": fields_of(resource)[resource.title].label
    }


def _draw_assign(actor: Actor, resource: Resource, step: Mapping[str, Any], made: DrawnStep) -> DrawnStep:
    ways = [(key, words) for key, words in WAYS.items() if key != "territory" or region_field(resource)]
    way = step.get("way", "turn")
    fields = [select(f"{made.key}.way", _("How"), ways, way, redraw=made.redraw)]
    if way != "territory":
        return replace(made, fields=[*fields, *_draw_people(actor, step, made.key)])
    info = region_field(resource)
    rows = []
    for one in step.get("territories") or [{}]:
        row = new_key()
        name, code = f"{made.key}.{row}", as_text(info, one.get("region")) if info else ""
        titles = titles_of(actor, info, [code]) if info and code else {}
        region = link_input(info, f"{name}.region", code, titles, _("Region")) if info else SafeString("")
        rows.append(DrawnRow(row, [drawn(f"{name}.region", _("Region"), region), *_draw_people(actor, one, name)[:3]]))
    return replace(made, fields=fields, rows=rows, more=_("Another region"))


def _draw_people(actor: Actor, step: Mapping[str, Any], key: str) -> list[DrawnField]:
    found = [people(actor, f"{key}.people", _("People"), "users", step.get("people", ()))]
    if actor.may("units", "view"):
        found.append(people(actor, f"{key}.units", _("Departments"), "units", step.get("units", ())))
    if actor.may("roles", "view"):
        found.append(people(actor, f"{key}.roles", _("Roles"), "roles", step.get("roles", ())))
    return found


def _draw_told(actor: Actor, resource: Resource, step: Mapping[str, Any], key: str) -> list[DrawnField]:
    pairs = [("owner", _("the owner")), ("manager", _("who is in charge of the owner"))]
    also = [name for name, _words in pairs if step.get(name)]
    found = [ticks(f"{key}.also", _("Whom"), pairs, also)] if resource.scope.owner else []
    return [*found, *_draw_people(actor, step, key)]


def _draw_pool(actor: Actor, resource: Resource, step: Mapping[str, Any], key: str) -> list[DrawnField]:
    rows = Pool.objects.unscoped("pools to choose from; by name only").filter(deleted_at__isnull=True)
    pairs = [(str(pk), name) for pk, name in rows.order_by("title_key", "pk").values_list("pk", "name")]
    return [select(f"{key}.pool", _("Pool"), pairs, str(step.get("pool", "")))]


def _draw_tag(actor: Actor, resource: Resource, step: Mapping[str, Any], key: str) -> list[DrawnField]:
    access = FieldAccess(actor, resource)
    infos = [info for info in tags_fields(resource) if access.changes(info.name)]
    if not infos:
        return []
    info = next((one for one in infos if one.name == step.get("field")), infos[0])
    found = [tags(info, f"{key}.add", _("Tags that it gets"), step.get("add", ()))]
    found.append(tags(info, f"{key}.remove", _("Tags that it loses"), step.get("remove", ())))
    return [select(f"{key}.field", _("Field"), labels(infos), info.name), *found] if len(infos) > 1 else found


def _draw_notify(actor: Actor, resource: Resource, step: Mapping[str, Any], key: str) -> list[DrawnField]:
    text = area(f"{key}.text", _("Text"), step.get("text"), hint=_places(resource))
    return [*_draw_told(actor, resource, step, key), text]


def _draw_mail(actor: Actor, resource: Resource, step: Mapping[str, Any], key: str) -> list[DrawnField]:
    infos = fields_of(resource)
    fields = [(name, infos[name].label) for name in email_fields(resource)]
    found = _draw_told(actor, resource, step, key)
    if fields:
        found.append(select(f"{key}.field", _("The address in"), fields, str(step.get("field", "")), empty=True))
    addresses = ", ".join(step.get("addresses") or ())
    return [
        *found,
        text_input(f"{key}.addresses", _("Further addresses"), addresses, hint=_("separated by commas")),
        text_input(f"{key}.subject", _("Subject"), step.get("subject"), wide=True),
        area(f"{key}.text", _("Text"), step.get("text"), hint=_places(resource)),
    ]


def _draw_call(actor: Actor, resource: Resource, step: Mapping[str, Any], key: str) -> list[DrawnField]:
    access = FieldAccess(actor, resource)
    pairs = [(name, info.label) for name, info in fields_of(resource).items() if access.compares(name)]
    return [
        text_input(f"{key}.url", _("Address"), step.get("url"), kind="url", hint="https://…", wide=True),
        ticks(f"{key}.fields", _("Fields that are sent"), pairs, step.get("fields", ())),
    ]


def _draw_wait(resource: Resource, step: Mapping[str, Any], key: str, redraw: str) -> list[DrawnField]:
    dates = [info for info in fields_of(resource).values() if info.kind in (Kind.DATE, Kind.DATETIME)]
    days, hours = step.get("days", 0), step.get("hours", 0)
    number, unit = (hours, "hours") if hours else (days, "days")
    sides = [("after", _("after it")), ("before", _("before it"))]
    pairs = [("", _("from then on")), *labels(dates)]
    found = [
        select(f"{key}.field", _("Counted from"), pairs, str(step.get("field") or ""), redraw=redraw),
        text_input(f"{key}.number", _("How much"), abs(number), kind="number"),
        select(f"{key}.unit", _("Unit"), [("days", _("days")), ("hours", _("hours"))], unit),
    ]
    if step.get("field"):
        found.append(select(f"{key}.side", _("Before or after"), sides, "before" if number < 0 else "after"))
    return found
