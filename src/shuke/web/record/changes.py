"""One change as a page: who did what to which records, and the way to take it back."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
from shuke.engine.audit.history import summary
from shuke.engine.audit.models import Change, Entry
from shuke.engine.bulk.undoing import is_large, order_undo
from shuke.engine.commands.undo import known_change, undo
from shuke.kernel.errors import ShukeError
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor
from shuke.web.frame.addresses import safe_next
from shuke.web.record.timeline import verb_words, way_in
from shuke.web.values.cells import address_of

SHOWN = 100


@require_GET
def change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a change did, as far as the reader may see the records."""
    actor = require_actor(request)
    change = known_change(actor, pk)
    groups = touched(actor, change)
    resource = next((one for one in all_resources() if one.name == change.resource), None)
    icon, words = verb_words(resource, change.verb)
    context = {
        "change": change,
        "icon": icon,
        "words": words,
        "way": way_in(change.via),
        "person": change.maker,
        "resource": resource,
        "groups": groups,
        "undone_by": Change.objects.filter(undoes=change).order_by("-pk").first(),
        "shown": SHOWN,
    }
    return render(request, "web/record/change.html", context)


def touched(actor: Actor, change: Change) -> list[dict[str, Any]]:
    """The records of a change by object: how many, and those the actor may see, with their addresses."""
    counts = summary(change.pk)
    ids: dict[str, list[int]] = defaultdict(list)
    for relation, pk in Entry.objects.filter(change_id=change.pk).values_list("relation", "object_id")[: SHOWN * 5]:
        ids[relation].append(pk)
    found = []
    for resource in all_resources():
        table = resource.model._meta.db_table
        if table not in counts or not actor.may(resource.name, "view"):
            continue
        rows = _visible(actor, resource, ids[table])
        if rows:
            found.append({"resource": resource, "count": _count(actor, resource, change, counts[table]), "rows": rows})
    return found


def _count(actor: Actor, resource: Resource, change: Change, every: int) -> int:
    """How many of the change's records the actor may know of; the number of the others is none of his business."""
    if combined(actor, resource) == Q() and combined(actor, resource, "delete") == Q():
        return every
    ids = Entry.objects.filter(change_id=change.pk, relation=resource.model._meta.db_table).values("object_id")
    objects = resource.model.objects  # type: ignore[attr-defined]
    living = objects.visible_to(actor).filter(pk__in=ids).count()
    dead = objects.deleted_for(actor).filter(pk__in=ids).count() if actor.may(resource.name, "delete") else 0
    return int(living + dead)


def _visible(actor: Actor, resource: Resource, ids: list[int]) -> list[tuple[str, str]]:
    objects = resource.model.objects  # type: ignore[attr-defined]
    living = objects.visible_to(actor).filter(pk__in=ids).order_by("pk").only("pk", resource.title)[:SHOWN]
    found = [(address_of(resource.name, row.pk), str(getattr(row, resource.title))) for row in living]
    if actor.may(resource.name, "delete") and len(found) < SHOWN:
        dead = objects.deleted_for(actor).filter(pk__in=ids).order_by("pk").only("pk", resource.title)[:SHOWN]
        found += [("", str(getattr(row, resource.title))) for row in dead]
    return found


@require_POST
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change back and go on where the person was; says how much went back and what did not.

    A large one goes back in the background, and its page says so.
    """
    actor = require_actor(request)
    original = known_change(actor, pk)
    if is_large(pk):
        return redirect("web:job", order_undo(actor, original).pk)
    try:
        outcome = undo(actor, pk)
    except ShukeError as error:
        messages.error(request, str(error))
        return redirect(safe_next(request))
    words = ngettext("Taken back: %(count)d record", "Taken back: %(count)d records", outcome.rows)
    again = reverse("web:undo", args=[outcome.change])
    messages.success(request, words % {"count": outcome.rows}, extra_tags=again)
    if outcome.refused:
        left = ngettext(
            "%(count)d record was changed again since and stays as it is.",
            "%(count)d records were changed again since and stay as they are.",
            len(outcome.refused),
        )
        messages.warning(request, left % {"count": len(outcome.refused)})
    return redirect(safe_next(request))
