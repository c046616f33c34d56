"""Django's entry for the people area."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the area's resources."""

    name = "shuke.apps.people"
    label = "people"

    def ready(self) -> None:
        """Importing the resources registers them."""
        from shuke.apps.people import resources  # noqa: F401
