"""Django's entry for the engine's part ``numbering``."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.numbering"
    label = "numbering"
    default_auto_field = "django.db.models.BigAutoField"
