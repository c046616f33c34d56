"""Starts jobs and runs them: one row that tells how far it is, one procrastinate job that does it.

A handler is called with the run and works in batches; after each it calls ``run.advance`` *inside the batch's
transaction*, so that after a kill the work goes on exactly behind the last batch that was stored.
"""

from __future__ import annotations

import datetime
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from procrastinate.contrib.django import app as procrastinate_app

from shuke.engine.access.actor import Actor
from shuke.engine.jobs.models import Job
from shuke.engine.organisation.actors import actor_for, find_user
from shuke.kernel.errors import NotFound, ShukeError

RUN = "shuke.run"

Handler = Callable[["Run"], dict[str, Any]]
_handlers: dict[str, Handler] = {}
_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """The person who started the job does not want it any more."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Marks the function that does jobs of this kind; it gets a ``Run`` and returns the report."""

    def mark(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return mark


class Superseded(Exception):
    """Another worker has taken the job over."""


class Stopped(Exception):
    """The worker is shutting down; another one, or the same when it is back, goes on."""


class Run:
    """One job being done."""

    def __init__(self, job: Job, actor: Actor, should_stop: Callable[[], bool]) -> None:
        self._should_stop = should_stop
        self.job = job
        self.actor = actor
        self.arguments: Mapping[str, Any] = job.arguments
        self.folder = folder_of(job.pk)

    def advance(self, done: int, report: Mapping[str, Any], *, total: int | None = None) -> None:
        """Store how far the work is, in the caller's transaction. Raises ``Cancelled`` when that was asked for.

        Raises ``Stopped`` when the worker is to end; the batch is rolled back and done again by whoever goes on.
        Raises ``Superseded`` when another worker does the same job: this one was taken for dead while it was only slow
        (or stops in the middle of a shutdown). Its batch is rolled back, so that nothing happens twice.
        """
        if self._should_stop():
            raise Stopped
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=self.job.pk)
            if job.runs != self.job.runs:
                raise Superseded
            if job.cancel_requested:
                raise Cancelled
            job.done, job.report = done, {**job.report, **report}
            job.total = total if total is not None else job.total
            job.change_id = self.job.change_id
            job.save(update_fields=["done", "total", "report", "change_id"])
        self.job = job


def folder_of(job_id: int) -> Path:
    """Where a job keeps its files; inside the data folder, never served as it is."""
    folder = _folders() / str(job_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _folders() -> Path:
    folder: Path = settings.SHUKE_DATA / "files" / "jobs"
    return folder


def file_of(job: Job) -> Path | None:
    """The file that a job made; None when it made none, or when it has been cleared away."""
    name = job.report.get("file")
    path = _folders() / str(job.pk) / name if name else None
    return path if path is not None and path.is_file() else None


def clear_files(before: datetime.datetime) -> int:
    """Remove the files of the jobs that ended before that time, and of jobs that are no more. Returns how many jobs."""
    cleared = 0
    for folder in _folders().iterdir() if _folders().is_dir() else ():
        job = Job.objects.filter(pk=int(folder.name)).first() if folder.name.isdecimal() else None
        if job is None or (job.finished_at is not None and job.finished_at < before):
            shutil.rmtree(folder, ignore_errors=True)
            cleared += 1
    return cleared


def jobs_of(actor: Actor, *, everybody: bool = False) -> models.QuerySet[Job]:
    """The actor's own jobs, newest first; an administrator may look at everybody's."""
    rows = Job.objects.select_related("owner").order_by("-pk")
    return rows if everybody and actor.is_administrator else rows.filter(owner_id=actor.user_id)


def start(actor: Actor, kind: str, title: str, arguments: Mapping[str, Any]) -> Job:
    """Order a job; it begins when the transaction has committed."""
    with transaction.atomic():
        job = Job.objects.create(owner_id=actor.user_id, kind=kind, title=title, arguments=dict(arguments))
        procrastinate_app.configure_task(RUN).defer(job_id=job.pk)
    return job


def job_for(actor: Actor, job_id: int) -> Job:
    """A job that the actor started; administrators see all. Raises ``NotFound``."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or (job.owner_id != actor.user_id and not actor.is_administrator):
        raise NotFound(f"There is no job {job_id}.")
    return job


def cancel(actor: Actor, job_id: int) -> None:
    """Ask a job to stop after its present batch; what it has stored stays, and can be undone as one change."""
    job = job_for(actor, job_id)
    Job.objects.filter(pk=job.pk, state__in=(Job.State.WAITING, Job.State.RUNNING)).update(cancel_requested=True)


def run(job_id: int, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Do a job, or go on with one whose worker died or was stopped. Called by the worker.

    ``should_stop`` is asked after every batch; once it holds, the job goes back into the queue as far as it is.
    """
    job = _take_up(job_id)
    if job is None:
        return
    user = find_user(job.owner_id) if job.owner_id else None
    if user is None:
        _finish(job, Job.State.FAILED, {"error": "The person who started this may not sign in any more."})
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        _do(Run(job, actor_for(user, "job"), should_stop))


def _take_up(job_id: int) -> Job | None:
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or job.state not in (Job.State.WAITING, Job.State.RUNNING):
            return None
        job.state, job.started_at, job.runs = Job.State.RUNNING, job.started_at or timezone.now(), job.runs + 1
        job.save(update_fields=["state", "started_at", "runs"])
    return job


def _do(work: Run) -> None:
    try:
        report = _handlers[work.job.kind](work)
    except Superseded:
        _log.warning("job %s was taken over by another worker", work.job.pk)
    except Stopped:
        procrastinate_app.configure_task(RUN).defer(job_id=work.job.pk)
    except Cancelled:
        _finish(work.job, Job.State.CANCELLED, {})
    except ShukeError as error:
        _finish(work.job, Job.State.FAILED, {"error": str(error)})
    except Exception:
        _log.exception("job %s failed", work.job.pk)
        _finish(work.job, Job.State.FAILED, {"error": "An unexpected error; the log of the worker has the details."})
        raise
    else:
        _finish(work.job, Job.State.DONE, report)


def _finish(mine: Job, state: str, report: Mapping[str, Any]) -> None:
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=mine.pk)
        if job.runs != mine.runs:
            return
        job.state, job.finished_at = state, timezone.now()
        job.report = {**job.report, **report}
        job.save(update_fields=["state", "finished_at", "report"])
