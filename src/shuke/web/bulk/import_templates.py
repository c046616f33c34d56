"""Import templates under a name: made, changed and deleted on the way to an import, each with its empty workbook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.exchange import named
from shuke.engine.exchange.mapping import mappable_fields, missing
from shuke.engine.exchange.models import ImportTemplate
from shuke.engine.exchange.named import Column
from shuke.engine.exchange.template import write_template
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.bulk.uploads import workbook
from shuke.web.frame.acting import require_actor


@require_http_methods(["GET", "POST"])
def new_template(request: HttpRequest, name: str) -> HttpResponse:
    """A new template, beginning with the columns that no record can do without."""
    actor, resource = require_actor(request), resource_for(name)
    named.require_import(actor, resource)
    if request.method == "GET":
        required = missing(mappable_fields(actor, resource), ())
        return _editor(
            request, actor, resource, None, [Column(info.name, capfirst(str(info.label))) for info in required]
        )
    try:
        kept = named.create_template(actor, resource, **_read(actor, request.POST))
    except Invalid as error:
        return _editor(request, actor, resource, None, _columns(request.POST), error)
    return _saved(request, resource, kept)


@require_http_methods(["GET", "POST"])
def edit_template(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Another name, other columns, another audience."""
    actor, resource, _known = _template(request, name, pk)
    template = named.changeable(actor, pk)
    if request.method == "GET":
        columns = [Column(info.name, title) for info, title in named.columns_of(actor, template)]
        return _editor(request, actor, resource, template, columns)
    try:
        kept = named.change_template(actor, pk, **_read(actor, request.POST))
    except Invalid as error:
        return _editor(request, actor, resource, template, _columns(request.POST), error)
    return _saved(request, resource, kept)


@require_POST
def delete_template(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Delete a template; the message offers to bring it back."""
    actor, resource, template = _template(request, name, pk)
    undo = reverse("web:undo", args=[named.delete_template(actor, pk)])
    messages.success(request, _("Template “%(name)s” deleted") % {"name": template.name}, extra_tags=undo)
    return redirect("web:import", resource.name)


@require_GET
def template_workbook(request: HttpRequest, name: str, pk: int) -> FileResponse:
    """The empty workbook of a template: its columns under its titles, in its order."""
    actor, resource, template = _template(request, name, pk)
    columns = named.columns_of(actor, template)
    return workbook(partial(write_template, actor, resource, columns=columns), f"{template.name}.xlsx")


def chosen_template(actor: Actor, resource: Resource, text: str) -> ImportTemplate | None:
    """The template that an address or a form names; None for none. Raises ``NotFound``."""
    pk = whole_number(text)
    return _of_object(actor, resource, pk) if pk else None


def _template(request: HttpRequest, name: str, pk: int) -> tuple[Actor, Resource, ImportTemplate]:
    actor, resource = require_actor(request), resource_for(name)
    return actor, resource, _of_object(actor, resource, pk)


def _of_object(actor: Actor, resource: Resource, pk: int) -> ImportTemplate:
    template = named.template_for(actor, pk)
    if template.resource != resource.name:
        raise NotFound
    return template


def _read(actor: Actor, data: QueryDict) -> dict[str, Any]:
    """What the editor holds; only administrators are asked for whom the template is."""
    typed: dict[str, Any] = {"name": data.get("name", ""), "columns": _columns(data)}
    return typed | ({"everyone": data.get("everyone") == "1"} if actor.is_administrator else {})


def _columns(data: QueryDict) -> list[Column]:
    pairs = zip(data.getlist("field"), data.getlist("title"), strict=False)
    return [Column(field, title) for field, title in pairs if field]


def _saved(request: HttpRequest, resource: Resource, kept: named.Kept) -> HttpResponse:
    """Back to the templates, where the one that was saved is chosen."""
    undo = reverse("web:undo", args=[kept.change])
    messages.success(request, _("“%(name)s” saved") % {"name": kept.template.name}, extra_tags=undo)
    return redirect(f"{reverse('web:import', args=[resource.name])}?{urlencode({'template': kept.template.pk})}")


def _editor(
    request: HttpRequest,
    actor: Actor,
    resource: Resource,
    template: ImportTemplate | None,
    columns: Sequence[Column],
    error: Invalid | None = None,
) -> HttpResponse:
    posted = request.method == "POST"
    infos = mappable_fields(actor, resource)
    context = {
        "resource": resource,
        "template": template,
        "name": request.POST.get("name", "") if posted else template.name if template else "",
        "may_share": actor.is_administrator,
        "everyone": request.POST.get("everyone") == "1" if posted else bool(template and template.everyone),
        "columns": columns,
        "fields": [(name, str(info.label), info.required) for name, info in infos.items()],
        "longest": named.LONGEST,
        "wrong": [str(one) for found in error.fields.values() for one in found] or [str(error)] if error else [],
    }
    return render(request, "web/bulk/import_template.html", context, status=422 if error else 200)
