"""Choosing a region: level by level from the provinces down, or by a name, its pinyin or initials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from shuke.engine.options.models import Region
from shuke.kernel.pinyin import full, initials
from shuke.kernel.text import compact
from shuke.web.acting import require_actor

ROWS = 20


@dataclass(frozen=True)
class Place:
    """A region as one looks for it: ``text`` holds the names of all levels, ``spelled`` the pinyin of its own,
    ``above`` that of what it lies in."""

    code: int
    parent: int | None
    name: str
    full_name: str
    text: str
    spelled: tuple[str, ...]
    above: tuple[str, ...]
    depth: int


# All 3,400 regions by code, and the codes below each; they change with a release only.
_places: dict[int, Place] = {}
_below: dict[int | None, list[int]] = defaultdict(list)


@require_GET
def region_levels(request: HttpRequest) -> JsonResponse:
    """``{"levels": [{"above", "chosen", "choices": [{"id", "text", "name", "more"}]}]}``, the parts of ``at`` last."""
    require_actor(request)
    text = request.GET.get("at", "")
    at = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    return JsonResponse({"levels": levels(at)})


def levels(at: int | None) -> list[dict[str, Any]]:
    """The columns to choose from: the provinces, then the parts of each region on the way to ``at``, its own last."""
    places = _known()
    way = [*_way(places.get(at) if at is not None else None)]
    heads: list[Place | None] = [None, *way]
    nexts: list[Place | None] = [*way, None]
    return [_level(head, chosen) for head, chosen in zip(heads, nexts, strict=True) if _parts(head)]


def _way(place: Place | None) -> Iterator[Place]:
    """The province of a place, its city, the place itself."""
    if place is None:
        return
    yield from _way(_known().get(place.parent) if place.parent is not None else None)
    yield place


def _parts(head: Place | None) -> list[Place]:
    """What lies directly in a place; the provinces for none."""
    places = _known()
    return [places[code] for code in _below[head.code if head else None]]


def _level(head: Place | None, chosen: Place | None) -> dict[str, Any]:
    return {
        "above": {"id": head.code, "text": head.full_name, "name": head.name} if head else None,
        "chosen": chosen.code if chosen else None,
        "choices": [
            {"id": row.code, "text": row.full_name, "name": row.name, "more": bool(_below[row.code])}
            for row in _parts(head)
        ],
    }


def search_regions(text: str) -> list[dict[str, Any]]:
    """Regions that a name, its pinyin or initials lead to, large ones first: ``南山``, ``广东 ns``."""
    parts = [compact(part) for part in text.split()]
    found = (place for place in _known().values() if _answers(place, parts))
    rows = sorted(found, key=lambda place: (place.depth, place.code))[:ROWS]
    return [{"id": row.code, "text": row.full_name, "hint": ""} for row in rows]


def _answers(place: Place, parts: list[str]) -> bool:
    """Does a part lead to the place, and each other one to it or to what it lies in?"""
    own = [part in place.text or _is_spelled(place.spelled, part) for part in parts]
    if not any(own):
        return not parts
    return all(known or _is_spelled(place.above, part) for known, part in zip(own, parts, strict=True))


def _is_spelled(lines: tuple[str, ...], part: str) -> bool:
    return any(line.startswith(part) for line in lines)


def _short(full_name: str) -> str:
    """As people type it: ``深圳南山`` for 广东省 深圳市 南山区."""
    return "".join(name[:-1] if len(name) > 2 and name[-1] in "省市区县" else name for name in full_name.split())


def _known() -> dict[int, Place]:
    if not _places:
        for row in Region.objects.order_by("code"):
            parent = _places.get(row.parent_id) if row.parent_id else None
            _below[row.parent_id].append(row.code)
            _places[row.code] = Place(
                code=row.code,
                parent=row.parent_id,
                name=row.name,
                full_name=row.full_name,
                text=f"{compact(row.full_name)} {_short(row.full_name)}",
                spelled=(*initials(row.name), *full(row.name)),
                above=parent.spelled + parent.above if parent else (),
                depth=parent.depth + 1 if parent else 0,
            )
    return _places
