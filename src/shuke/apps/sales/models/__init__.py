"""Customers and contacts."""

from shuke.apps.sales.models.contact import Contact
from shuke.apps.sales.models.customer import Customer

__all__ = ["Contact", "Customer"]
