"""Addresses of pages: how a route's are made up is worked out once, not once an address."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from shuke.kernel.criteria import EVERYTHING
from shuke.resource.spec import Resource

# Stand for the ids in an address that is kept: numbers that no record will ever bear, told apart by their ends.
_MARKS = tuple(range(999_999_999_999_999_990, 1_000_000_000_000_000_000))


@lru_cache(maxsize=2048)
def page_address(route: str, *names: str | int) -> str:
    """The address of a route whose arguments are names of objects; those with ids are too many to be kept."""
    return reverse(route, args=names)


def whole_list(resource: Resource, **asked: object) -> str:
    """The address of all records of an object that answer to this, whatever view the reader's list opens with."""
    views = resource.table.views
    whole = next((view for view in views if view.criteria == EVERYTHING), views[0] if views else None)
    query = urlencode([*([("view", whole.key)] if whole else []), *asked.items()], safe=",.:*!")
    return page_address("web:list", resource.name) + (f"?{query}" if query else "")


def record_address(route: str, *parts: str | int) -> str:
    """The address of a route whose arguments are names and ids: kept with marks in the place of the ids."""
    marks = iter(_MARKS)
    marked = [part if isinstance(part, str) else next(marks) for part in parts]
    address = page_address(route, *marked)
    for part, mark in zip(parts, marked, strict=True):
        if part is not mark:
            address = address.replace(str(mark), str(part), 1)
    return address


def safe_next(request: HttpRequest) -> str:
    """The address in ``next`` when it is one of ours, else the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("web:home")
