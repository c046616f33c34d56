"""Delivers events to their consumers, in one literal order, after the change has committed."""
