"""The log of runs: those of a rule, those for a record, and how long they are kept."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.automation.models import AutomationRule, Delivery, Run
from shuke.engine.commands.sight import require_sight
from shuke.engine.query.paging import get
from shuke.kernel.errors import NotFound
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource

MOST = 100
_BATCH = 5_000


def require_rule(actor: Actor, pk: int, action: str = "view") -> AutomationRule:
    """The rule. Raises ``NotFound`` when it is not there or out of sight, ``NotAllowed`` without the right."""
    resource = resource_of(AutomationRule)
    require_sight(actor, resource, pk, action)
    found: AutomationRule | None = get(actor, resource, pk)
    if found is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return found


def runs_of_rule(actor: Actor, rule: AutomationRule, *, limit: int = 50, before: int | None = None) -> list[Run]:
    """The rule's latest runs, newest first, without those of records that the actor may not see."""
    rows = Run.objects.filter(rule=rule).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: min(limit, MOST)])
    return _seen(actor, found)


def runs_of_record(actor: Actor, resource: Resource, pk: int, *, limit: int = 50) -> list[Run]:
    """The latest runs for a record. Raises ``NotFound`` for one out of sight."""
    require_sight(actor, resource, pk)
    rows = Run.objects.filter(resource=resource.name, object_id=pk).select_related("rule").order_by("-pk")
    return list(rows[: min(limit, MOST)])


def _seen(actor: Actor, runs: list[Run]) -> list[Run]:
    """One question for each object; the rows of a rule are of one, or of a few after it was changed."""
    visible: dict[str, set[int]] = {}
    for name in {run.resource for run in runs}:
        try:
            resource = resource_for(name)
        except NotFound:
            continue
        rows = resource.model.objects.visible_to(actor)  # type: ignore[attr-defined]
        ids = {run.object_id for run in runs if run.resource == name}
        visible[name] = set(rows.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [run for run in runs if run.object_id in visible.get(run.resource, set())]


def deliveries_of(runs: list[Run]) -> dict[int, list[Delivery]]:
    """The webhook calls of runs, by run."""
    found: dict[int, list[Delivery]] = {}
    for one in Delivery.objects.filter(run_id__in=[run.pk for run in runs]).order_by("pk"):
        found.setdefault(one.run_id, []).append(one)
    return found


def clear_log() -> int:
    """Let go of runs that ended longer ago than ``SHUKE_RUN_DAYS``; those that wait stay. Returns how many."""
    before = timezone.now() - datetime.timedelta(days=settings.SHUKE_RUN_DAYS)
    old = Run.objects.filter(at__lt=before).exclude(state__in=(Run.State.READY, Run.State.PAUSED))
    gone = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        Run.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone
