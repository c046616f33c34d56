"""Django's entry for the engine's part ``exchange``."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
