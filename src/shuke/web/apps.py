"""Django's entry for the browser side."""

from django.apps import AppConfig
from django.urls import register_converter


class WebConfig(AppConfig):
    """Generic pages for every registered business object."""

    name = "shuke.web"
    label = "web"

    def ready(self) -> None:
        """Addresses may name objects and records."""
        from shuke.web.frame.converters import Id, ResourceName

        register_converter(ResourceName, "resource")
        register_converter(Id, "id")
