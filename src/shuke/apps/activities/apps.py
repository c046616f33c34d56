"""Django's entry for the activities area."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ActivitiesConfig(AppConfig):
    """Registers the area's resources and its jobs, and gives a new installation its dictionaries."""

    name = "shuke.apps.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the resources registers them; importing the jobs lets the worker find them."""
        from shuke.apps.activities import jobs, resources  # noqa: F401
        from shuke.apps.activities.dictionaries import install
        from shuke.apps.activities.services.truth import keep_last_contacts
        from shuke.engine.audit.context import when_change_ends

        when_change_ends(keep_last_contacts)
        post_migrate.connect(install, sender=self, dispatch_uid="shuke.activities.install")
