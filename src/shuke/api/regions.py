"""Regions for programs: the tree, branch by branch or searched; administrators add, rename, retire and restore."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.signing import actor_of
from shuke.engine.options import region_changes
from shuke.engine.options.regions import Place, find_regions, regions, regions_in

router = Router(tags=["regions"])

_LAST = 2**31 - 1


class RegionQuery(Schema):
    """What lies directly in ``under`` (without it: the provinces and what stands beside them), or what fits ``q``."""

    under: int | None = Field(None, ge=1, le=_LAST)
    q: str = Field("", max_length=64, description="Part of a name; beginning of pinyin, initials or code.")
    limit: int = Field(200, ge=1, le=500)


class NewRegion(Schema):
    """A region of one's own."""

    name: str = Field(..., min_length=1, max_length=64)
    parent: int | None = Field(None, ge=1, le=_LAST)


class RegionChange(Schema):
    """What is different."""

    name: str | None = Field(None, min_length=1, max_length=64)
    retired: bool | None = None


@router.get("", response=list[dict[str, Any]])
def list_regions(request: HttpRequest, query: Query[RegionQuery]) -> HttpResponse:
    """Regions with their codes; retired ones are marked."""
    found = find_regions(query.q, query.limit, with_retired=True) if query.q else regions_in(query.under)
    return json_answer([_told(one) for one in found[: query.limit]])


@router.post("", response={201: dict[str, Any]})
def add_region(request: HttpRequest, data: NewRegion) -> HttpResponse:
    """Add a region below another or beside the provinces."""
    code, change = region_changes.add(actor_of(request), data.name, data.parent)
    return json_answer(_told(regions()[code]) | {"change": change}, 201)


@router.patch("/{code}", response=dict[str, Any])
def change_region(request: HttpRequest, code: int, data: RegionChange) -> HttpResponse:
    """Rename, retire or restore a region."""
    change = region_changes.keep(actor_of(request), code, name=data.name, retired=data.retired)
    return json_answer(_told(regions()[code]) | {"change": change})


def _told(one: Place) -> dict[str, Any]:
    return {
        "code": one.code,
        "parent": one.parent,
        "name": one.name,
        "full_name": one.full_name,
        "own": one.own,
        "retired": one.retired,
    }
