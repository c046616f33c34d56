"""Django's entry for the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Routes are built when the URLs are first read."""

    name = "shuke.api"
    label = "api"
