"""Search-as-you-type choices: at most 20 rows of what the actor may see; nothing is shipped with the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.options.catalogue import options_of
from shuke.engine.organisation.models import User
from shuke.engine.present.cells import Cell, Presenter
from shuke.engine.query.paging import best, select
from shuke.kernel.criteria import EVERYTHING, where
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import NotFound
from shuke.kernel.pinyin import initials
from shuke.kernel.text import fold, tidy
from shuke.resource.describe import field_of, fields_of
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor
from shuke.web.values.regions import ROWS, search_regions


@require_GET
def lookup(request: HttpRequest, name: str) -> JsonResponse:
    """``{"choices": [{"id", "text", "hint"}]}`` for a resource or for ``region``.

    With ``makes=1`` also ``maker``, ``{"text", "address"}`` of the form for a missing one, for who may create it.
    ``within`` is the id of the parent that a child is looked for below: the contacts of one customer. ``for`` names a
    field (``form-layouts.company``) that takes only some of the records, of which none is made on the way.
    """
    actor = require_actor(request)
    text = request.GET.get("q", "").strip()[:100]
    if name == "region":
        return JsonResponse({"choices": search_regions(text)})
    resource = resource_for(name)
    within = whole_number(request.GET.get("within", "")) if resource.scope.parent else None
    limits = _limits(resource, request.GET.get("for", ""))
    answer: dict[str, Any] = {"choices": records(actor, resource, text, within, limits)}
    if not limits and request.GET.get("makes") == "1" and actor.may(name, "create"):
        answer["maker"] = maker(resource, text, within)
    return JsonResponse(answer)


def _limits(resource: Resource, field: str) -> Mapping[str, Any]:
    """Which records a field that points at the resource takes (``FieldInfo.narrowed``)."""
    name, _dot, key = field.partition(".")
    info = field_of(resource_for(name), key) if name else None
    if info is None or info.target is not resource.model:
        return {}
    return info.narrowed


def maker(resource: Resource, text: str, within: int | None) -> dict[str, str]:
    """What opens a form for a new record that is called as was typed."""
    known = {resource.title: text} if text else {}
    if within is not None and resource.scope.parent:
        known[resource.scope.parent] = str(within)
    query = urlencode({"pane": "maker", **known})
    words = _("New %(object)s “%(title)s”") if text else _("New %(object)s")
    return {
        "text": words % {"object": resource.label, "title": text},
        "address": f"{reverse('web:create', args=[resource.name])}?{query}",
    }


@require_GET
def tag_lookup(request: HttpRequest, dictionary: str) -> JsonResponse:
    """The tags of a dictionary that fit what was typed, and – for a new word – the word itself, which makes one.

    With ``made=1`` only tags that are there.
    """
    actor = require_actor(request)
    using = [
        (one, info) for one in all_resources() for info in fields_of(one).values() if info.spec.dictionary == dictionary
    ]
    if not any(actor.may(one.name, "view") for one, _info in using):
        raise NotFound(_("There is no such list."))
    text = tidy(request.GET.get("q", ""))[:64]
    wanted = fold(text)
    offered = options_of(dictionary)
    fitting = [
        one for one in offered if wanted in fold(one.name) or any(i.startswith(wanted) for i in initials(one.name))
    ]
    choices: list[dict[str, Any]] = [{"id": one.pk, "text": one.name, "hint": ""} for one in fitting[:ROWS]]
    may_make = request.GET.get("made") != "1" and any(
        actor.may(one.name, "create") and not info.spec.fixed for one, info in using
    )
    if text and may_make and not text.isdecimal() and all(fold(one.name) != wanted for one in offered):
        choices.append({"id": text.replace(",", "，"), "text": text, "hint": _("new tag")})
    return JsonResponse({"choices": choices})


def records(
    actor: Actor, resource: Resource, text: str, within: int | None = None, limits: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The best hits among a resource's records that meet ``limits``; of people only those who work here."""
    require(actor, resource, "view")
    columns = [name for name in (resource.title, resource.subtitle) if name]
    criteria = EVERYTHING if within is None else where(**{resource.scope.parent or "": within})
    selection = select(actor, resource, q=text, criteria=criteria)
    if resource.model is User:
        selection = replace(selection, rows=selection.rows.filter(is_active=True))
    if limits:
        selection = replace(selection, rows=selection.rows.filter(**limits))
    presenter = Presenter(actor, resource, columns)
    return [_choice(row.pk, presenter.row(row), resource) for row in best(selection, ROWS, columns)]


def _choice(pk: int, cells: list[Cell], resource: Resource) -> dict[str, Any]:
    """What is hidden or masked elsewhere is so here; a record whose title is hidden goes by its id."""
    texts = {cell.name: cell.text for cell in cells}
    return {"id": pk, "text": texts.get(resource.title, f"#{pk}"), "hint": texts.get(resource.subtitle or "", "")}
