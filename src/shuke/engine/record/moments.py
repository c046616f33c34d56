"""Moments as they come from the database: read by the standard library's own parser, in C.

Django reads each with a regular expression in Python. A list page holds two hundred, an export millions.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import BaseTzLoader


class MomentLoader(BaseTzLoader):  # type: ignore[misc]
    """Loads ``timestamptz`` in UTC, as Django's connections speak."""

    timezone = datetime.UTC

    def load(self, data: Any) -> datetime.datetime:
        """The moment. What Python has no word for (years behind 9999) Django refuses in its own way."""
        try:
            return datetime.datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            moment: datetime.datetime = super().load(data)
            return moment


def read_moments_quickly(connection: Any, **_more: Any) -> None:
    """Receiver of ``connection_created``."""
    connection.connection.adapters.register_loader("timestamptz", MomentLoader)
