"""Django's entry for the engine's part ``exchange``."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have changes of import templates recorded, so that they can be taken back."""
        from shuke.engine.audit.install import keeps_history
        from shuke.engine.exchange.models import ImportTemplate

        keeps_history(ImportTemplate)
