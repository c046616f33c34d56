"""Django's entry for the engine's part ``layouts``."""

from django.apps import AppConfig


class LayoutsConfig(AppConfig):
    """Every process reads the layouts anew once one of them, or the order of the roles, has changed."""

    name = "shuke.engine.layouts"
    label = "layouts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A trigger of the database raises the stamp when a layout changes."""
        from shuke.engine.audit.install import raises_stamp
        from shuke.engine.layouts.arranging import forget
        from shuke.engine.layouts.models import FormLayout
        from shuke.engine.organisation.actors import when_stamp_rises

        raises_stamp(FormLayout, ("version", "deleted_at"), rights=False)
        when_stamp_rises(forget)
