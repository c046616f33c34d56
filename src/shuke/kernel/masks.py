"""How values look to who may know that they are there, but not what they are."""

from __future__ import annotations

from shuke.kernel.phones import mask_phone


def masked(how: str, text: str) -> str:
    """``phone`` → 138****6021, ``email`` → z***@example.com, anything else → its first character and stars."""
    if how == "phone":
        return mask_phone(text)
    if how == "email" and "@" in text:
        name, _, domain = text.partition("@")
        return f"{name[:1]}***@{domain}"
    return f"{text[:1]}***"
