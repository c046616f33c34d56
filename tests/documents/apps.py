"""Django's entry for the tests' own document."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DocumentsConfig(AppConfig):
    """Registers offers and their lines."""

    name = "tests.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Importing the resources registers them."""
        from tests.documents import resources  # noqa: F401
        from tests.documents.dictionaries import install

        post_migrate.connect(install, sender=self, dispatch_uid="documents.install")
