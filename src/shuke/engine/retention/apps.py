"""Django's entry for the engine's part ``retention``."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"
