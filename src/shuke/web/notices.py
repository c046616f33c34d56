"""The bell: what others did that concerns me."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Change
from shuke.engine.dispatch.models import Notice
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource
from shuke.web.acting import require_actor
from shuke.web.cells import address_of

LATEST = 20
_MOST = 99


@dataclass(frozen=True)
class Told:
    """One notice in words."""

    words: str
    person: str
    address: str
    at: Any
    unread: bool


def _mine(actor: Actor) -> QuerySet[Notice]:
    return Notice.objects.filter(user_id=actor.user_id or 0)


def unread_count(actor: Actor) -> str:
    """How many notices wait, up to “99+”; empty for none."""
    found = _mine(actor).filter(read_at=None).values("pk")[: _MOST + 1].count()
    return f"{_MOST}+" if found > _MOST else str(found or "")


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The latest notices (a fragment); they count as read once they have been on the screen for a moment."""
    actor = require_actor(request)
    found = list(_mine(actor).order_by("-pk")[:LATEST])
    return render(request, "web/notices.html", {"notices": tell(found)})


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """All of one's own notices are read."""
    actor = require_actor(request)
    _mine(actor).filter(read_at=None).update(read_at=timezone.now())
    return render(request, "web/bell_count.html", {"unread": "", "oob": True})


def tell(found: list[Notice]) -> list[Told]:
    """Notices in words; one query names all the people."""
    by_name = {resource.name: resource for resource in all_resources()}
    changes = Change.objects.filter(pk__in={one.change_id for one in found}).select_related("actor")
    people = {change.pk: str(change.actor) if change.actor else _("The system") for change in changes}
    return [
        _told(one, by_name[one.resource], people.get(one.change_id, "")) for one in found if one.resource in by_name
    ]


def _told(one: Notice, resource: Resource, person: str) -> Told:
    address = address_of(resource.name, one.object_id) if one.object_id else reverse("web:change", args=[one.change_id])
    return Told(_words(one, resource), person, address, one.at, one.read_at is None)


def _words(one: Notice, resource: Resource) -> str:
    places = {"count": one.count, "name": resource.label, "names": resource.label_plural}
    fixed = {
        "mentioned": _("mentioned you in a comment (%(name)s)"),
        "changed": _("changed a %(name)s that you follow"),
        "commented": _("commented on a %(name)s that you follow"),
        "filed": _("added a file to a %(name)s that you follow"),
    }
    if one.kind in fixed:
        return fixed[one.kind] % places
    return ngettext("handed you %(count)d %(name)s", "handed you %(count)d %(names)s", one.count) % places
