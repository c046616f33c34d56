"""Django's entry for the engine's part ``files``."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
