"""The bell: what others did that concerns me."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.dispatch.dailies import DAILY
from shuke.engine.dispatch.models import Notice
from shuke.engine.dispatch.wording import Told, tell
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.frame.shell import bell_number
from shuke.web.values.cells import address_of

LATEST = 20


@dataclass(frozen=True)
class Shown:
    """One line of the bell."""

    words: str
    person: str
    title: str
    address: str
    at: Any
    unread: bool


def _mine(actor: Actor) -> QuerySet[Notice]:
    return Notice.objects.filter(user_id=actor.user_id or 0)


@require_GET
def notices(request: PageRequest) -> HttpResponse:
    """The latest notices, under the bell or as a page; they count as read once on the screen for a moment."""
    actor = require_actor(request)
    found = list(_mine(actor).order_by("-pk")[:LATEST])
    template = "web/personal/notices.html" if request.htmx else "web/personal/notices_page.html"
    return render(request, template, {"notices": [shown(told) for told in tell(actor, found)]})


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The number on the bell, asked for every 45 seconds.

    Asking is chosen over a held connection: that would keep one of the few threads busy for each open window; this
    costs one small query – the count comes along with the user – and a millisecond.
    """
    return render(
        request, "web/frame/bell_count.html", {"unread": bell_number(getattr(request.user, "unread_notices", 0))}
    )


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """All of one's own notices are read."""
    actor = require_actor(request)
    _mine(actor).filter(read_at=None).update(read_at=timezone.now())
    return render(request, "web/frame/bell_count.html", {"unread": "", "oob": True})


def shown(told: Told) -> Shown:
    """One notice with its address: the record, or the change when there are several."""
    one = told.notice
    if one.kind == DAILY:
        here = reverse("web:list", args=[told.resource.name])
    elif one.object_id:
        here = address_of(told.resource.name, one.object_id)
    else:
        here = reverse("web:change", args=[one.change_id])
    return Shown(told.words, told.person, told.title, here, one.at, one.read_at is None)
