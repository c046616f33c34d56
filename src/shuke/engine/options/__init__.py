"""Dictionaries: the values of drop-down fields, kept by the company itself (SYS-01)."""
