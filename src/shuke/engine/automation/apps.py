"""Django's entry for the engine's part ``automation``."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Every process reads the rules anew once one of them has changed."""

    name = "shuke.engine.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A trigger of the database raises the stamp when a rule changes."""
        from shuke.engine.audit.install import raises_stamp
        from shuke.engine.automation.models import AutomationRule

        raises_stamp(AutomationRule, ("version", "deleted_at"))
