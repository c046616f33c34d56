"""Django's entry for the engine's part ``bulk``."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.bulk"
    label = "bulk"
    default_auto_field = "django.db.models.BigAutoField"
