"""Django's entry for custom fields."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class CustomFieldsConfig(AppConfig):
    """Attaches the fields when this process first acts for somebody, and again whenever the stamp has risen."""

    name = "shuke.engine.customfields"
    label = "customfields"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Look after each migration, too: the derived indexes are worked out then."""
        from shuke.engine.audit.context import when_change_ends
        from shuke.engine.audit.install import raises_stamp
        from shuke.engine.customfields.attach import sync
        from shuke.engine.customfields.checks import check_formulas
        from shuke.engine.customfields.computing import settle
        from shuke.engine.customfields.models import CustomField
        from shuke.engine.organisation.actors import when_stamp_rises

        checks.register(check_formulas, checks.Tags.models)
        raises_stamp(CustomField, ("label", "deleted_at", "version"))
        when_stamp_rises(sync)
        when_change_ends(settle)
        post_migrate.connect(sync, sender=self, dispatch_uid="shuke.customfields.sync")
