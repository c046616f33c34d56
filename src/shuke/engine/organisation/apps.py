"""Django's entry for the engine's part ``organisation``."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"
