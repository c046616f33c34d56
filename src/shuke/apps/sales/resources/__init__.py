"""Customers and contacts."""

from shuke.apps.sales.resources import contact, customer

__all__ = ["contact", "customer"]
