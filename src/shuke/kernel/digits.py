"""Whole numbers in addresses, forms and words, where anybody may write anything."""

from __future__ import annotations

from collections.abc import Iterable

# So many always fit into an id.
MOST_DIGITS = 18


def whole_number(text: str, digits: int = MOST_DIGITS) -> int | None:
    """The number that a text of at most so many plain digits means; None for every other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers among the texts, in their order."""
    return [number for text in texts if (number := whole_number(text)) is not None]
