"""Django's entry for dictionaries and regions."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OptionsConfig(AppConfig):
    """Loads the regions after every ``migrate``; lets every process notice when options change."""

    name = "shuke.engine.options"
    label = "options"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hook the loading behind the migrations, and forgetting behind changes."""
        from shuke.engine.audit.install import keeps_history, raises_stamp
        from shuke.engine.options.catalogue import forget
        from shuke.engine.options.models import Dictionary, Option, Region
        from shuke.engine.options.regions import forget as forget_regions
        from shuke.engine.options.regions import install
        from shuke.engine.organisation.actors import when_stamp_rises

        raises_stamp(Dictionary, ("key", "above_id", "deleted_at"), rights=False)
        raises_stamp(Option, ("name", "parent_id", "tone", "position", "retired", "deleted_at"), rights=False)
        raises_stamp(Region, ("name", "full_name", "retired"), rights=False)
        keeps_history(Region)
        when_stamp_rises(forget)
        when_stamp_rises(forget_regions)

        post_migrate.connect(install, sender=self, dispatch_uid="shuke.options.install")
