"""Background work as pages: what runs, how far it is, its report and files, and stopping it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.bulk.acting import RUN
from shuke.engine.bulk.undoing import UNDO
from shuke.engine.exchange import lacking
from shuke.engine.exchange.jobs import DRY_RUN, EXPORT, IMPORT
from shuke.engine.exchange.line_columns import list_of
from shuke.engine.exchange.mapping import belongs_to
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import cancel, file_of, job_for, jobs_of
from shuke.kernel.errors import NotFound
from shuke.resource.describe import fields_of
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor

RECENT = 50

# The outcomes of an import's rows, in the order in which a report shows them.
COUNTS = {
    "created": gettext_lazy("new"),
    "updated": gettext_lazy("updated"),
    "skipped": gettext_lazy("skipped"),
    "failed": gettext_lazy("with errors"),
    "blank": gettext_lazy("blank lines"),
    "undone": gettext_lazy("taken back"),
    "kept": gettext_lazy("stay as they are"),
}
_ACTIVE = (Job.State.WAITING, Job.State.RUNNING)
_TONES = {Job.State.DONE: "good", Job.State.FAILED: "bad", Job.State.CANCELLED: "warn", Job.State.RUNNING: "brand"}


@require_GET
def jobs(request: PageRequest) -> HttpResponse:
    """One's own latest work; administrators may look at everybody's (``?everybody=1``)."""
    actor = require_actor(request)
    everybody = actor.is_administrator and request.GET.get("everybody") == "1"
    rows = [
        {
            "job": job,
            "tone": _TONES.get(Job.State(job.state), ""),
            "active": job.state in _ACTIVE,
            "file": file_of(job) is not None,
            "result": _result(job),
        }
        for job in jobs_of(actor, everybody=everybody)[:RECENT]
    ]
    context = {"rows": rows, "everybody": everybody, "may_all": actor.is_administrator, "days": settings.SHUKE_JOB_DAYS}
    return render(request, "web/bulk/jobs.html", context)


def _result(job: Job) -> str:
    """What came of it, in a line: “1,200 new · 3 with errors”."""
    parts = [
        _("%(count)s %(outcome)s") % {"count": f"{number:,}", "outcome": outcome}
        for outcome, number, _key in _counts(job)
        if number
    ]
    if "rows" in job.report:
        parts.append(_("%(count)s rows") % {"count": f"{job.report['rows']:,}"})
    return " · ".join(parts) or str(job.report.get("error", ""))


def _counts(job: Job) -> list[tuple[str, int, str]]:
    """The outcomes in words, with numbers and keys; what a bulk action may not touch stays as it is."""
    counts = job.report.get("counts", {})
    told = [("kept" if key == "failed" and job.kind == RUN else key, counts[key]) for key in COUNTS if key in counts]
    return [(str(COUNTS[key]), number, key) for key, number in told]


@require_GET
def job_page(request: PageRequest, pk: int) -> HttpResponse:
    """One piece of work; the fragment asks again every second while it runs."""
    actor = require_actor(request)
    job = job_for(actor, pk)
    template = "web/bulk/job_part.html" if request.htmx else "web/bulk/job.html"
    beyond = {"onward": _onward(actor, job), "lacking": lacking.offered(actor, job), "matching": _matching(job)}
    return render(request, template, {"job": job, **described(job), **beyond})


def _matching(job: Job) -> str:
    """The address at which the columns of a checked file are matched anew."""
    if job.kind != DRY_RUN or not Path(job.arguments["path"]).is_file():
        return ""
    address = reverse("web:import-map", args=[job.arguments["resource"], Path(job.arguments["path"]).name])
    return f"{address}?{urlencode({'name': job.arguments['name']})}"


def _onward(actor: Actor, job: Job) -> list[tuple[str, str]]:
    """What else an imported file has columns of, with the address that imports it from there: contacts of customers."""
    if job.kind != IMPORT or job.state != Job.State.DONE or job.owner_id != actor.user_id:
        return []
    path, asked = Path(job.arguments["path"]), job.arguments
    unused = [title for title, field in zip(asked.get("titles", ()), asked["fields"], strict=False) if field is None]
    found = belongs_to(resource_for(asked["resource"]), unused) if path.is_file() else []
    query = urlencode({"name": asked["name"]})
    return [
        (one.label_plural, f"{reverse('web:import-map', args=[one.name, path.name])}?{query}")
        for one in found
        if actor.may(one.name, "import")
    ]


def described(job: Job) -> dict[str, Any]:
    """What the page says about a job."""
    resource = resource_for(job.arguments["resource"]) if "resource" in job.arguments else None
    counts = job.report.get("counts", {})
    ready = counts.get("created", 0) + counts.get("updated", 0)
    return {
        "resource": resource,
        "active": job.state in _ACTIVE,
        "tone": _TONES.get(Job.State(job.state), ""),
        "is_check": job.kind == DRY_RUN,
        "is_import": job.kind == IMPORT,
        "is_export": job.kind == EXPORT,
        "counts": _counts(job),
        "of_records": job.kind in (RUN, UNDO),
        "links": job.kind == RUN,
        "failures": [_failure(resource, one) for one in job.report.get("failures", [])],
        "failed": counts.get("failed", 0),
        "ready": ready,
        "documents": _documents(job, resource, ready),
        "error": job.report.get("error", ""),
        "rows": job.report.get("rows"),
        "file": reverse("web:job-file", args=[job.pk]) if file_of(job) else "",
        "cleared": bool(job.report.get("file")) and file_of(job) is None,
        "days": settings.SHUKE_JOB_DAYS,
        "changes": [_change(resource, one) for one in job.report.get("changes", [])],
        "undo": reverse("web:undo", args=[job.change_id]) if job.change_id and job.state not in _ACTIVE else "",
    }


def _documents(job: Job, resource: Any, count: int) -> str:
    """What is counted where several rows of a file are one record; "" where each row is one."""
    if not any(list_of(name) for name in job.arguments.get("fields", ()) if name):
        return ""
    return str(resource.label if count == 1 else resource.label_plural)


def _failure(resource: Any, failure: dict[str, Any]) -> dict[str, Any]:
    infos = fields_of(resource) if resource else {}
    rows = [
        (str(infos[name].label) if name in infos else "", message)
        for name, message in failure.get("errors", {}).items()
    ]
    return {"line": failure.get("line"), "errors": rows}


def _change(resource: Any, change: dict[str, Any]) -> dict[str, Any]:
    infos = fields_of(resource) if resource else {}
    labels = {name: str(info.label) for name, info in infos.items()}
    for lines in resource.lines if resource else ():
        labels[lines.name] = str(lines.model._meta.verbose_name_plural)
    fields = [(labels[name], old, new) for name, (old, new) in change["fields"].items() if name in labels]
    return {**change, "fields": fields}


@require_POST
def cancel_job(request: PageRequest, pk: int) -> HttpResponse:
    """Stop after the present batch."""
    cancel(require_actor(request), pk)
    return redirect("web:job", pk)


@require_GET
def job_file(request: PageRequest, pk: int) -> HttpResponse | FileResponse:
    """The file that a job made: an export, or the failed rows of an import. Only for who started it."""
    job = job_for(require_actor(request), pk)
    path = file_of(job)
    if path is None:
        raise NotFound(_("This file is not there any more."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
