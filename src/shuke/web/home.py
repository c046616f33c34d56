"""The home page: what the person changed lately, and where to go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Change
from shuke.engine.query.paging import count, page, select
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource
from shuke.web.acting import require_actor
from shuke.web.cells import address_of
from shuke.web.shell import listed
from shuke.web.timeline import verb_words

_CHANGES = 10
_LATEST = 6
_TILES = 4
_NOON, _EVENING = 12, 18


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A greeting, the size of each list, the latest records, and one's own latest changes."""
    actor = require_actor(request)
    resources = [resource for _menu, resource in listed(actor)]
    context = {
        "greeting": greeting(timezone.localtime().hour),
        "tiles": [_tile(actor, resource) for resource in resources[:_TILES]],
        "latest": _latest(actor, resources[0]) if resources else [],
        "latest_of": resources[0] if resources else None,
        "changes": _own_changes(actor),
    }
    return render(request, "web/home.html", context)


def greeting(hour: int) -> str:
    """Good morning, afternoon, evening – by the hour of the day."""
    if hour < _NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < _EVENING else _("Good evening")


def _tile(actor: Actor, resource: Resource) -> dict[str, object]:
    number = count(select(actor, resource))
    return {
        "title": resource.label_plural,
        "icon": resource.icon,
        "count": f"{number.value:,}{'' if number.exact else '+'}",
        "address": reverse("web:list", args=[resource.name]),
        "create": reverse("web:create", args=[resource.name]) if actor.may(resource.name, "create") else "",
        "name": resource.label,
    }


def _latest(actor: Actor, resource: Resource) -> list[tuple[str, str, object]]:
    rows = page(select(actor, resource), columns=[resource.title], sort="-updated_at", limit=_LATEST).rows
    return [(address_of(resource.name, row.pk), str(getattr(row, resource.title)), row.updated_at) for row in rows]


def _own_changes(actor: Actor) -> list[dict[str, object]]:
    by_name = {resource.name: resource for resource in all_resources()}
    found = []
    for change in Change.objects.filter(actor_id=actor.user_id).order_by("-pk")[:_CHANGES]:
        resource = by_name.get(change.resource)
        if resource is None:
            continue
        icon, words = verb_words(resource, change.verb)
        found.append({"pk": change.pk, "icon": icon, "words": words, "of": resource.label_plural, "at": change.at})
    return found
