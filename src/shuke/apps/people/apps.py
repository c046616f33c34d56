"""Django's entry for the people area."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """Registers the area's resources and gives every installation its built-in roles."""

    name = "shuke.apps.people"
    label = "people"

    def ready(self) -> None:
        """Importing the resources registers them."""
        from shuke.apps.people import resources  # noqa: F401
        from shuke.apps.people.services.builtin import install

        # The area has no tables of its own, so Django tells of those it works with.
        post_migrate.connect(install, sender=apps.get_app_config("organisation"), dispatch_uid="shuke.people.install")
