"""Django's entry for the audit trail."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Installs the triggers after every ``migrate``."""

    name = "shuke.engine.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hook the installation behind the migrations of the last app."""
        from shuke.engine.audit.install import install

        post_migrate.connect(install, sender=self, dispatch_uid="shuke.audit.install")
