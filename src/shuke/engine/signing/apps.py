"""Django's entry for the engine's part ``signing``."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Tells what every page asks about the signed-in person."""

    name = "shuke.engine.signing"
    label = "signing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have every page know whether the person has a second factor: a role may demand one."""
        from shuke.engine.organisation.actors import ask_along

        ask_along(
            "has_second_factor",
            "SELECT true FROM signing_secondfactor s WHERE s.user_id = u.id AND s.confirmed_at IS NOT NULL",
        )
