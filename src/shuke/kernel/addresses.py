"""Network addresses as requests bring them, where anybody may write anything."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=10_000)
def plain_address(text: str) -> str:
    """The IP address that a text means, in one spelling; empty for every other text."""
    try:
        found = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
