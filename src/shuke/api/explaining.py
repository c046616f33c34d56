"""Who reaches a record, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.signing import actor_of
from shuke.engine.commands.sight import in_sight, require_sight
from shuke.engine.explain.reasons import explain
from shuke.engine.explain.rights import ObjectRights, require_insight, rights_of
from shuke.engine.explain.seers import seers
from shuke.engine.organisation.models import User
from shuke.kernel.errors import NotAllowed, NotFound
from shuke.resource.registry import resource_for

router = Router(tags=["access"])


class Question(Schema):
    """Whose rights to what; oneself when ``user`` is left out."""

    user: Id | None = None
    action: str = Field("view", max_length=64)
    field: str = Field("", max_length=64)


class After(Schema):
    """Behind which person to go on."""

    after: int = Field(0, ge=0, le=2**63 - 1)
    limit: int = Field(25, ge=1, le=100)


@router.get("/{resource}/{int:id}/explain", response=dict[str, Any])
def why(request: HttpRequest, resource: str, id: Id, query: Query[Question]) -> HttpResponse:  # noqa: A002
    """Why somebody can or cannot do something: administrators ask about anybody, others about themselves."""
    actor, target = actor_of(request), resource_for(resource)
    require_sight(actor, target, id)
    user = query.user or actor.user_id or 0
    if user != actor.user_id and not actor.is_administrator:
        raise NotAllowed(_("Only administrators ask about the rights of others."))
    found = explain(user, target, id, action=query.action, field=query.field)
    return json_answer(
        {
            "allowed": found.allowed,
            "level": found.level.name.lower() if found.level is not None else None,
            "reasons": [{"kind": one.kind, "holds": one.holds, "text": one.text} for one in found.reasons],
        }
    )


@router.get("/users/{int:id}/rights", response=dict[str, Any])
def rights(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """What a person may do in effect, object by object, and which roles or personal permissions give it."""
    require_insight(actor_of(request), id)
    user = User.objects.unscoped("whose rights are told").filter(pk=id, deleted_at__isnull=True).first()
    if user is None:
        raise NotFound(_("There is no such person, record or field."))
    found = rights_of(user)
    return json_answer(
        {
            "administrator": found.is_administrator,
            "objects": {one.resource.name: _told(one) for one in found.objects if one.held or one.fields},
        }
    )


def _told(one: ObjectRights) -> dict[str, Any]:
    return {
        "actions": {
            name: {"reach": held.reach.name.lower(), "from": [giver.name for giver in held.givers]}
            for name, held in one.held.items()
        },
        "fields": {
            ruled.name: {"level": ruled.level.name.lower(), "from": [giver.name for giver in ruled.givers]}
            for ruled in one.fields
        },
        "barred": one.barred,
    }


@router.get("/{resource}/{int:id}/seers", response=dict[str, Any])
def who(request: HttpRequest, resource: str, id: Id, query: Query[After]) -> HttpResponse:  # noqa: A002
    """Who sees the record, and by which ways; for those who may share it, and administrators."""
    actor, target = actor_of(request), resource_for(resource)
    require_sight(actor, target, id)
    if not (actor.is_administrator or in_sight(actor, target, id, "share")):
        raise NotAllowed(_("Only who may share this record, and administrators, see who reaches it."))
    found = seers(target, id, after=query.after, limit=query.limit)
    people = [{"id": one.user.pk, "name": one.user.name, "ways": list(one.ways)} for one in found.people]
    return json_answer({"items": people, "next": found.next})
