"""Addresses of pages that stand on every page: each is worked out once, not once a request."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from shuke.resource.spec import Resource


@lru_cache(maxsize=2048)
def page_address(route: str, *names: str) -> str:
    """The address of a route whose arguments are names of objects; those with ids are too many to be kept."""
    return reverse(route, args=names)


def whole_list(resource: Resource, **asked: object) -> str:
    """The address of all records of an object that answer to this, whatever view the reader's list opens with."""
    first = [("view", view.key) for view in resource.table.views[:1]]
    query = urlencode([*first, *asked.items()], safe=",.:*!")
    return page_address("web:list", resource.name) + (f"?{query}" if query else "")
