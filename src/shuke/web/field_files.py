"""Files in fields: their addresses, the input that takes them, and taking in what it sends."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.organisation.people import with_names
from shuke.engine.stored.content import PDF
from shuke.engine.stored.fields import known, lay, limits, readable
from shuke.engine.stored.models import FieldFile
from shuke.engine.stored.storing import may_show
from shuke.kernel.digits import whole_numbers
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import FieldInfo, Kind, field_of
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource
from shuke.web.acting import require_actor
from shuke.web.attachments import MOST_AT_ONCE, Shown
from shuke.web.file_answers import saved_answer, shown_answer, small_answer
from shuke.web.file_looks import icon_of, limit_words
from shuke.web.markup import icon


def files_input(info: FieldInfo, input_id: str, files: Sequence[FieldFile], described: SafeString) -> SafeString:
    """Drop, paste or choose files; ``islands/holding.ts`` uploads them and puts their ids into the form."""
    limit = limits(info)
    words = _("Drop pictures here, paste, or choose") if limit.pictures else _("Drop files here, paste, or choose")
    # An empty value first, so that taking the last one away is sent, too.
    return format_html(
        '<div class="sk-hold" data-hold="{}" data-most="{}"><input type="hidden" name="{}" value="">'
        '<ul class="sk-held" data-held="{}" data-sortable>{}</ul><label class="sk-drop-line">{}<span>{}</span>'
        '<small class="dim">{} · {}</small><input class="sk-hidden-text" type="file" id="{}" {}{}{}></label></div>',
        reverse("web:upload", args=[resource_of(info.source.model).name, info.name]), limit.most, info.name, info.name,
        format_html_join("", "{}", ((_item(info.name, one),) for one in files)), icon("upload"), words,
        _("At most %(most)d") % {"most": limit.most}, limit_words(), input_id,
        SafeString(" multiple") if limit.most > 1 else "", SafeString(' accept="image/*"') if limit.pictures else "",
        SafeString(f" {described}"),
    )  # fmt: skip


def _item(name: str, row: FieldFile) -> SafeString:
    address = reverse("web:held", args=[row.pk])
    drawn = (
        format_html('<img src="{}" alt="">', f"{address}/preview")
        if row.preview
        else format_html('<span class="ic">{}</span>', icon(icon_of(row.media_type)))
    )
    return format_html(
        '<li><button type="button" class="sk-handle" data-handle aria-label="{}">{}</button>'
        '{}<a href="{}" target="_blank">{}</a><small class="dim">{}</small>'
        '<input type="hidden" name="{}" value="{}"><button type="button" class="sk-icon-button" data-unhold '
        'aria-label="{}" title="{}">{}</button></li>',
        _("Move %(name)s up or down") % {"name": row.name}, icon("grip-vertical"),
        drawn, f"{address}/content", row.name, filesizeformat(row.size), name, row.pk,
        _("Remove %(name)s") % {"name": row.name}, _("Remove"), icon("x"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, name: str, field: str) -> HttpResponse:
    """Lay files down for a field: a line for each that stands in its input, or that says why it was refused.

    GET gives the lines of files that a draft of the form names, and that one may know of.
    """
    actor, resource = require_actor(request), resource_for(name)
    if request.method == "GET":
        return HttpResponse("".join(_item(field, row) for row in _of_draft(actor, resource, field, request)))
    files = request.FILES.getlist("file")
    if not 1 <= len(files) <= MOST_AT_ONCE:
        raise Invalid(_("Choose 1 to %(most)d files.") % {"most": MOST_AT_ONCE})
    lines = []
    for file in files:
        try:
            lines.append(_item(field, lay(actor, resource, field, file.name or "", file)))
        except Invalid as error:
            lines.append(format_html('<li class="error" data-refused><span role="alert">{}</span></li>', str(error)))
    return HttpResponse("".join(lines))


def _of_draft(actor: Actor, resource: Resource, field: str, request: HttpRequest) -> list[FieldFile]:
    info = field_of(resource, field)
    if info is None or info.kind is not Kind.FILES or not FieldAccess(actor, resource).writes(field):
        raise NotFound(_("%(objects)s have no such field of files.") % {"objects": resource.label_plural})
    return in_order(actor, info, request.GET.get("ids", ""))


def in_order(actor: Actor, info: FieldInfo, text: str) -> list[FieldFile]:
    """The files whose ids an input holds – with commas between them –, as far as the actor may know of them."""
    ids = list(dict.fromkeys(whole_numbers(text.split(","))))
    found = known(actor, info, ids)
    return [found[pk] for pk in ids if pk in found]


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
    return render(request, "web/file_view.html", context)
