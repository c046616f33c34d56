"""The little form behind a filter chip: by kind of field options to tick, a text, a range, or a period."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.options.catalogue import options_of
from shuke.kernel.errors import NotFound
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import require_actor
from shuke.web.lists.filters import filterable, read_state
from shuke.web.lists.page import filter_menu
from shuke.web.values.chips import (
    CHOSEN,
    DAYS,
    EMPTY,
    FILLED,
    RANGES,
    RELATIVE,
    chosen_values,
    relative_words,
    relatives,
)
from shuke.web.values.inputs import link_picker
from shuke.web.values.periods import PERIODS
from shuke.web.values.titles import titles_of

# Long lists get a box that narrows them.
_NARROW_FROM = 10


@require_GET
def filter_choice(request: HttpRequest, name: str) -> HttpResponse:
    """The fields that can be added as a filter (a fragment)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    context = {"resource": resource, "fields": filter_menu(actor, state), "query": state.query()}
    return render(request, "web/lists/filter_choice.html", context)


@require_GET
def filter_form(request: HttpRequest, name: str, field: str) -> HttpResponse:
    """The form of one filter (a fragment). The other parameters of the address go along as hidden fields."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    info = next((info for info in filterable(actor, resource) if info.name == field), None)
    if info is None:
        raise NotFound(_("This list has no filter “%(field)s”.") % {"field": field})
    state = read_state(actor, resource, request.GET)
    value = state.filters.get(field, "")
    context = {
        "info": info,
        "address": reverse("web:list", args=[name]),
        "hidden": state.hidden(field),
        "value": value,
        "kind": editor_of(info),
        "without": state.query(**{field: None}),
        **_details(actor, info, value),
    }
    return render(request, "web/lists/filter_form.html", context)


def editor_of(info: FieldInfo) -> str:
    """Which editor a field gets."""
    if info.kind is Kind.BOOLEAN:
        return "yesno"
    if info.kind is Kind.FILES:
        return "files"
    if info.kind in (Kind.CHOICE, Kind.OPTION, Kind.TAGS):
        return "options"
    if info.kind in CHOSEN:
        return "picker"
    if info.kind in DAYS:
        return "days"
    return "range" if info.kind in RANGES else "text"


def _details(actor: Actor, info: FieldInfo, value: str) -> dict[str, Any]:
    match editor_of(info):
        case "options":
            pairs = option_pairs(info)
            chosen = set(chosen_values(value))
            options = [(key, text, key in chosen) for key, text in pairs]
            return {"options": options, "narrow": len(pairs) >= _NARROW_FROM, "specials": _specials(value)}
        case "picker":
            return {
                "picker": _picker(actor, info, value),
                "relatives": _relatives(info, value),
                "specials": _specials(value),
            }
        case "files":
            return {"text": "" if value in (EMPTY, FILLED) else value, "specials": _specials(value)}
        case "days" | "range":
            low, _dots, high = value.partition("..") if ".." in value else ("", "", "")
            presets = [(key, str(text), key == value) for key, text in PERIODS.items()]
            return {"low": low, "high": high, "presets": presets if info.kind in DAYS else []}
    return {}


def option_pairs(info: FieldInfo) -> list[tuple[str, str]]:
    """Value and words of everything that a choosing field may hold, retired options included."""
    if info.kind is Kind.CHOICE:
        return [(str(value), str(label)) for value, label in info.choices if str(value)]
    return [(str(found.pk), found.name) for found in options_of(info.spec.dictionary or "", with_retired=True)]


def _specials(value: str) -> list[tuple[str, str, bool]]:
    return [(EMPTY, _("is empty"), value == EMPTY), (FILLED, _("is filled"), value == FILLED)]


def _relatives(info: FieldInfo, value: str) -> list[tuple[str, str, bool]]:
    words, chosen = relative_words(), chosen_values(value)
    return [(key, words[key], key in chosen) for key in relatives(info)]


def _picker(actor: Actor, info: FieldInfo, value: str) -> str:
    ids = [] if value in (EMPTY, FILLED) else [item for item in chosen_values(value) if item not in RELATIVE]
    titles = titles_of(actor, info, ids)
    return link_picker(
        info,
        name=info.name,
        input_id=f"filter-{info.name}",
        chosen=[(item, titles.get(item, item)) for item in ids],
        many=True,
    )
