"""What a new record's form suggests while it is filled in (``resource.Suggestion``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.commands.rules import complete, fill
from shuke.engine.record.values import coerce
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.values import forms
from shuke.web.values.inputs import as_text


@require_GET
def suggestions(request: PageRequest, name: str) -> JsonResponse:
    """What the fields that are still empty would be filled with, as texts by field name."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "create")
    infos = forms.writable_fields(actor, resource)
    given = {key: request.GET[key] for key in infos if request.GET.get(key)}
    return JsonResponse(suggested_texts(actor, resource, infos, given))


def suggested_texts(
    actor: Actor, resource: Resource, infos: Mapping[str, FieldInfo], given: Mapping[str, str]
) -> dict[str, str]:
    """The suggestions for a new record of which ``given`` is known; what makes no sense is left out."""
    typed: dict[str, Any] = {}
    for name, text in given.items():
        try:
            typed[name] = coerce(infos[name], text)
        except Invalid:
            continue
    record = resource.model()
    fill(record, typed, resource)
    found = complete(actor, resource, record, in_form=True)
    return {name: as_text(infos[name], value) for name, value in found.items() if name in infos}


def followed_by(resource: Resource) -> str:
    """The fields whose change asks for suggestions anew, for the form's markup."""
    return " ".join(dict.fromkeys(name for one in resource.suggestions for name in one.follows))
