"""Whole numbers in addresses and forms, where anybody may write anything."""

from __future__ import annotations


def whole_number(text: str, digits: int = 18) -> int | None:
    """The number that a text of at most so many plain digits means; None for every other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
