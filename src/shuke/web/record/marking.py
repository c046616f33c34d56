"""Starring and following a record: two buttons on its page; the short lists for home and palette."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.marks.marking import Kept, mark, recent, see, starred
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import require_actor
from shuke.web.values.cells import address_of


@require_POST
def set_mark(request: HttpRequest, name: str, pk: int, kind: str) -> HttpResponse:
    """Star or follow (``on=1``), or no longer; the answer is the pair of buttons."""
    actor, resource = require_actor(request), resource_for(name)
    mark(actor, resource, pk, kind, on=request.POST.get("on") == "1")
    context = {"resource": resource, "record": {"pk": pk}, "marked": see(actor, resource, pk)}
    return render(request, "web/record/record_marks.html", context)


def short_lists(actor: Actor, limit: int) -> dict[str, list[dict[str, object]]]:
    """What the person stars and what he looked at last, for the home page."""
    return {
        "starred": [_line(one) for one in starred(actor, limit)],
        "recent": [_line(one) for one in recent(actor, limit)],
    }


def _line(one: Kept) -> dict[str, object]:
    address = address_of(one.resource.name, one.id)
    return {"icon": one.resource.icon, "title": one.title, "address": address, "at": one.at, "of": one.resource.label}
