"""``GET /healthz``: is this process ready to serve?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuke.cli.product import pending_migrations, was_interrupted

_seen: set[str] = set()


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 ``{"status": "ok"}`` when the database answers and every migration is applied, else 503 and why."""
    try:
        problem = None if _answers_migrated() else "migrations are missing"
    except (DatabaseError, InterfaceError):
        problem = "the database does not answer"
    if problem:
        return JsonResponse({"status": "unavailable", "detail": problem}, status=503)
    return JsonResponse({"status": "ok"})


def _answers_migrated() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    # Reading all migrations costs 50 ms and they are not taken back under a running process: ask until they are there.
    if "migrated" not in _seen:
        if pending_migrations() or was_interrupted():
            return False
        _seen.add("migrated")
    return True
