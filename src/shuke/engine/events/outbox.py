"""``emit``: the only way an event comes into being. Same transaction as the change; gone with a rollback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app as procrastinate_app

from shuke.engine.audit.context import OpenChange
from shuke.kernel.json import dumps

_INSERT = """
WITH stored AS (
    INSERT INTO events_event (change_id, kind, resource, object_id, actor_id, data)
    SELECT %s, %s, %s, unnest(%s::bigint[]), %s, %s::jsonb
) SELECT now()
"""

DELIVER = "shuke.deliver"


def emit(
    change: OpenChange,
    kind: str,
    resource: str,
    ids: Sequence[int],
    data: Mapping[str, Any] | None = None,
) -> None:
    """Store one event per record and order their delivery (``engine/dispatch``) once the transaction commits.

    The events of one transaction bear one time; by it the delivery of an import's batch knows its own.
    """
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [change.id, kind, resource, list(ids), change.actor.user_id, dumps(data or {})])
        at = cursor.fetchone()[0]
    if not change.announced:
        change.announced = True
        procrastinate_app.configure_task(DELIVER).defer(change_id=change.id, at=at.isoformat())
