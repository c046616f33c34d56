"""Selling: customers and their contacts, and what follows from them."""
