"""How a person wants the pages to look: kept in cookies, so that the very first byte is right."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

_ALLOWED = {
    "theme": ("auto", "light", "dark"),
    "density": ("comfortable", "compact"),
    "nav": ("wide", "narrow"),
    "keys": ("on", "off"),
}


@dataclass(frozen=True)
class Look:
    """Values of the data attributes on ``<html>``; the first value of each list is the default."""

    theme: str
    density: str
    nav: str
    keys: str


def look_of(request: HttpRequest) -> Look:
    """The look stored in the request's cookies; anything unknown counts as the default."""
    chosen = {name: request.COOKIES.get(f"sk_{name}", "") for name in _ALLOWED}
    return Look(**{name: value if value in _ALLOWED[name] else _ALLOWED[name][0] for name, value in chosen.items()})
