"""Whom a search text may mean beside the records' own words: the customer, contact or colleague they point at.

Somebody who types a customer's name into the search of contact records wants that customer's records (CON-02, CON-07).
The offers are fetched behind the list, so that no list waits for them.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.query.compile import links_offered
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.frame.addresses import page_address
from shuke.web.lists.filters import ListState, read_state
from shuke.web.values.lookup import records

_MOST = 3


@require_GET
def meant(request: PageRequest, name: str) -> HttpResponse:
    """For each link that the list is filtered by: the best hits, each leading to the list of what points at it."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    links = links_offered(actor, resource) if state.q else []
    found = [(info.label, _hits(actor, state, info.name, target)) for info, target in links]
    context = {"found": [(label, hits) for label, hits in found if hits], "address": page_address("web:list", name)}
    return render(request, "web/lists/list_meant.html", context)


def points_at_something(actor: Actor, resource: Resource) -> bool:
    """Has the list a filter by records of another kind?"""
    return bool(links_offered(actor, resource))


def _hits(actor: Actor, state: ListState, field: str, target: Resource) -> list[dict[str, Any]]:
    return [
        {"text": one["text"], "hint": one["hint"], "query": state.query(q=None, **{field: str(one["id"])})}
        for one in records(actor, target, state.q)[:_MOST]
    ]
