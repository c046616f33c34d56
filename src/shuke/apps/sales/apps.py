"""Django's entry for the sales area."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SalesConfig(AppConfig):
    """Registers the area's resources and gives a new installation its dictionaries."""

    name = "shuke.apps.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the resources registers them."""
        from shuke.apps.sales import resources  # noqa: F401
        from shuke.apps.sales.dictionaries import install

        post_migrate.connect(install, sender=self, dispatch_uid="shuke.sales.install")
