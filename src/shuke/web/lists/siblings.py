"""The records before and behind one in the list it was opened from; the list travels in the address (``in``).

Each tab has its own address, so that several lists may be worked through at the same moment.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shuke.engine.commands.prepare import require
from shuke.engine.query.paging import get, neighbours, select
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import read_state
from shuke.web.values.cells import address_of

# Longer lists than this in an address nobody has made by clicking.
_LONGEST = 4_000


def place_in_list(resource: Resource, pk: int, params: QueryDict) -> dict[str, str]:
    """The way back to the list that a record was opened from, and where its neighbours are asked for."""
    back = reverse("web:list", args=[resource.name])
    query = params.get("in")
    if query is None or len(query) > _LONGEST:
        return {"back": back, "siblings": ""}
    asked = reverse("web:siblings", args=[resource.name, pk])
    return {"back": f"{back}?{query}" if query else back, "siblings": f"{asked}?{urlencode({'in': query})}"}


@require_GET
def siblings(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """The two links (a fragment); nothing where the list is none, or the record not to be seen."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    query = request.GET.get("in", "")
    try:
        state = read_state(actor, resource, QueryDict(query[:_LONGEST]))
        selection = select(actor, resource, criteria=state.criteria, q=state.q)
        seen = get(actor, resource, pk, columns=()) is not None
        found = neighbours(selection, pk, state.order) if seen else (None, None)
    except Invalid:
        found = None, None
    tail = urlencode({"in": query})
    addresses = [f"{address_of(resource.name, one)}?{tail}" if one else "" for one in found]
    return render(request, "web/lists/siblings.html", {"previous": addresses[0], "next": addresses[1]})
