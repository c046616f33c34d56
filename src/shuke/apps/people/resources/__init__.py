"""Units, users, roles, pools, dictionaries, and the fields, forms and rules that administrators add."""

from shuke.apps.people.resources import automation, custom_field, dictionary, form_layout, pool, role, unit, user

__all__ = ["automation", "custom_field", "dictionary", "form_layout", "pool", "role", "unit", "user"]
