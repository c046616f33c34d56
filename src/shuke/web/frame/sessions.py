"""Sessions in the database, read by hand: it happens with every request, and the ORM takes three times as long."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection
from django.utils import timezone

from shuke.engine.signing.models import Session
from shuke.engine.signing.sessions import describe

# When a session was last seen is exact to this, so that most requests only read.
_SEEN_GRAIN = timedelta(minutes=5)


class SessionStore(DatabaseSessions):
    """Django's own sessions in a table that says whose they are."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of a session that is to be saved."""
        return describe(cast("Session", super().create_model_instance(data)), data)

    def _get_session_from_db(self) -> Any:
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data, seen_at FROM signing_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, now],
            )
            row = cursor.fetchone()
            if row is None:
                self._session_key = None
                return None
            if now - row[1] > _SEEN_GRAIN:
                cursor.execute(
                    "UPDATE signing_session SET seen_at = %s WHERE session_key = %s", [now, self.session_key]
                )
        return SimpleNamespace(session_data=row[0])
