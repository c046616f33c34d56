"""A card is put somewhere else: the same as editing that field in place, answered in words for the asking script."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Duplicate, Invalid, NotAllowed, ShukeError
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.record.editing import save_changes
from shuke.web.record.page import allowed, require_record
from shuke.web.record.places import emptied_words
from shuke.web.values import forms


@require_POST
def move(request: PageRequest, name: str, pk: int) -> JsonResponse:
    """Write ``value`` into ``field``. A refusal – status 422 – says why, so that the card goes back."""
    actor, resource = require_actor(request), resource_for(name)
    record = require_record(actor, resource, pk)
    try:
        info = _changeable(actor, resource, pk, request.POST.get("field", ""))
        text = _text(info, request.POST.get("value", ""), getattr(record, info.column))
        typed = forms.Typed({info.name: text}, {info.name: _was(info, record, request.POST.get("was"))})
        saved = save_changes(actor, resource, pk, {info.name: info}, typed, _version(request) or record.version)
    except ShukeError as error:
        return JsonResponse({"text": _why(error)}, status=422)
    words = _("%(title)s: %(field)s saved") % {"title": getattr(record, resource.title), "field": info.label}
    if saved:
        words = emptied_words(words, resource, saved)
    undo = reverse("web:undo", args=[saved.change]) if saved else ""
    return JsonResponse({"text": words if saved else "", "undo": undo, "version": _newest(actor, resource, pk)})


def _changeable(actor: Actor, resource: Resource, pk: int, name: str) -> FieldInfo:
    info = fields_of(resource).get(name)
    if info is None or not FieldAccess(actor, resource).changes(name) or not allowed(actor, resource, pk, "edit"):
        raise NotAllowed(_("You may not change this here."))
    return info


def _text(info: FieldInfo, value: str, present: Any) -> str:
    """A moment that is put on another day keeps its time; one that had none begins the working day."""
    if info.kind is not Kind.DATETIME or not value or "T" in value:
        return value
    time = timezone.localtime(present).time() if present else datetime.time(9)
    return f"{value}T{time:%H:%M}"


def _was(info: FieldInfo, record: Any, seen: str | None) -> str:
    """The value that the person saw, so that a change which somebody else made meanwhile is not written over."""
    present = forms.texts_of({info.name: info}, record)[info.name]
    if seen is None or (info.kind is Kind.DATETIME and seen == present[:10]):
        return present
    return seen


def _version(request: PageRequest) -> int | None:
    return whole_number(request.POST.get("version", ""), 9)


def _newest(actor: Actor, resource: Resource, pk: int) -> int:
    return int(require_record(actor, resource, pk).version)


def _why(error: ShukeError) -> str:
    if isinstance(error, Duplicate) or not isinstance(error, Invalid):
        return str(error)
    return " ".join(str(message) for messages in error.fields.values() for message in messages) or str(error)
