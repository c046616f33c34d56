"""Exports of a list as it is filtered: small ones at once, large ones as work in the background."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from shuke.engine.commands.prepare import require
from shuke.engine.exchange.exporting import write_file
from shuke.engine.exchange.orders import order_export
from shuke.engine.query.paging import count, select
from shuke.kernel.criteria import dump
from shuke.resource.registry import resource_for
from shuke.web.acting import require_actor
from shuke.web.filters import read_state

# As many rows are written while the person waits: under a second.
AT_ONCE = 5_000


@require_POST
def export(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """``kind`` is xlsx or csv, ``query`` the list's address; every column that the actor sees."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "export")
    state = read_state(actor, resource, QueryDict(request.POST.get("query", "")))
    kind = request.POST.get("kind", "xlsx")
    found = count(select(actor, resource, criteria=state.criteria, q=state.q, action="export"), cap=AT_ONCE)
    if not found.exact:
        job = order_export(actor, resource, kind=kind, columns=None, criteria=dump(state.criteria), q=state.q)
        return redirect("web:job", job.pk)
    with TemporaryDirectory() as folder, transaction.atomic():
        path, _rows = write_file(
            actor,
            resource,
            Path(folder),
            kind=kind,
            columns=None,
            criteria=state.criteria,
            q=state.q,
            progress=lambda _done: None,
        )
        file = path.open("rb")
    filename = f"{resource.label_plural}-{timezone.localdate():%Y%m%d}.{kind}"
    return FileResponse(file, as_attachment=True, filename=filename)
