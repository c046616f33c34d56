"""Django's entry for the engine's part ``record``."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
