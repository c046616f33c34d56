"""Form layouts in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import ngettext

from shuke.engine.record.words import listed


def sections_words(sections: Sequence[Mapping[str, Any]]) -> str:
    """The sections by name, each with the number of its fields."""
    return listed(f"{section['title']} ({len(section['fields'])})" for section in sections)


def left_out_words(names: Sequence[str]) -> str:
    """How many fields the form does not have."""
    return ngettext("%(count)d field", "%(count)d fields", len(names)) % {"count": len(names)} if names else ""
