"""What may happen to units, users and roles."""
