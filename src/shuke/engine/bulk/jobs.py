"""The worker's side of bulk runs: a batch at a time in one change, refused records told with their reasons."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.bulk.acting import RUN, Work, act
from shuke.engine.jobs.runner import Run, handles
from shuke.engine.query.paging import get
from shuke.engine.record.values import storable
from shuke.kernel.errors import ShukeError
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource

_BATCH = 500
# So many refused records are told by name.
_TOLD = 200


@handles(RUN)
def run_bulk(run: Run) -> dict[str, Any]:
    """Do it batch by batch; a killed job goes on behind the last stored batch, and one change takes all of it back."""
    given = run.arguments
    actor, resource = run.actor, resource_for(given["resource"])
    work, ids = Work(given["verb"], given["values"]), list(given["ids"])
    counts = Counter(run.job.report.get("counts", {}))
    told = list(run.job.report.get("failures", []))
    for begin in range(run.job.done, len(ids), _BATCH):
        batch = ids[begin : begin + _BATCH]
        with change(actor, "bulk", resource.name, goes_on=run.job.change_id) as opened:
            run.job.change_id = opened.id
            refused = _do(actor, resource, work, batch)
            counts.update(updated=len(batch) - len(refused), failed=len(refused))
            told += [_told(actor, resource, pk, reason) for pk, reason in refused.items()][: _TOLD - len(told)]
            run.advance(begin + len(batch), {"counts": dict(counts), "failures": told}, total=len(ids))
    return {"counts": dict(counts), "failures": told}


def _do(actor: Actor, resource: Resource, work: Work, batch: list[int]) -> dict[int, str]:
    """All at once if possible; else one by one. Returns the reasons of those that were refused."""
    try:
        with transaction.atomic():
            act(actor, resource, work, batch)
    except ShukeError:
        return {pk: reason for pk in batch if (reason := _refusal(actor, resource, work, pk))}
    return {}


def _refusal(actor: Actor, resource: Resource, work: Work, pk: int) -> str:
    try:
        with transaction.atomic():
            act(actor, resource, work, [pk])
    except ShukeError as error:
        return storable(str(error)) or error.code
    return ""


def _told(actor: Actor, resource: Resource, pk: int, reason: str) -> dict[str, Any]:
    """A refused record by its title, if the person may see it."""
    row = get(actor, resource, pk, columns=(resource.title,))
    title = str(getattr(row, resource.title)) if row else f"#{pk}"
    return {"line": pk, "errors": {"": f"{title}: {reason}"}}
