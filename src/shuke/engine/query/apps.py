"""Django's entry for reading."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QueryConfig(AppConfig):
    """Makes the derived indexes after every ``migrate``; stands behind the apps, so that their tables are there."""

    name = "shuke.engine.query"
    label = "query"

    def ready(self) -> None:
        """Hook the making behind the migrations."""
        from shuke.engine.query.indexes import install

        post_migrate.connect(install, sender=self, dispatch_uid="shuke.query.install")
