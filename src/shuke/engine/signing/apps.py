"""Django's entry for the engine's part ``signing``."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.signing"
    label = "signing"
    default_auto_field = "django.db.models.BigAutoField"
