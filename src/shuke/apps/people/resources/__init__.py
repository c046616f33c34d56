"""Units, users, roles, pools, and the fields and rules that administrators add."""

from shuke.apps.people.resources import automation, custom_field, pool, role, unit, user

__all__ = ["automation", "custom_field", "pool", "role", "unit", "user"]
