"""The business: one package per area, each with models, resources and services."""
