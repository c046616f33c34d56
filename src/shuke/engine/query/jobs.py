"""The worker's task for the gram indexes: what waits to be put in is put in before somebody's saving has to do it."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

_WAITING = """
SELECT gin_clean_pending_list(index.oid) FROM pg_class index
WHERE index.relkind = 'i' AND index.relname LIKE '%\\_grams' AND index.relnamespace = current_schema()::regnamespace
"""


@app.periodic(cron="* * * * *")
@app.task(name="shuke.grams", queueing_lock="shuke.grams")
def put_in_grams(timestamp: int) -> None:
    """Empty the pending list of every gram index; nothing to do takes a millisecond."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
