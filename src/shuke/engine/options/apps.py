"""Django's entry for dictionaries and regions."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OptionsConfig(AppConfig):
    """Loads the regions after every ``migrate``."""

    name = "shuke.engine.options"
    label = "options"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hook the loading behind the migrations."""
        from shuke.engine.options.regions import install

        post_migrate.connect(install, sender=self, dispatch_uid="shuke.options.install")
