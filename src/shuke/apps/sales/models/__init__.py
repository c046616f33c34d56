"""Customers, contacts, and what a customer's level means."""

from shuke.apps.sales.models.contact import Contact
from shuke.apps.sales.models.customer import Customer
from shuke.apps.sales.models.level import LevelPolicy

__all__ = ["Contact", "Customer", "LevelPolicy"]
