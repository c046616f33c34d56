"""Addresses of pages that stand on every page: each is worked out once, not once a request."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=2048)
def page_address(route: str, *names: str) -> str:
    """The address of a route whose arguments are names of objects; those with ids are too many to be kept."""
    return reverse(route, args=names)
