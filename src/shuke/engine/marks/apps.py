"""Django's entry for the engine's part ``marks``."""

from django.apps import AppConfig


class MarksConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.marks"
    label = "marks"
    default_auto_field = "django.db.models.BigAutoField"
