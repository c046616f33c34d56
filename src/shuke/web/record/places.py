"""The place of one value on a page: its input while it is edited, and the value again when it is saved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.commands.write import Saved
from shuke.engine.present.cells import Presenter
from shuke.engine.record.words import listed
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.spec import Resource
from shuke.web.record.conflicts import Clash
from shuke.web.record.page import badges, facts, field_address, require_record, subtitle
from shuke.web.values import forms
from shuke.web.values.cells import address_of, cell_html, whole_html


@dataclass(frozen=True)
class Entry:
    """What stands in the input of one field: the text, where it started, and why it comes back, if it does.

    ``clash`` is what somebody else made of the field meanwhile.
    """

    text: str
    was: str
    version: int
    error: Invalid | None = None
    clash: Clash | None = None

    def messages(self, name: str) -> list[str]:
        """What is wrong with the input."""
        if self.error is None:
            return []
        others = [str(one) for messages in self.error.fields.values() for one in messages]
        return [str(one) for one in self.error.fields.get(name, ())] or others or [str(self.error)]


def place_editor(
    request: HttpRequest, actor: Actor, resource: Resource, record: Any, info: FieldInfo, entry: Entry
) -> HttpResponse:
    """The input of one field in its place, with what is wrong with it or with both versions of a conflict."""
    other = fields_of(resource).get(info.spec.depends)
    above = (getattr(record, other.column) or 0) if other else None
    said = entry.messages(info.name)
    context = {
        "field": forms.draw_field(actor, info, entry.text, said, prefix="in-place", above=above),
        "address": field_address(resource, record.pk, info) + ("?in=cell" if _in_cell(request) else ""),
        "was": json.dumps({info.name: entry.was}, ensure_ascii=False),
        "version": entry.version,
        "clash": entry.clash,
    }
    status = 409 if entry.clash else 422 if entry.error else 200
    return render(request, "web/record/place_editor.html", context, status=status)


def saved_place(
    request: HttpRequest, actor: Actor, resource: Resource, pk: int, info: FieldInfo, saved: Saved | None
) -> HttpResponse:
    """The value as it is shown now; title and key facts follow, and the message offers to take it back."""
    record = require_record(actor, resource, pk)
    presenter = Presenter(actor, resource, [info.name])
    cell = presenter.row(record)[0]
    in_cell = _in_cell(request)
    html = cell_html(cell, info) if in_cell else whole_html(cell, info)
    context = {
        "html": html,
        "label": str(info.label),
        "in_cell": in_cell,
        "is_title": in_cell and info.name == resource.title,
        "record_address": address_of(resource.name, pk),
        "title": str(getattr(record, resource.title) or "—"),
        "subtitle": "" if in_cell else subtitle(actor, resource, record),
        "badges": [] if in_cell else badges(actor, resource, record),
        "facts": [] if in_cell else facts(actor, resource, record),
        "oob": True,
    }
    response = render(request, "web/record/place_value.html", context)
    if saved is None:
        return response
    trigger_client_event(response, "sk:changed")
    if saved.emptied:
        trigger_client_event(
            response, "sk:emptied", {"record": address_of(resource.name, pk), "fields": sorted(saved.emptied)}
        )
    words = emptied_words(_("%(field)s saved") % {"field": info.label}, resource, saved)
    return trigger_client_event(response, "sk:toast", {"text": words, "undo": reverse("web:undo", args=[saved.change])})


def emptied_words(words: str, resource: Resource, saved: Saved) -> str:
    """What was saved, and which other fields lost a value by it that did not fit any more."""
    if not saved.emptied:
        return words
    labels = listed(info.label for name, info in fields_of(resource).items() if name in saved.emptied)
    return _("%(words)s; emptied, because it does not fit any more: %(fields)s") % {"words": words, "fields": labels}


def _in_cell(request: HttpRequest) -> bool:
    return request.GET.get("in") == "cell"
