"""Django's entry for the engine's part ``views``."""

from django.apps import AppConfig


class ViewsConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.views"
    label = "views"
    default_auto_field = "django.db.models.BigAutoField"
