"""Automation for programs: what a rule did, what was done with a record, a trial, and a new secret.

Rules themselves are records like any other: ``/automation-rules``.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.signing import actor_of
from shuke.engine.automation.log import deliveries_of, require_rule, runs_of_record, runs_of_rule
from shuke.engine.automation.models import Delivery, Run
from shuke.engine.automation.running import try_out
from shuke.engine.automation.secret import renew_secret
from shuke.resource.registry import resource_for

router = Router(tags=["automation"])


class Stretch(Schema):
    """How many, and before which run."""

    limit: int = Field(50, ge=1, le=100)
    before: Id | None = Field(None, description="The id of the last run that was read.")


class TrialInput(Schema):
    """The record to try a rule on."""

    record: Id


@router.get("/automation-rules/{int:id}/runs", response=list[dict[str, Any]])
def rule_runs(request: HttpRequest, id: Id, stretch: Query[Stretch]) -> HttpResponse:  # noqa: A002
    """What a rule did, the latest first; without the runs for records that one may not see."""
    actor = actor_of(request)
    runs = runs_of_rule(actor, require_rule(actor, id), limit=stretch.limit, before=stretch.before)
    return json_answer(_told(runs))


@router.post("/automation-rules/{int:id}/try", response=dict[str, Any])
def try_rule(request: HttpRequest, id: Id, data: TrialInput) -> HttpResponse:  # noqa: A002
    """What a rule would do with a record. Nothing of it is kept, nothing is sent."""
    actor = actor_of(request)
    trial = try_out(actor, require_rule(actor, id, "edit"), data.record)
    return json_answer({"meets": trial.meets, "outcome": trial.outcome, "error": trial.error})


@router.post("/automation-rules/{int:id}/secret", response=dict[str, str])
def new_secret(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """A new secret for the rule's webhooks, told this once; the old one is worth nothing from now on."""
    return json_answer({"secret": renew_secret(actor_of(request), id)})


@router.get("/{resource}/{int:id}/runs", response=list[dict[str, Any]])
def record_runs(request: HttpRequest, resource: str, id: Id, stretch: Query[Stretch]) -> HttpResponse:  # noqa: A002
    """What rules did with a record, the latest first."""
    actor = actor_of(request)
    return json_answer(_told(runs_of_record(actor, resource_for(resource), id, limit=stretch.limit)))


def _told(runs: list[Run]) -> list[dict[str, Any]]:
    calls = deliveries_of(runs)
    return [_run(run, calls.get(run.pk, [])) for run in runs]


def _run(run: Run, calls: list[Delivery]) -> dict[str, Any]:
    return {
        "id": run.pk,
        "rule": run.rule_id,
        "resource": run.resource,
        "record": run.object_id,
        "at": run.at,
        "state": run.state,
        "change": run.change_id,
        "outcome": run.outcome,
        "error": run.error,
        "milliseconds": run.took,
        "resume_at": run.resume_at,
        "calls": [
            {"url": one.url, "attempts": one.attempts, "status": one.status, "error": one.error, "done_at": one.done_at}
            for one in calls
        ],
    }
