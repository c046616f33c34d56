"""Django's entry for the engine's part ``stored``."""

from django.apps import AppConfig


class StoredConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.stored"
    label = "stored"
    default_auto_field = "django.db.models.BigAutoField"
