"""How files look: the icon of each kind, and how large they may be, in words."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _


class _Look(NamedTuple):
    """How files whose media type has ``word`` in it are drawn."""

    word: str
    icon: str


_LOOKS = (
    _Look("pdf", icon="file-type-pdf"),
    _Look("csv", icon="file-type-csv"),
    _Look("word", icon="file-type-doc"),
    _Look("sheet", icon="file-type-xls"),
    _Look("excel", icon="file-type-xls"),
    _Look("presentation", icon="file-type-ppt"),
    _Look("zip", icon="file-zip"),
    _Look("image/", icon="photo"),
    _Look("text/", icon="file-text"),
    _Look("", icon="file"),
)


def icon_of(media_type: str) -> str:
    """The icon of a kind of file."""
    return next(look.icon for look in _LOOKS if look.word in media_type)


def limit_words() -> str:
    """How large a file may be, in words."""
    return _("Up to %(most)d MB each") % {"most": settings.SHUKE_FILE_LIMIT // 1024**2}
