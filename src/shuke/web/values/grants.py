"""Rights as people set them: a grid of objects and actions instead of JSON (ORG-10, ORG-11, ORG-13)."""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shuke.engine.access.actor import APPROVE, SAVING, FieldLevel, Reach
from shuke.engine.explain.rights import actions_of
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import document_of
from shuke.resource.spec import Resource
from shuke.web.frame.menu import in_menu_order
from shuke.web.values.parts import WORDS

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
    APPROVE: gettext_lazy("approve"),
    "assign": gettext_lazy("assign"),
    "share": gettext_lazy("share"),
    "import": gettext_lazy("import"),
    "export": gettext_lazy("export"),
}
# Fields that hold reaches by object and action, and those that hold levels by object and field.
GRANTS, RULES = "grants", "field_rules"
# In the grid alone: creating, editing and deleting as one choice (ORG-11).
SAVE = "save"


def summary_of(name: str, value: Any) -> str:
    """A grid in a few words, for a table cell or a fact."""
    if name in WORDS:
        return WORDS[name](value)
    if not isinstance(value, dict) or not value:
        return ""
    if name not in (GRANTS, RULES):
        return json.dumps(value, ensure_ascii=False)
    return ngettext("for %(count)d object", "for %(count)d objects", len(value)) % {"count": len(value)}


def action_label(resource: Resource, action: str) -> str:
    """What can be granted for an object, in words: a kind that every object has, one of its verbs or further rights."""
    if action in ACTION_NAMES:
        return str(ACTION_NAMES[action])
    own = {verb.grant: verb.label for verb in reversed(resource.verbs)}
    return str((own | {right.name: right.label for right in resource.rights})[action])


def grid(info: FieldInfo, text: str) -> SafeString:
    """The editor of a JSON field of rights: for each object a row of choices."""
    value = _load(text)
    # Lines are read and written by who may read and write their document.
    objects = [resource for resource in in_menu_order() if document_of(resource.name) is None]
    row = _grants_row if info.name == GRANTS else _rules_row
    return format_html_join("", "{}", ((row(resource, value),) for resource in objects))


def _load(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _grants_row(resource: Resource, value: dict[str, Any]) -> SafeString:
    given = value.get(resource.name) or {}
    reaches = [(reach.name.lower(), str(label)) for reach, label in REACHES.items()]
    saving = [given.get(action, "none") for action in SAVING]
    save = given.get("edit", "none")
    plain = {SAVE: save, **{action: given.get(action, "none") for action in actions_of(resource)}}

    def choice(action: str, label: str) -> SafeString:
        return _choice(f"{GRANTS}.{resource.name}.{action}", label, reaches, plain[action], "none")

    def part(action: str) -> SafeString:
        name, label = f"{GRANTS}.{resource.name}.{action}", str(ACTION_NAMES[action])
        return _choice(
            name, label, [("", _("as “save”")), *reaches], "" if plain[action] == save else plain[action], ""
        )

    others = [name for name in actions_of(resource) if name != "view" and name not in SAVING]
    choices = [
        choice("view", str(ACTION_NAMES["view"])),
        choice(SAVE, _("save (create, edit, delete)")),
        *(choice(action, action_label(resource, action)) for action in others),
        _split([part(action) for action in SAVING], opened=len(set(saving)) > 1),
    ]
    return _row(resource, choices, _granted_words(resource, given))


def _split(choices: list[SafeString], *, opened: bool) -> SafeString:
    """Creating, editing and deleting, each with a reach of its own (ORG-21)."""
    return format_html(
        '<details class="sk-split"{}><summary>{}</summary><div class="sk-grid">{}</div></details>',
        SafeString(" open") if opened else "",
        _("Create, edit and delete each by itself"),
        format_html_join("", "{}", ((choice,) for choice in choices)),
    )


def _granted_words(resource: Resource, given: dict[str, Any]) -> str:
    """What is granted for an object, in a line."""
    names = {reach.name.lower(): str(label) for reach, label in REACHES.items() if reach is not Reach.NONE}
    held = {action: names[given[action]] for action in actions_of(resource) if given.get(action) in names}
    if len({held.get(action) for action in SAVING}) == 1 and "edit" in held:
        held = {(SAVE if action == "edit" else action): word for action, word in held.items()}
        held = {action: word for action, word in held.items() if action not in SAVING}
    labels = [(_("save") if action == SAVE else action_label(resource, action), held[action]) for action in held]
    return " · ".join(f"{label} {word}" for label, word in labels)


def _rules_row(resource: Resource, value: dict[str, Any]) -> SafeString:
    given = value.get(resource.name) or {}
    levels = [("", "—"), *((level.name.lower(), str(label)) for level, label in LEVELS.items())]
    choices = [
        _choice(f"{RULES}.{resource.name}.{name}", str(info.label), levels, given.get(name, ""), "")
        for name, info in fields_of(resource).items()
    ]
    labels = {name: str(info.label) for name, info in fields_of(resource).items()}
    names = {level.name.lower(): str(label) for level, label in LEVELS.items()}
    words = " · ".join(f"{labels[name]} {names[level]}" for name, level in given.items() if name in labels)
    return _row(resource, choices, words)


def _row(resource: Resource, choices: list[SafeString], words: str) -> SafeString:
    return format_html(
        '<details class="sk-grants"><summary><span class="sk-grants-of">{}</span> <small class="dim">{}</small>'
        '</summary><div class="sk-grid">{}</div></details>',
        resource.label_plural,
        words,
        format_html_join("", "{}", ((choice,) for choice in choices)),
    )


def _choice(name: str, label: str, options: list[tuple[str, str]], chosen: str, default: str) -> SafeString:
    chosen = chosen if chosen in dict(options) else default
    rows = [(value, SafeString(" selected") if value == chosen else "", text) for value, text in options]
    return format_html(
        '<label class="sk-field">{}<select class="form-select" name="{}">{}</select></label>',
        capfirst(label),
        name,
        format_html_join("", '<option value="{}"{}>{}</option>', rows),
    )


def read_grid(info: FieldInfo, data: QueryDict) -> str:
    """The JSON text of a posted grid, ordered, so that two equal ones are equal texts."""
    if info.name not in (GRANTS, RULES):
        return data.get(info.name, "")
    found: dict[str, dict[str, str]] = {}
    for key, value in data.items():
        field, _sign, rest = key.partition(".")
        if field == info.name and value:
            resource, _sign, action = rest.rpartition(".")
            found.setdefault(resource, {})[action] = str(value)
    if info.name == GRANTS:
        found = {resource: _spread(actions) for resource, actions in found.items()}
    return canonical({resource: actions for resource, actions in found.items() if actions})


def _spread(actions: dict[str, str]) -> dict[str, str]:
    """“Save” goes to creating, editing and deleting, where these do not say something of their own."""
    save = actions.pop(SAVE, "none")
    spread = {**actions, **{action: actions.get(action, save) for action in SAVING}}
    return {action: reach for action, reach in spread.items() if reach != "none"}


def canonical(value: Any) -> str:
    """JSON with sorted keys; empty for nothing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) if value else ""
