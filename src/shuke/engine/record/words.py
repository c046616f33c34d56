"""Names one after the other, as one writes them in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _


def between() -> str:
    """What stands between two names."""
    return _(", ")


def listed(names: Iterable[object]) -> str:
    """The names in a row."""
    return between().join(str(name) for name in names)


def clauses(parts: Iterable[object]) -> str:
    """Parts that have commas of their own, one after the other."""
    return _("; ").join(str(part) for part in parts)
