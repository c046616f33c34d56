"""Choosing a region: level by level from the provinces down, or by a name, its pinyin or initials."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from shuke.engine.options.regions import Place, find_regions, regions_in, way_to
from shuke.kernel.digits import whole_number
from shuke.web.frame.acting import require_actor

ROWS = 20


@require_GET
def region_levels(request: HttpRequest) -> JsonResponse:
    """``{"levels": [{"above", "chosen", "choices": [{"id", "text", "name", "more"}]}]}``, the parts of ``at`` last."""
    require_actor(request)
    return JsonResponse({"levels": levels(whole_number(request.GET.get("at", ""), 9))})


def levels(at: int | None) -> list[dict[str, Any]]:
    """The columns to choose from: the provinces, then the parts of each region on the way to ``at``, its own last.

    Of the retired ones only those on the way are there: a record that holds one can still be seen where it is.
    """
    way = way_to(at)
    heads: list[Place | None] = [None, *way]
    nexts: list[Place | None] = [*way, None]
    found = [_level(head, chosen) for head, chosen in zip(heads, nexts, strict=True)]
    return [level for level in found if level["choices"]]


def _level(head: Place | None, chosen: Place | None) -> dict[str, Any]:
    return {
        "above": {"id": head.code, "text": head.full_name, "name": head.name} if head else None,
        "chosen": chosen.code if chosen else None,
        "choices": [
            {"id": row.code, "text": row.full_name, "name": row.name, "more": _has_parts(row)}
            for row in regions_in(head.code if head else None)
            if row.offered or row is chosen
        ],
    }


def _has_parts(place: Place) -> bool:
    return any(part.offered for part in regions_in(place.code))


def search_regions(text: str) -> list[dict[str, Any]]:
    """The regions that fit what was typed, as choices."""
    return [{"id": one.code, "text": one.full_name, "hint": ""} for one in find_regions(text, ROWS)]
