"""Django's entry for the engine's part ``company``."""

from django.apps import AppConfig


class CompanyConfig(AppConfig):
    """Has every page know the company, and its changes recorded, so that they can be taken back."""

    name = "shuke.engine.company"
    label = "company"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A page learns of the company with the query that finds the signed-in person."""
        from shuke.engine.audit.install import keeps_history
        from shuke.engine.company.profile import ALONG, SUBSELECT
        from shuke.engine.organisation.actors import ask_along
        from shuke.engine.organisation.models import Company

        keeps_history(Company)
        ask_along(ALONG, SUBSELECT)
