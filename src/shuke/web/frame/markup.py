"""Small pieces of HTML that Python and templates share: icons, people, tags."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from django.utils.html import format_html
from django.utils.safestring import SafeString

from shuke.web.frame.assets import sprite

_HUES = 8


def icon(name: str) -> SafeString:
    """An icon of the sprite; decorative, so it is hidden from screen readers."""
    return _icon(sprite(), name)


@lru_cache(maxsize=500)
def _icon(sheet: str, name: str) -> SafeString:
    return format_html('<svg class="sk-icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sheet, name)


@lru_cache(maxsize=5_000)
def initial(name: str) -> str:
    """What stands in a person's round badge: the last character of a Chinese name, the first letter of others."""
    name = name.strip()
    if not name:
        return "·"
    return name[-1] if "\u3400" <= name[-1] <= "\u9fff" else name[0].upper()


@lru_cache(maxsize=5_000)
def hue(name: str) -> int:
    """A colour number 0–7 that always stays the same for a name."""
    return crc32(name.encode()) % _HUES


def person(name: str) -> SafeString:
    """A person with a coloured badge."""
    return format_html(
        '<span class="sk-who"><i class="hue-{}" aria-hidden="true">{}</i>{}</span>', hue(name), initial(name), name
    )
