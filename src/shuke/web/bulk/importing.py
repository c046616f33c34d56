"""The import wizard: choose a file, say which column is which field, see what would happen, run it, take it back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.exchange import lacking, named
from shuke.engine.exchange.line_columns import list_of, writable_in_lines
from shuke.engine.exchange.mapping import belongs_to, guess, importable_fields, keys_for, mappable_fields
from shuke.engine.exchange.models import ImportTemplate
from shuke.engine.exchange.orders import order_import
from shuke.engine.exchange.remembered import recall
from shuke.engine.exchange.sheets import Sheet
from shuke.engine.exchange.template import write_template
from shuke.engine.exchange.uploads import sheet_of
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import job_for
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.bulk.import_templates import chosen_template
from shuke.web.bulk.uploads import LONGEST_NAME, take_in, workbook
from shuke.web.frame.acting import require_actor

DUPLICATES = {
    "update": gettext_lazy("Bring the record up to date: what the row says wins, blank cells change nothing"),
    "fill": gettext_lazy("Fill only what is blank in the record"),
    "skip": gettext_lazy("Leave the row out"),
    "create": gettext_lazy("Create another one"),
    "fail": gettext_lazy("Report the row as an error"),
}


def _require_import(request: HttpRequest, name: str) -> tuple[Actor, Resource]:
    actor, resource = require_actor(request), resource_for(name)
    named.require_import(actor, resource)
    return actor, resource


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """Step 1: the file, and the template by which it was filled, if one was."""
    actor, resource = _require_import(request, name)
    data = request.POST if request.method == "POST" else request.GET
    chosen = chosen_template(actor, resource, data.get("template", ""))
    problem = ""
    if request.method == "POST":
        try:
            token, file = take_in(actor, request)
        except Invalid as error:
            problem = str(error)
        else:
            address = reverse("web:import-map", args=[name, token])
            query = {"name": file[:LONGEST_NAME]} | ({"template": str(chosen.pk)} if chosen else {})
            return redirect(f"{address}?{urlencode(query)}")
    context = {
        "resource": resource,
        "problem": problem,
        "fields": [*importable_fields(actor, resource).values(), *writable_in_lines(actor, resource).values()],
        "has_lines": bool(resource.lines),
        "step": 1,
        "days": settings.SHUKE_JOB_DAYS,
        "templates": _templates(actor, resource),
        "chosen": chosen,
    }
    return render(request, "web/bulk/import_upload.html", context, status=422 if problem else 200)


def _templates(actor: Actor, resource: Resource) -> list[dict[str, Any]]:
    return [
        {
            "template": one,
            "titles": [title for _info, title in named.columns_of(actor, one)],
            "may_change": named.may_change(actor, one),
        }
        for one in named.templates_of(actor, resource)
    ]


@require_GET
def template(request: HttpRequest, name: str) -> FileResponse:
    """An empty workbook to fill in."""
    actor, resource = _require_import(request, name)
    filename = _("%(objects)s (template).xlsx") % {"objects": resource.label_plural}
    return workbook(partial(write_template, actor, resource), filename)


@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """Step 2: which column fills which field. POST starts the check, which writes nothing."""
    actor, resource = _require_import(request, name)
    file = request.GET.get("name", token)[:LONGEST_NAME]
    chosen = chosen_template(actor, resource, request.GET.get("template", ""))
    problem = ""
    if request.method == "POST":
        try:
            job = _order(request, actor, resource, token, file)
        except Invalid as error:
            problem = str(error)
        else:
            return redirect("web:job", job.pk)
    context = {
        "resource": resource,
        "file": file,
        "problem": problem,
        "step": 2,
        "template": chosen,
        **_columns(request, actor, resource, sheet_of(actor, token, file), chosen),
    }
    return render(request, "web/bulk/import_map.html", context, status=422 if problem else 200)


def _order(request: HttpRequest, actor: Actor, resource: Resource, token: str, file: str) -> Any:
    line, count = (whole_number(request.POST.get(name, ""), 3) for name in ("header_line", "columns"))
    if line is None or count is None:
        raise Invalid(_("Please choose the file again."))
    return order_import(
        actor,
        resource,
        sheet_of(actor, token, file),
        header_line=line,
        fields=[request.POST.get(f"column-{at}") or None for at in range(count)],
        duplicates=request.POST.get("duplicates", "update"),
        key=request.POST.get("key", ""),
        dry=True,
    )


def _columns(
    request: HttpRequest, actor: Actor, resource: Resource, sheet: Sheet, template: ImportTemplate | None
) -> dict[str, Any]:
    """The columns of the file with a field for each: as the template says, as the person did before, or as guessed."""
    found = guess(actor, resource, sheet, named.titles_of(actor, template) if template else {})
    infos = mappable_fields(actor, resource)
    before = None if template else recall(actor, resource, found.titles)
    chosen = [name if name in infos else None for name in before.fields] if before else list(found.fields)
    duplicates, key = (before.duplicates, before.key) if before else ("update", "")
    if request.method == "POST":
        chosen = [request.POST.get(f"column-{at}") or None for at in range(len(found.titles))]
        duplicates, key = request.POST.get("duplicates", "update"), request.POST.get("key", "")
    columns = []
    for at, title in enumerate(found.titles):
        sample = [str(row[at]) for row in found.sample if at < len(row) and row[at] not in (None, "")]
        field = chosen[at] if at < len(chosen) else None
        options = [(name, str(info.label), info.required, name == field) for name, info in infos.items()]
        columns.append({"at": at, "title": title, "sample": sample[:3], "options": options, "known": bool(field)})
    unused = [title for title, field in zip(found.titles, chosen, strict=False) if not field]
    return {
        "columns": columns,
        "belonging": [one.label_plural for one in belongs_to(resource, unused) if actor.may(one.name, "import")],
        "remembered": before is not None,
        "absent": named.absent(actor, template, found.titles) if template else [],
        "duplicates": [(name, str(label), name == duplicates) for name, label in DUPLICATES.items()],
        "keys": [(name, words, name == key) for name, words in keys_for(resource).items()],
        "header_line": found.header_line,
        "guessed": sum(1 for field in chosen if field),
        "required": [str(info.label) for name, info in infos.items() if info.required and not list_of(name)],
    }


@require_POST
def run(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Step 4: after the check, the import itself with the very same settings."""
    actor, resource = _require_import(request, name)
    return redirect("web:job", _again(actor, resource, _checked(actor, name, pk), dry=False).pk)


@require_POST
def options(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """After the check: add options that the file names and the dictionaries lack, and check it anew."""
    actor, resource = _require_import(request, name)
    checked = _checked(actor, name, pk)
    chosen = {key.removeprefix("add-"): request.POST.getlist(key) for key in request.POST if key.startswith("add-")}
    try:
        count, made = lacking.add(actor, checked, chosen)
    except Invalid as error:
        messages.error(request, str(error))
        return redirect("web:job", pk)
    words = ngettext("%(count)d option added", "%(count)d options added", count) % {"count": count}
    messages.success(request, words, extra_tags=reverse("web:undo", args=[made]))
    return redirect("web:job", _again(actor, resource, checked, dry=True).pk)


def _checked(actor: Actor, name: str, pk: int) -> Job:
    job = job_for(actor, pk)
    if job.arguments.get("resource") != name or "path" not in job.arguments:
        raise NotFound(_("There is no such check."))
    return job


def _again(actor: Actor, resource: Resource, job: Job, *, dry: bool) -> Job:
    """The same file with the same settings once more."""
    checked = job.arguments
    return order_import(
        actor,
        resource,
        sheet_of(actor, checked["path"].rsplit("/", 1)[-1], checked["name"]),
        header_line=checked["header_line"],
        fields=checked["fields"],
        duplicates=checked["duplicates"],
        key=checked.get("key", ""),
        dry=dry,
    )
