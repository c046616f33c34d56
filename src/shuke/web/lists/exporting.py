"""Exports of a list as it is filtered: small ones at once, large ones as work in the background."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.commands.prepare import require
from shuke.engine.exchange.columns import export_columns
from shuke.engine.exchange.exporting import Shape, write_file
from shuke.engine.exchange.line_columns import seen_in_lines
from shuke.engine.exchange.orders import order_export
from shuke.engine.query.paging import count, select
from shuke.kernel.criteria import dump
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import read_state

# As many rows are written while the person waits: under a second.
AT_ONCE = 5_000


@require_GET
def export_dialog(request: PageRequest, name: str) -> HttpResponse:
    """Which columns, in which order, as words or as codes, into which kind of file."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "export")
    query = request.GET.get("query", "")
    state = read_state(actor, resource, QueryDict(query))
    found = count(select(actor, resource, criteria=state.criteria, q=state.q, action="export"))
    context = {
        "resource": resource,
        "query": query,
        "found": found,
        "at_once": found.exact and found.value <= AT_ONCE,
        "days": settings.SHUKE_JOB_DAYS,
        "columns": [
            *((column.info.name, str(column.info.label), True) for column in export_columns(actor, resource, None)),
            *((name, str(info.label), False) for name, info in seen_in_lines(actor, resource).items()),
        ],
        "has_lines": bool(resource.lines),
    }
    return render(request, "web/lists/export_dialog.html", context)


@require_POST
def export(request: PageRequest, name: str) -> HttpResponse | FileResponse:
    """``kind`` is xlsx or csv, ``query`` the list's address, ``column`` (several, in order) what to write."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "export")
    state = read_state(actor, resource, QueryDict(request.POST.get("query", "")))
    shape = Shape(
        request.POST.get("kind", "xlsx"), request.POST.getlist("column") or None, request.POST.get("codes") == "1"
    )
    found = count(select(actor, resource, criteria=state.criteria, q=state.q, action="export"), cap=AT_ONCE)
    if not found.exact:
        job = order_export(actor, resource, shape, criteria=dump(state.criteria), q=state.q)
        return redirect("web:job", job.pk)
    with TemporaryDirectory() as folder, transaction.atomic():
        path, _rows = write_file(
            actor, resource, Path(folder), shape, criteria=state.criteria, q=state.q, progress=lambda _done: None
        )
        file = path.open("rb")
    filename = f"{resource.label_plural}-{timezone.localdate():%Y%m%d}.{shape.kind}"
    return FileResponse(file, as_attachment=True, filename=filename)
