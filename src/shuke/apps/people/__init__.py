"""The organisation as people work with it: units, users, roles."""
