"""Rights as people set them: a grid of objects and actions instead of JSON (ORG-10, ORG-11, ORG-13)."""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from shuke.engine.access.actor import ACTIONS, FieldLevel, Reach
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.spec import Resource
from shuke.web.menu import in_menu_order
from shuke.web.parts import WORDS

REACHES = {
    Reach.NONE: gettext_lazy("no"),
    Reach.OWN: gettext_lazy("own"),
    Reach.UNIT: gettext_lazy("department"),
    Reach.BELOW: gettext_lazy("department and below"),
    Reach.COMPANY: gettext_lazy("company"),
    Reach.ALL: gettext_lazy("all"),
}
LEVELS = {
    FieldLevel.HIDDEN: gettext_lazy("hidden"),
    FieldLevel.MASKED: gettext_lazy("masked"),
    FieldLevel.READ: gettext_lazy("read only"),
    FieldLevel.WRITE: gettext_lazy("writable"),
}
ACTION_NAMES = {
    "view": gettext_lazy("view"),
    "create": gettext_lazy("create"),
    "edit": gettext_lazy("edit"),
    "delete": gettext_lazy("delete"),
    "assign": gettext_lazy("assign"),
    "share": gettext_lazy("share"),
    "import": gettext_lazy("import"),
    "export": gettext_lazy("export"),
}
# Fields that hold reaches by object and action, and those that hold levels by object and field.
GRANTS, RULES = "grants", "field_rules"


def summary_of(name: str, value: Any) -> str:
    """A grid in a few words, for a table cell or a fact."""
    if name in WORDS:
        return WORDS[name](value)
    if not isinstance(value, dict) or not value:
        return ""
    if name not in (GRANTS, RULES):
        return json.dumps(value, ensure_ascii=False)
    return ngettext("for %(count)d object", "for %(count)d objects", len(value)) % {"count": len(value)}


def actions_of(resource: Resource) -> list[tuple[str, str]]:
    """The actions one can be granted for an object: the eight of every object, those of its verbs, its further ones."""
    found = [(name, str(ACTION_NAMES[name])) for name in ACTIONS]
    known = set(ACTIONS)
    for verb in resource.verbs:
        if verb.grant not in known:
            known.add(verb.grant)
            found.append((verb.grant, str(verb.label)))
    return found + [(right.name, str(right.label)) for right in resource.rights]


def grid(info: FieldInfo, text: str) -> SafeString:
    """The editor of a JSON field of rights: for each object a row of choices."""
    value = _load(text)
    if info.name == GRANTS:
        return format_html_join("", "{}", ((_grants_row(resource, value),) for resource in in_menu_order()))
    return format_html_join("", "{}", ((_rules_row(resource, value),) for resource in in_menu_order()))


def _load(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _grants_row(resource: Resource, value: dict[str, Any]) -> SafeString:
    given = value.get(resource.name) or {}
    reaches = [(reach.name.lower(), str(label)) for reach, label in REACHES.items()]
    choices = [
        _choice(f"{GRANTS}.{resource.name}.{action}", label, reaches, given.get(action, "none"), "none")
        for action, label in actions_of(resource)
    ]
    return _row(resource, choices, opened=bool(given))


def _rules_row(resource: Resource, value: dict[str, Any]) -> SafeString:
    given = value.get(resource.name) or {}
    levels = [("", "—"), *((level.name.lower(), str(label)) for level, label in LEVELS.items())]
    choices = [
        _choice(f"{RULES}.{resource.name}.{name}", str(info.label), levels, given.get(name, ""), "")
        for name, info in fields_of(resource).items()
    ]
    return _row(resource, choices, opened=bool(given))


def _row(resource: Resource, choices: list[SafeString], *, opened: bool) -> SafeString:
    return format_html(
        '<details class="sk-grants"{}><summary>{}</summary><div class="sk-grid">{}</div></details>',
        SafeString(" open") if opened else "",
        resource.label_plural,
        format_html_join("", "{}", ((choice,) for choice in choices)),
    )


def _choice(name: str, label: str, options: list[tuple[str, str]], chosen: str, default: str) -> SafeString:
    chosen = chosen if chosen in dict(options) else default
    rows = [(value, SafeString(" selected") if value == chosen else "", text) for value, text in options]
    return format_html(
        '<label class="sk-field">{}<select class="form-select" name="{}">{}</select></label>',
        label,
        name,
        format_html_join("", '<option value="{}"{}>{}</option>', rows),
    )


def read_grid(info: FieldInfo, data: QueryDict) -> str:
    """The JSON text of a posted grid, ordered, so that two equal ones are equal texts."""
    if info.name not in (GRANTS, RULES):
        return data.get(info.name, "")
    found: dict[str, dict[str, str]] = {}
    for key, value in data.items():
        field, _dot, rest = key.partition(".")
        if field == info.name and value and value != "none":
            resource, _dot, action = rest.rpartition(".")
            found.setdefault(resource, {})[action] = str(value)
    return canonical(found)


def canonical(value: Any) -> str:
    """JSON with sorted keys; empty for nothing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) if value else ""
