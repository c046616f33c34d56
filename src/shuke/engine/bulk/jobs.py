"""The worker's side of bulk runs – a batch at a time in one change – and of taking large changes back, all at once.

Records that are refused are told with their reasons.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.bulk.acting import RUN, Work, attempt, told
from shuke.engine.bulk.undoing import UNDO
from shuke.engine.commands.undo import undo
from shuke.engine.jobs.runner import Run, handles
from shuke.engine.record.words import about
from shuke.kernel.errors import Conflict
from shuke.resource.registry import resource_for

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
    failures = list(run.job.report.get("failures", []))
    for begin in range(run.job.done, len(ids), _BATCH):
        batch = ids[begin : begin + _BATCH]
        with change(actor, "bulk", resource.name, goes_on=run.job.change_id) as opened:
            run.job.change_id = opened.id
            refused = attempt(actor, resource, work, batch)
            counts.update(updated=len(batch) - len(refused), failed=len(refused))
            some = dict(islice(refused.items(), _TOLD - len(failures)))
            failures += [_line(*one) for one in told(actor, resource, some)]
            run.advance(begin + len(batch), {"counts": dict(counts), "failures": failures}, total=len(ids))
    return {"counts": dict(counts), "failures": failures}


@handles(UNDO)
def run_undo(run: Run) -> dict[str, Any]:
    """Take a change back as one change of its own. What a killed job had not stored is begun anew."""
    if run.job.change_id:
        return dict(run.job.report)
    with transaction.atomic():
        outcome = undo(run.actor, run.arguments["change"])
        run.job.change_id = outcome.change
        counts = {"undone": outcome.rows, "kept": len(outcome.refused)}
        report = {"counts": counts, "failures": [_kept(run.actor, *one) for one in outcome.refused[:_TOLD]]}
        run.advance(outcome.rows, report, total=outcome.rows)
    return report


def _kept(actor: Actor, name: str, pk: int) -> dict[str, Any]:
    reason = Conflict(_("It was changed again since and stays as it is."))
    return next(_line(*one) for one in told(actor, resource_for(name), {pk: reason}))


def _line(pk: int, title: str, reason: str) -> dict[str, Any]:
    return {"line": pk, "errors": {"": about(title, reason)}}
