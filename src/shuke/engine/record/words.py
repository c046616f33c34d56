"""Names one after the other, and before what is said of them, as one writes them in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from shuke.kernel.text import fold
from shuke.resource.describe import FieldInfo


def between() -> str:
    """What stands between two names."""
    return _(", ")


def listed(names: Iterable[object]) -> str:
    """The names in a row."""
    return between().join(str(name) for name in names)


def clauses(parts: Iterable[object]) -> str:
    """Parts that have commas of their own, one after the other."""
    return _("; ").join(str(part) for part in parts)


def about(name: object, words: object) -> str:
    """What is said of something, with its name before it."""
    return _("%(field)s: %(words)s") % {"field": name, "words": words}


def by_label(infos: Mapping[str, FieldInfo]) -> dict[str, str]:
    """The fields' names by their folded labels in every language, those of the present one first.

    Whoever wrote a text or a formula read the labels in his own language; others, and the worker, work with it.
    """
    found: dict[str, str] = {}
    for language in dict.fromkeys((get_language(), *dict(settings.LANGUAGES))):
        with override(language):
            for name, info in infos.items():
                found.setdefault(fold(str(info.label)), name)
    return found
