"""Tags for programs: those of every object with how many records bear each; the options' own routes change them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from shuke.api.answers import json_answer
from shuke.api.signing import actor_of
from shuke.engine.access.actor import require_administrator
from shuke.engine.bulk.merging import counts
from shuke.engine.commands.tagging import known_tags, open_tags
from shuke.engine.options.catalogue import standing
from shuke.resource.describe import FieldInfo
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

router = Router(tags=["tags"])


@router.get("", response=list[dict[str, Any]])
def tags(request: HttpRequest) -> HttpResponse:
    """For administrators: the tags of every object. Counting looks at every record, so this takes a moment.

    Rename, colour and retire one with ``PATCH /options/{id}``, merge it with ``POST /options/{id}/merge``.
    """
    require_administrator(actor_of(request))
    return json_answer([_told(one, info) for one in all_resources() for info in open_tags(one)])


def _told(resource: Resource, info: FieldInfo) -> dict[str, Any]:
    held = counts(resource, info)
    return {
        "object": resource.name,
        "field": info.name,
        "tags": [
            {
                "id": one.pk,
                "name": one.name,
                "tone": one.tone,
                "retired": one.retired,
                "merged_into": stands if (stands := standing(one.pk)) != one.pk else None,
                "records": held.get(one.pk, 0),
            }
            for one in known_tags(info)
        ],
    }
