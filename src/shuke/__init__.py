"""Shuke 熟客: the customer relationship system that Chinese-speaking sales companies deserve."""

__version__ = "0.1.0"
