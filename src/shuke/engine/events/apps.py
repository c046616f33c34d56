"""Django's entry for the engine's part ``events``."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
