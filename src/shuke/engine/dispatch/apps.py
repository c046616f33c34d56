"""Django's entry for the engine's part ``dispatch``."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """See the package's docstring."""

    name = "shuke.engine.dispatch"
    label = "dispatch"
