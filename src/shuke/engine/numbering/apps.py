"""Django's entry for the engine's part ``numbering``."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    """Rules and counters."""

    name = "shuke.engine.numbering"
    label = "numbering"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have changes of the rules recorded, so that they can be taken back."""
        from shuke.engine.audit.install import keeps_history
        from shuke.engine.numbering.models import NumberingRule

        keeps_history(NumberingRule)
