"""The page on which an administrator arranges a form: sections, order and width of fields, what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.commands.write import update
from shuke.engine.layouts.arranging import must_stay, stored_arrangement
from shuke.engine.layouts.models import FormLayout
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Conflict, Invalid, NotAllowed
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.record.page import allowed, require_record
from shuke.web.values.cells import address_of
from shuke.web.values.forms import is_wide

SECTION, OUT, FIELD = "section", "out", "field:"


@dataclass(frozen=True)
class Row:
    """A field of the form that is being arranged; ``fixed``: no record can do without it."""

    name: str
    label: str
    wide: bool
    required: bool
    fixed: bool
    asks: bool


@dataclass(frozen=True)
class Block:
    """A section that is being arranged."""

    title: str
    rows: list[Row]


@require_http_methods(["GET", "POST"])
def form_layout(request: PageRequest, pk: int) -> HttpResponse:
    """The editor of a layout; POST keeps what it holds."""
    actor, resource = require_actor(request), resource_of(FormLayout)
    require(actor, resource, "edit")
    layout = require_record(actor, resource, pk)
    if not allowed(actor, resource, pk, "edit"):
        raise NotAllowed(_("You may not change this here."))
    if request.method == "GET":
        return _page(request, layout, layout)
    typed = read_layout(resource_for(layout.object), request.POST)
    shown = FormLayout(object=layout.object, **typed)
    try:
        saved = _save(actor, resource, layout, typed, whole_number(request.POST.get("version", "")))
    except Conflict as error:
        return _page(request, layout, shown, error)
    except Invalid as error:
        return _page(request, layout, shown, error)
    messages.success(request, _("Saved"), extra_tags=reverse("web:undo", args=[saved]))
    return redirect(address_of(resource.name, pk))


def _save(actor: Actor, resource: Resource, layout: Any, typed: Mapping[str, Any], version: int | None) -> int:
    return update(actor, resource, layout.pk, typed, version=version).change


def read_layout(resource: Resource, data: QueryDict) -> dict[str, Any]:
    """What the page holds, in the order in which it stands there: sections, fields behind theirs, those left out."""
    infos, titles = fields_of(resource), iter(data.getlist("title"))
    wide, required = set(data.getlist("wide")), set(data.getlist("required"))
    sections: list[dict[str, Any]] = []
    left_out: list[str] = []
    within: list[Any] = left_out
    for item in data.getlist("item"):
        name = item.removeprefix(FIELD)
        if item == SECTION:
            within = []
            sections.append({"title": next(titles, "").strip(), "fields": within})
        elif item == OUT:
            within = left_out
        elif item.startswith(FIELD) and name in infos:
            within.append(name if within is left_out else _field(infos[name], name in wide, name in required))
    return {"sections": sections, "left_out": left_out}


def _field(info: FieldInfo, wide: bool, required: bool) -> dict[str, Any]:
    """Only what the layout makes different from the object."""
    found: dict[str, Any] = {"name": info.name}
    if wide != is_wide(info):
        found["wide"] = wide
    if required and not must_stay(info):
        found["required"] = True
    return found


def _page(
    request: PageRequest, layout: Any, shown: FormLayout, error: Conflict | Invalid | None = None
) -> HttpResponse:
    resource = resource_for(layout.object)
    context = {
        "layout": layout,
        "resource": resource,
        "blocks": _blocks(resource, shown),
        "left_out": _left_out(resource, shown),
        "whom": " · ".join(one.name for one in (layout.role, layout.company) if one) or _("everybody"),
        "wrong": _messages(error),
        "version": request.POST.get("version") or layout.version,
    }
    return render(request, "web/setup/form_layout.html", context, status=error.status if error else 200)


def _messages(error: Conflict | Invalid | None) -> list[str]:
    fields = error.fields.values() if isinstance(error, Invalid) else ()
    return [str(message) for found in fields for message in found] or ([str(error)] if error else [])


def _blocks(resource: Resource, layout: FormLayout) -> list[Block]:
    """The sections as they stand; of a layout that is refused also those that hold nothing yet."""
    if layout.pk is None:
        sections = [(one["title"], one["fields"]) for one in layout.sections]
        return [Block(title, [_typed(resource, one) for one in fields]) for title, fields in sections]
    arranged = stored_arrangement(layout)
    infos = fields_of(resource)
    return [
        Block(
            str(section.title),
            [
                _row(infos[name], wide=arranged.wide.get(name), required=name in arranged.required)
                for name in section.fields
            ],
        )
        for section in arranged.sections
    ]


def _typed(resource: Resource, one: Mapping[str, Any]) -> Row:
    return _row(fields_of(resource)[one["name"]], wide=one.get("wide"), required=bool(one.get("required")))


def _left_out(resource: Resource, layout: FormLayout) -> list[Row]:
    infos = fields_of(resource)
    names = stored_arrangement(layout).left_out if layout.pk else layout.left_out
    return [_row(infos[name]) for name in infos if name in names]


def _row(info: FieldInfo, *, wide: bool | None = None, required: bool = False) -> Row:
    fixed = must_stay(info)
    wide = is_wide(info) if wide is None else wide
    return Row(info.name, str(info.label), wide, required or info.required, fixed, info.kind is not Kind.BOOLEAN)
