"""The menus above a list that name every order and every grouping: filled in when they are opened.

Drawn with each page they were half of its markup, and are opened once in a hundred pages.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shuke.engine.commands.prepare import require
from shuke.kernel.errors import NotFound
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import read_state
from shuke.web.lists.groups import grouping_offers, total_offers
from shuke.web.lists.page import sorts


@require_GET
def menu(request: PageRequest, name: str, kind: str) -> HttpResponse:
    """What can be chosen in one menu of the list whose state is told by ``query`` (a fragment)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, QueryDict(request.GET.get("query", "")))
    offers: dict[str, Any]
    if kind == "sort":
        offers = {"sorts": sorts(actor, state)}
    elif kind == "group":
        offers = {
            "is_grouped": bool(state.layout.group),
            "ungrouped": state.query(group=None),
            "groupings": grouping_offers(actor, state),
            "total_offers": total_offers(actor, state),
        }
    else:
        raise NotFound(f"There is no menu “{kind}”.")
    return render(request, f"web/lists/list_menu_{kind}.html", {"address": reverse("web:list", args=[name]), **offers})
