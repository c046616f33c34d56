"""Django's entry for the engine's part ``jobs``."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
