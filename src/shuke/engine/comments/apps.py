"""Django's entry for the engine's part ``comments``."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.comments"
    label = "comments"
    default_auto_field = "django.db.models.BigAutoField"
