"""Units, users and roles."""

from shuke.apps.people.resources import role, unit, user

__all__ = ["role", "unit", "user"]
