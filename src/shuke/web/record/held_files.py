"""The pages of files in fields: taking in what an input sends, showing and downloading them."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.organisation.people import with_names
from shuke.engine.stored.content import PDF
from shuke.engine.stored.fields import lay, readable
from shuke.engine.stored.models import FieldFile
from shuke.engine.stored.storing import may_show
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import Kind, field_of
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor
from shuke.web.record.attachments import MOST_AT_ONCE, Shown
from shuke.web.record.file_answers import saved_answer, shown_answer, small_answer
from shuke.web.values.field_files import held_line, in_order
from shuke.web.values.file_looks import icon_of


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, name: str, field: str) -> HttpResponse:
    """Lay files down for a field: a line for each that stands in its input, or that says why it was refused.

    GET gives the lines of files that a draft of the form names, and that one may know of.
    """
    actor, resource = require_actor(request), resource_for(name)
    if request.method == "GET":
        return HttpResponse("".join(held_line(field, row) for row in _of_draft(actor, resource, field, request)))
    files = request.FILES.getlist("file")
    if not 1 <= len(files) <= MOST_AT_ONCE:
        raise Invalid(_("Choose 1 to %(most)d files.") % {"most": MOST_AT_ONCE})
    lines = []
    for file in files:
        try:
            lines.append(held_line(field, lay(actor, resource, field, file.name or "", file)))
        except Invalid as error:
            lines.append(format_html('<li class="error" data-refused><span role="alert">{}</span></li>', str(error)))
    return HttpResponse("".join(lines))


def _of_draft(actor: Actor, resource: Resource, field: str, request: HttpRequest) -> list[FieldFile]:
    info = field_of(resource, field)
    if info is None or info.kind is not Kind.FILES or not FieldAccess(actor, resource).writes(field):
        raise NotFound(_("%(objects)s have no such field of files.") % {"objects": resource.label_plural})
    return in_order(actor, info, request.GET.get("ids", ""))


@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The content to be saved."""
    return saved_answer(readable(require_actor(request), pk))


@require_GET
def content(request: HttpRequest, pk: int) -> FileResponse:
    """A picture or a PDF for the browser's own viewer; anything else is downloaded instead."""
    return shown_answer(readable(require_actor(request), pk))


@require_GET
def preview(request: HttpRequest, pk: int) -> FileResponse:
    """The small picture."""
    return small_answer(readable(require_actor(request), pk))


@require_GET
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog with the picture or the PDF."""
    readable(require_actor(request), pk)
    row = with_names(FieldFile.objects.filter(pk=pk), "by").get()
    address = reverse("web:held", args=[pk])
    file = Shown(
        id=pk, name=row.name, size=row.size, version=1, person=str(row.by) if row.by else _("The system"), at=row.at,
        icon=icon_of(row.media_type), address=address, preview="", view="",
    )  # fmt: skip
    context = {"file": file, "is_pdf": row.media_type == PDF, "can_show": may_show(row), "versions": [file]}
    return render(request, "web/record/file_view.html", context)
