"""Units, users, roles, pools, and the fields that administrators add."""

from shuke.apps.people.resources import custom_field, pool, role, unit, user

__all__ = ["custom_field", "pool", "role", "unit", "user"]
