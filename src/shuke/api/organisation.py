"""The organisation for programs: the tree, moving in it, dissolving a unit."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.signing import actor_of
from shuke.engine.commands.prepare import require
from shuke.engine.structure import tree
from shuke.engine.structure.dissolving import dissolve, who_goes
from shuke.engine.structure.moving import arrange
from shuke.resource.registry import resource_for

router = Router(tags=["organisation"])


class Move(Schema):
    """Units or people that go into a unit, ahead of the sibling ``before`` or at the end."""

    object: Literal["units", "users"]
    ids: list[Id] = Field(..., min_length=1, max_length=500)
    into: Id
    before: Id | None = None


@router.get("", response=list[dict[str, Any]])
def organisation(request: HttpRequest) -> HttpResponse:
    """The units that one may see, each with the people in it and the units below it."""
    actor = actor_of(request)
    require(actor, resource_for("units"), "view")
    every = set(tree.paths(actor).values())
    return json_answer([_told(one) for one in tree.branches(actor, every)])


@router.post("/move", response=dict[str, Any])
def move(request: HttpRequest, data: Move) -> HttpResponse:
    """Put units or people elsewhere, or in another order; what people own goes along."""
    return json_answer({"change": arrange(actor_of(request), data.object, data.ids, data.into, data.before)})


@router.get("/units/{int:id}/dissolve", response=dict[str, Any])
def what_goes(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """What dissolving the unit would delete, and who in it still owns records, which forbids it."""
    actor = actor_of(request)
    require(actor, resource_for("units"), "delete")
    going = who_goes(actor, id)
    return json_answer(
        {
            "units": [{"id": one, "name": name} for one, name in going.units],
            "people": [{"id": one, "name": name} for one, name in going.people],
            "owners": [{"id": one, "name": name, "objects": what} for one, name, what in going.owners],
        }
    )


@router.post("/units/{int:id}/dissolve", response=dict[str, Any])
def dissolve_unit(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """Delete the unit with the units below it and everybody in them, as one change."""
    return json_answer({"change": dissolve(actor_of(request), id)})


def _told(one: tree.Branch) -> dict[str, Any]:
    people = [{"id": person.pk, "name": person.name, "login": person.login} for person in one.people]
    below = [_told(child) for child in one.below]
    return {"id": one.pk, "name": one.name, "kind": one.kind, "people": people, "units": below}
