"""Django's entry for the outbox."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EventsConfig(AppConfig):
    """Makes the outbox's monthly partitions after every ``migrate``; the worker makes the later ones."""

    name = "shuke.engine.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hook the making behind the migrations."""
        post_migrate.connect(_make, sender=self, dispatch_uid="shuke.events.months")


def _make(**_: Any) -> None:
    from django.db import connection

    from shuke.engine.record.months import ensure_months

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if "events_event" in tables:
        ensure_months("events_event")
