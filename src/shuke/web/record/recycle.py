"""The recycle bin of an object: what was deleted, by whom, and bringing it back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.commands.removal import restore
from shuke.engine.query.paging import select
from shuke.engine.retention.purge import purge
from shuke.kernel.digits import whole_number, whole_numbers
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor

PAGE = 50


@require_http_methods(["GET", "POST"])
def bin_page(request: HttpRequest, name: str) -> HttpResponse:
    """GET shows the latest deleted records, POST brings the ticked ones back – or lets go of them for good."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "delete")
    if request.method == "POST":
        return (_purge if "purge" in request.POST else _restore)(request, actor, resource)
    q = request.GET.get("q", "").strip()[:100]
    rows = deleted_rows(actor, resource, whole_number(request.GET.get("before", "")), q)
    context = {
        "resource": resource,
        "rows": rows[:PAGE],
        "q": q,
        "days": settings.SHUKE_BIN_DAYS,
        "may_purge": actor.is_administrator,
        "more": rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
    }
    return render(request, "web/record/bin.html", context)


def deleted_rows(actor: Actor, resource: Resource, before: int | None, q: str = "") -> list[dict[str, Any]]:
    """One more than a page of deleted records, the latest first; ``before`` is the id of the last row of a page."""
    objects = select(actor, resource, q=q, deleted=True).all()
    rows = objects.select_related("deleted_by").order_by("-deleted_at", "-pk")
    if before is not None:
        last = objects.filter(pk=before).values_list("deleted_at", flat=True).first()
        if last is None:
            raise Invalid(_("The place in the list is gone; start again from its first page."))
        rows = rows.filter(deleted_at__lte=last).exclude(deleted_at=last, pk__gte=before)
    rows = rows.only("pk", resource.title, "deleted_at", "deleted_by__name")
    return [
        {
            "id": row.pk,
            "title": str(getattr(row, resource.title) or "—"),
            "at": row.deleted_at,
            "by": str(row.deleted_by) if row.deleted_by else "",
        }
        for row in rows[: PAGE + 1]
    ]


def _ticked(request: HttpRequest) -> list[int]:
    ids = whole_numbers(request.POST.getlist("ids"))
    if not ids:
        raise Invalid(_("Tick at least one record first."))
    return ids


def _purge(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    ids = _ticked(request)
    purge(actor, resource, ids)
    words = ngettext("%(count)d record deleted for good", "%(count)d records deleted for good", len(ids))
    messages.success(request, words % {"count": len(ids)})
    return redirect("web:bin", resource.name)


def _restore(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    ids = _ticked(request)
    change = restore(actor, resource, ids)
    words = ngettext("%(count)d %(name)s brought back", "%(count)d %(names)s brought back", len(ids))
    places = {"count": len(ids), "name": resource.label, "names": resource.label_plural}
    messages.success(request, words % places, extra_tags=reverse("web:undo", args=[change]))
    return redirect("web:bin", resource.name)
