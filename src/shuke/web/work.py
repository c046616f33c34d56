"""Background work as pages: what runs, how far it is, its report and files, and stopping it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.exchange.jobs import DRY_RUN, EXPORT, IMPORT
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import cancel, folder_of, job_for
from shuke.kernel.errors import NotFound
from shuke.resource.describe import fields_of
from shuke.resource.registry import resource_for
from shuke.web.acting import PageRequest, require_actor

RECENT = 50

# The outcomes of an import's rows, in the order in which a report shows them.
COUNTS = {
    "created": gettext_lazy("new"),
    "updated": gettext_lazy("updated"),
    "skipped": gettext_lazy("skipped"),
    "failed": gettext_lazy("with errors"),
    "blank": gettext_lazy("blank lines"),
}
_ACTIVE = (Job.State.WAITING, Job.State.RUNNING)
_TONES = {Job.State.DONE: "good", Job.State.FAILED: "bad", Job.State.CANCELLED: "warn", Job.State.RUNNING: "brand"}


@require_GET
def jobs(request: PageRequest) -> HttpResponse:
    """One's own latest work."""
    actor = require_actor(request)
    found = Job.objects.filter(owner_id=actor.user_id).order_by("-pk")[:RECENT]
    rows = [{"job": job, "tone": _TONES.get(Job.State(job.state), "")} for job in found]
    return render(request, "web/jobs.html", {"rows": rows})


@require_GET
def job_page(request: PageRequest, pk: int) -> HttpResponse:
    """One piece of work; the fragment asks again every second while it runs."""
    job = job_for(require_actor(request), pk)
    template = "web/job_part.html" if request.htmx else "web/job.html"
    return render(request, template, {"job": job, **described(job)})


def described(job: Job) -> dict[str, Any]:
    """What the page says about a job."""
    resource = resource_for(job.arguments["resource"]) if "resource" in job.arguments else None
    counts = job.report.get("counts", {})
    file = job.report.get("file")
    return {
        "resource": resource,
        "active": job.state in _ACTIVE,
        "tone": _TONES.get(Job.State(job.state), ""),
        "is_check": job.kind == DRY_RUN,
        "is_import": job.kind == IMPORT,
        "is_export": job.kind == EXPORT,
        "counts": [(str(label), counts.get(key, 0), key) for key, label in COUNTS.items() if key in counts],
        "failures": [_failure(resource, one) for one in job.report.get("failures", [])],
        "failed": counts.get("failed", 0),
        "ready": counts.get("created", 0) + counts.get("updated", 0),
        "error": job.report.get("error", ""),
        "rows": job.report.get("rows"),
        "file": reverse("web:job-file", args=[job.pk]) if file else "",
        "undo": reverse("web:undo", args=[job.change_id]) if job.change_id and job.state not in _ACTIVE else "",
    }


def _failure(resource: Any, failure: dict[str, Any]) -> dict[str, Any]:
    infos = fields_of(resource) if resource else {}
    rows = [
        (str(infos[name].label) if name in infos else "", message)
        for name, message in failure.get("errors", {}).items()
    ]
    return {"line": failure.get("line"), "errors": rows}


@require_POST
def cancel_job(request: PageRequest, pk: int) -> HttpResponse:
    """Stop after the present batch."""
    cancel(require_actor(request), pk)
    return redirect("web:job", pk)


@require_GET
def job_file(request: PageRequest, pk: int) -> HttpResponse | FileResponse:
    """The file that a job made: an export, or the failed rows of an import. Only for who started it."""
    job = job_for(require_actor(request), pk)
    name = job.report.get("file")
    path = folder_of(job.pk) / name if name else None
    if path is None or not path.is_file():
        raise NotFound(_("This file is not there any more."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
