"""Routes that belong to no single object: oneself, search, changes and undo, jobs, dictionaries, imports."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.shapes import record
from shuke.api.signing import actor_of
from shuke.api.transfer import job_shape
from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import summary
from shuke.engine.audit.models import Change
from shuke.engine.bulk.undoing import is_large, order_undo
from shuke.engine.commands.undo import known_change, undo
from shuke.engine.options.catalogue import options_of
from shuke.engine.options.models import Dictionary
from shuke.engine.present.cells import Presenter
from shuke.engine.query.everywhere import hit_columns, search_everywhere
from shuke.kernel.errors import NotFound

router = Router()


@router.get("/me", tags=["me"], response=dict[str, Any])
def me(request: HttpRequest) -> HttpResponse:
    """Who the token belongs to, and what he may do."""
    actor = actor_of(request)
    grants = {
        name: {action: reach.name.lower() for action, reach in found.items()} for name, found in actor.grants.items()
    }
    return json_answer(
        {
            "id": actor.user_id,
            "login": actor.login,
            "name": actor.name,
            "is_administrator": actor.is_administrator,
            "grants": grants,
        }
    )


class SearchQuery(Schema):
    """What to search for, in all objects or some."""

    q: str = Field(..., min_length=1, max_length=200)
    limit: int = Field(5, ge=1, le=20)


@router.get("/search", tags=["search"], response=dict[str, Any])
def search(request: HttpRequest, query: Query[SearchQuery]) -> HttpResponse:
    """The best hits of every object that the caller may see."""
    actor = actor_of(request)
    groups = []
    for group in search_everywhere(actor, query.q, limit=query.limit):
        presenter = Presenter(actor, group.resource, hit_columns(group.resource))
        items = [record(presenter, row) for row in group.rows]
        groups.append({"resource": group.resource.name, "items": items})
    return json_answer({"groups": groups})


@router.get("/changes/{int:id}", tags=["changes"], response=dict[str, Any])
def read_change(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """A change of one's own (administrators: any), and how many rows it touched."""
    found = _change(actor_of(request), id)
    return json_answer(
        {
            "id": found.pk,
            "at": found.at,
            "verb": found.verb,
            "resource": found.resource,
            "via": found.via,
            "undoes": found.undoes_id,
            "rows": sum(summary(found.pk).values()),
        }
    )


def _change(actor: Actor, pk: int) -> Change:
    found = Change.objects.filter(pk=pk).first()
    if found is None or (found.actor_id != actor.user_id and not actor.is_administrator):
        raise NotFound(_("There is no such change, or it is not yours to see."))
    return found


@router.post("/changes/{int:id}/undo", tags=["changes"], response={200: dict[str, Any], 202: dict[str, Any]})
def undo_change(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """Take a change back, row by row; rows that have moved on since are listed and left alone.

    For a large change the answer is a job (202).
    """
    actor = actor_of(request)
    original = known_change(actor, id)
    if is_large(id):
        return json_answer(job_shape(order_undo(actor, original)), 202)
    outcome = undo(actor, id)
    return json_answer(
        {
            "change": outcome.change,
            "rows": outcome.rows,
            "refused": [{"resource": resource, "id": pk} for resource, pk in outcome.refused],
        }
    )


@router.get("/choices", tags=["dictionaries"], response=list[dict[str, Any]])
def choices(request: HttpRequest) -> HttpResponse:
    """What every drop-down field offers, by dictionary; for everybody who fills in forms.

    ``above`` is the key of the dictionary to whose options these belong, ``parent`` the id of the one of them.
    """
    found = Dictionary.plain.filter(deleted_at__isnull=True).select_related("above").order_by("key")
    return json_answer(
        [
            {
                "key": dictionary.key,
                "name": dictionary.name,
                "above": dictionary.above.key if dictionary.above else None,
                "options": [
                    {"id": option.pk, "name": option.name, "tone": option.tone, "parent": option.parent_id}
                    for option in options_of(dictionary.key)
                ],
            }
            for dictionary in found
        ]
    )
