"""Django's entry for the engine's part ``dispatch``."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The number in the bell stands on every page."""
        from shuke.engine.dispatch.notices import UNREAD
        from shuke.engine.organisation.actors import ask_along

        ask_along("unread_notices", UNREAD)
