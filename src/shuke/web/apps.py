"""Django's entry for the browser side."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Generic pages for every registered business object."""

    name = "shuke.web"
    label = "web"
