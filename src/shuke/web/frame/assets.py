"""Addresses of the built styles, scripts and icons, read from Vite's manifest."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static

from shuke.kernel.errors import ShukeError

_MANIFEST = Path(__file__).parents[1] / "static" / "build" / "manifest.json"


@cache
def _manifest() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ShukeError("The browser side is not built: run `npm run build` in frontend/ or `make run`.") from None
    return found


@lru_cache(maxsize=1)
def _opened(_made: int) -> None:
    """Called once for each build: what was read of the one before is forgotten."""
    _manifest.cache_clear()


@cache
def _address(file: str) -> str:
    return static(f"build/{file}")


def script(name: str) -> str:
    """The address of the script built from ``frontend/src/<name>.ts``.

    Every page asks for it first, so this is where a build made while the server runs is noticed.
    """
    if _MANIFEST.exists():
        _opened(_MANIFEST.stat().st_mtime_ns)
    return _address(_manifest()[f"src/{name}.ts"]["file"])


def styles(name: str) -> list[str]:
    """The addresses of the style sheets that belong to a script."""
    return [_address(file) for file in _manifest()[f"src/{name}.ts"].get("css", ())]


def sprite() -> str:
    """The address of the icon sprite; an icon is ``<sprite>#<name>``."""
    return _address(_manifest()["icons.svg"]["file"])
