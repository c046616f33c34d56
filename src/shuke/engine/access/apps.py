"""Django's entry for the engine's part ``access``."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
