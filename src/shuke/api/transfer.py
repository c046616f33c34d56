"""Imports, exports and the jobs that do them."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id, criteria_of
from shuke.api.signing import actor_of
from shuke.engine.access.actor import Actor
from shuke.engine.exchange import named
from shuke.engine.exchange.exporting import Shape
from shuke.engine.exchange.mapping import guess
from shuke.engine.exchange.models import ImportTemplate
from shuke.engine.exchange.orders import order_export, order_import
from shuke.engine.exchange.template import write_template
from shuke.engine.exchange.uploads import keep, sheet_of
from shuke.engine.exchange.workbook import written
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import cancel, file_of, job_for, jobs_of
from shuke.kernel.criteria import dump
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource

router = Router()

_MOST_COLUMNS = 200


class ImportForm(Schema):
    """How to import; what is left out is guessed from the titles."""

    dry: bool = Field(False, description="Only check: what would be made, changed, and refused.")
    duplicates: str = Field(
        "update", max_length=16, description="create, update, fill (only what is blank), skip or fail."
    )
    key: str = Field("", max_length=200, description="What existing records are recognised by: number, name, …")
    fields: str | None = Field(
        None, max_length=10_000, description="A field for every column, separated by commas; empty: leave it out."
    )
    template: int | None = Field(
        None, ge=1, lt=2**63, description="The import template whose titles the file has; they go before all guesses."
    )
    header_line: int | None = Field(None, ge=1, le=999, description="The line of the titles, from 1.")


class ExportForm(Schema):
    """What to export, into what."""

    kind: str = Field("xlsx", max_length=8, description="xlsx or csv.")
    fields: list[str] | None = Field(None, max_length=_MOST_COLUMNS, description="The columns in order.")
    codes: bool = Field(False, description="Ids and keys in place of words.")
    filter: str | None = Field(None, max_length=20_000, description="Criteria as JSON.")
    q: str = Field("", max_length=200)


class WorkbookQuery(Schema):
    """Which workbook."""

    template: int | None = Field(None, ge=1, lt=2**63, description="An import template: its columns and no others.")


class JobsQuery(Schema):
    """Whose jobs."""

    everybody: bool = Field(False, description="Everybody's; for administrators.")
    limit: int = Field(50, ge=1, le=200)


@router.get("/{resource}/import/template", tags=["imports"], response={200: str})
def import_template(request: HttpRequest, resource: str, query: Query[WorkbookQuery]) -> FileResponse:
    """An empty workbook to fill in: drop-downs, and a note on every title."""
    actor, target = actor_of(request), resource_for(resource)
    named.require_import(actor, target)
    template = _template(actor, target, query.template)
    columns = named.columns_of(actor, template) if template else None
    file = written(lambda path: write_template(actor, target, path, columns))
    return FileResponse(file, as_attachment=True, filename=f"{resource}.xlsx")


@router.post("/{resource}/import", tags=["imports"], response={202: dict[str, Any]})
def import_file(request: HttpRequest, resource: str, form: Form[ImportForm], file: File[UploadedFile]) -> HttpResponse:
    """Import a spreadsheet. The answer is the job to watch."""
    actor = actor_of(request)
    target = resource_for(resource)
    name = file.name or ""
    sheet = sheet_of(actor, keep(actor, name, file.chunks()), name)
    template = _template(actor, target, form.template)
    found = guess(actor, target, sheet, named.titles_of(actor, template) if template else {})
    given = None if form.fields is None else [field.strip() or None for field in form.fields.split(",")]
    if given is not None and len(given) > _MOST_COLUMNS:
        raise Invalid(fields={"fields": _("At most %(most)d columns.") % {"most": _MOST_COLUMNS}})
    job = order_import(
        actor,
        target,
        sheet,
        header_line=form.header_line or found.header_line,
        fields=found.fields if given is None else given,
        duplicates=form.duplicates,
        key=form.key,
        dry=form.dry,
    )
    return json_answer(job_shape(job), 202)


def _template(actor: Actor, resource: Resource, pk: int | None) -> ImportTemplate | None:
    """The import template that a program names. Raises ``NotFound``, also for another object's."""
    template = named.template_for(actor, pk) if pk else None
    if template and template.resource != resource.name:
        raise NotFound(_("That is no import template of %(objects)s.") % {"objects": resource.label_plural})
    return template


@router.get("/jobs", tags=["jobs"], response=list[dict[str, Any]])
def list_jobs(request: HttpRequest, query: Query[JobsQuery]) -> HttpResponse:
    """One's own latest jobs, newest first."""
    return json_answer([job_shape(job) for job in jobs_of(actor_of(request), everybody=query.everybody)[: query.limit]])


@router.get("/jobs/{int:id}", tags=["jobs"], response=dict[str, Any])
def read_job(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """How far a job is, and its report."""
    return json_answer(job_shape(job_for(actor_of(request), id)))


@router.post("/jobs/{int:id}/cancel", tags=["jobs"], response=dict[str, Any])
def cancel_job(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """Ask a job to stop after its present batch."""
    actor = actor_of(request)
    cancel(actor, id)
    return json_answer(job_shape(job_for(actor, id)))


@router.get("/jobs/{int:id}/file", tags=["jobs"], response={200: str})
def job_file(request: HttpRequest, id: Id) -> FileResponse:  # noqa: A002
    """The file that a job made: failed rows of an import, or an export."""
    path = file_of(job_for(actor_of(request), id))
    if path is None:
        raise NotFound(_("This job has no file, or it has been cleared away."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def add_export(router: Router, resource: Resource) -> None:
    """The route by which one object's rows are exported in the background.

    It stands on the object's own router: beside ``GET /export`` there, since a path has its methods from one router.
    """

    @router.post("/export", operation_id=f"order_export_{resource.name}", response={202: dict[str, Any]})
    def order(request: HttpRequest, data: ExportForm) -> HttpResponse:
        shape = Shape(data.kind, data.fields, data.codes)
        job = order_export(actor_of(request), resource, shape, criteria=dump(criteria_of(data.filter)), q=data.q)
        return json_answer(job_shape(job), 202)


def job_shape(job: Job) -> dict[str, Any]:
    """A job as JSON data; ``url`` is where to ask how far it is."""
    return {
        "id": job.pk,
        "url": f"/api/v1/jobs/{job.pk}",
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "by": job.owner_id,
        "ordered_at": job.created_at,
        "finished_at": job.finished_at,
        "done": job.done,
        "total": job.total,
        "report": job.report,
        "change": job.change_id,
    }
