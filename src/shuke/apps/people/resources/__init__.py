"""Units, users, roles and pools."""

from shuke.apps.people.resources import pool, role, unit, user

__all__ = ["pool", "role", "unit", "user"]
