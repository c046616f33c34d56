"""The REST API: routes for every registered object, made from its description."""
