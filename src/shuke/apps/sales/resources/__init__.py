"""Customers, contacts, level policies."""

from shuke.apps.sales.resources import contact, customer, level

__all__ = ["contact", "customer", "level"]
