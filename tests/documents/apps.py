"""Django's entry for the tests' own document."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Registers offers and their lines."""

    name = "tests.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the resources registers them."""
        from tests.documents import resources  # noqa: F401
