"""Files of a record: the tab that lists them, dropping new ones, showing and downloading them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.files.keeping import (
    attach,
    current_files,
    file_of,
    remove,
    versions_of,
)
from shuke.engine.files.models import Attachment
from shuke.engine.stored.content import PDF
from shuke.engine.stored.storing import may_show
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor
from shuke.web.record.file_answers import saved_answer, shown_answer, small_answer
from shuke.web.values.file_looks import icon_of

# At once; a browser sends more when they are dropped again.
MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Shown:
    """A file as the pages show it."""

    id: int
    name: str
    size: int
    version: int
    person: str
    at: Any
    icon: str
    address: str
    preview: str
    view: str


def shown(resource: Resource, pk: int, row: Attachment) -> Shown:
    """One version of a file with its addresses."""
    address = reverse("web:file", args=[resource.name, pk, row.pk])
    return Shown(
        id=row.pk,
        name=row.name,
        size=row.size,
        version=row.version,
        person=str(row.by) if row.by else _("The system"),
        at=row.at,
        icon=icon_of(row.media_type),
        address=address,
        preview=f"{address}/preview" if row.preview else "",
        view=reverse("web:file-view", args=[resource.name, pk, row.pk]) if may_show(row) else "",
    )


def files_panel(resource: Resource, pk: int) -> dict[str, Any]:
    """What the tab shows."""
    return {"files": [shown(resource, pk, row) for row in current_files(resource, pk)]}


@require_POST
def upload(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Keep the dropped files; what cannot be kept is named, the others are."""
    actor, resource = require_actor(request), resource_for(name)
    files = request.FILES.getlist("file")
    if not 1 <= len(files) <= MOST_AT_ONCE:
        raise Invalid(_("Choose 1 to %(most)d files.") % {"most": MOST_AT_ONCE})
    kept, refused = _keep_each(actor, resource, pk, files)
    response = HttpResponse(status=204)
    if kept:
        trigger_client_event(response, "sk:changed")
    words = ngettext("%(count)d file added", "%(count)d files added", len(kept)) % {"count": len(kept)}
    toast: dict[str, Any] = {"text": " ".join([*([words] if kept else []), *refused])}
    if refused:
        toast["tone"] = "bad"
    if len(kept) == 1:
        toast["undo"] = reverse("web:undo", args=kept)
    return trigger_client_event(response, "sk:toast", toast)


def _keep_each(actor: Actor, resource: Resource, pk: int, files: list[Any]) -> tuple[list[int], list[str]]:
    kept, refused = [], []
    for file in files:
        try:
            kept.append(attach(actor, resource, pk, file.name or "", file).change)
        except Invalid as error:
            refused.append(str(error))
    return kept, refused


@require_POST
def remove_file(request: HttpRequest, name: str, pk: int, file: int) -> HttpResponse:
    """Take a file off the record; the message offers to bring it back."""
    actor, resource = require_actor(request), resource_for(name)
    change = remove(actor, resource, pk, file)
    response = HttpResponse(status=204)
    trigger_client_event(response, "sk:close")
    trigger_client_event(response, "sk:changed")
    undo = reverse("web:undo", args=[change])
    return trigger_client_event(response, "sk:toast", {"text": _("File removed"), "undo": undo})


@require_GET
def download(request: HttpRequest, name: str, pk: int, file: int) -> FileResponse:
    """The content to be saved, never shown: whatever it is, it does not run at our address."""
    return saved_answer(file_of(require_actor(request), resource_for(name), pk, file))


@require_GET
def content(request: HttpRequest, name: str, pk: int, file: int) -> FileResponse:
    """A picture or a PDF for the browser's own viewer; anything else is downloaded instead."""
    return shown_answer(file_of(require_actor(request), resource_for(name), pk, file))


@require_GET
def preview(request: HttpRequest, name: str, pk: int, file: int) -> FileResponse:
    """The small picture."""
    return small_answer(file_of(require_actor(request), resource_for(name), pk, file))


@require_GET
def view_file(request: HttpRequest, name: str, pk: int, file: int) -> HttpResponse:
    """A dialog with the picture or the PDF, all versions, and what can be done."""
    actor, resource = require_actor(request), resource_for(name)
    rows = versions_of(actor, resource, pk, file)
    row = next(one for one in rows if one.pk == file)
    context = {
        "resource": resource,
        "pk": pk,
        "file": shown(resource, pk, row),
        "is_pdf": row.media_type == PDF,
        "can_show": may_show(row),
        "versions": [shown(resource, pk, one) for one in rows],
        "may_remove": actor.may(resource.name, "edit"),
    }
    return render(request, "web/record/file_view.html", context)
