"""Monthly partitions of the tables that only ever grow: made ahead of time, so that no row has to be moved."""

from __future__ import annotations

import datetime
import logging
from itertools import pairwise

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg import sql

_AHEAD = 3
_log = logging.getLogger(__name__)


def months_from(day: datetime.date, count: int) -> list[tuple[datetime.date, datetime.date]]:
    """The month of ``day`` and the ones after it: (first day, first day of the next)."""
    starts = [
        datetime.date(day.year + (day.month - 1 + step) // 12, (day.month - 1 + step) % 12 + 1, 1)
        for step in range(count + 1)
    ]
    return list(pairwise(starts))


def ensure_months(table: str) -> None:
    """Make the partitions of this month and of the next ones, as far as they are missing.

    A month whose rows already lie in the default partition stays there: that is slower to drop, nothing else.
    """
    for start, end in months_from(timezone.now().date(), _AHEAD + 1):
        name = f"{table}_{start:%Y_%m}"
        statement = sql.SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})").format(
            sql.Identifier(name),
            sql.Identifier(table),
            sql.Literal(f"{start} 00:00+00"),
            sql.Literal(f"{end} 00:00+00"),
        )
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError as error:
            _log.warning("no partition %s: %s", name, error)
