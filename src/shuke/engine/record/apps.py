"""Django's entry for the base models."""

from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created


class RecordConfig(AppConfig):
    """Registers the checks of resources and models, and how moments are read."""

    name = "shuke.engine.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Checks run with every command of ``manage.py`` and before serving."""
        from shuke.engine.record.checks import check_records
        from shuke.engine.record.moments import read_moments_quickly
        from shuke.resource.checks import check_resources

        checks.register(check_resources, checks.Tags.models)
        checks.register(check_records, checks.Tags.models)
        connection_created.connect(read_moments_quickly)
