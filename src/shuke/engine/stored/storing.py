"""Contents going into the storage and coming out of it; the same for files on records and files in fields."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _

from shuke.engine.stored.content import PDF, kind_of, safe_name, small_picture
from shuke.engine.stored.models import StoredFile
from shuke.kernel.errors import Invalid, NotFound


def storage() -> Storage:
    """Where the contents lie: the data folder, or what ``SHUKE_S3_BUCKET`` names."""
    return storages["attachments"]


def take_in(name: str, file: Any, *, pictures: bool = False) -> dict[str, Any]:
    """Store the content of an uploaded file (anything seekable with ``size``); the columns of its ``StoredFile``.

    Raises ``Invalid`` for what is too large, empty or a program, and with ``pictures`` for what is no picture.
    """
    name = safe_name(name)
    _check_size(name, file.size)
    media_type = kind_of(file, name)
    picture = small_picture(file, media_type)
    if pictures and not picture:
        words = _("“%(name)s” is no picture that can be shown (PNG, JPEG, GIF or WebP).")
        raise Invalid(fields={"file": words % {"name": name}})
    # The content first: a row without content would be a lie, content without a row is swept up at night.
    return {
        "name": name,
        "size": file.size,
        "media_type": media_type,
        "key": _store(File(file)),
        "preview": _store(ContentFile(picture)) if picture else "",
    }


def content_of(stored: StoredFile) -> File[Any]:
    """The content, open for reading. Raises ``NotFound`` when the storage has lost it."""
    return _open(stored.key)


def preview_of(stored: StoredFile) -> File[Any]:
    """The small WebP picture. Raises ``NotFound`` where there is none."""
    if not stored.preview:
        raise NotFound(_("This file has no preview."))
    return _open(stored.preview)


def may_show(stored: StoredFile) -> bool:
    """May a browser show the file itself? Pictures that could be read as such, and PDFs."""
    return bool(stored.preview) or stored.media_type == PDF


def drop_content(stored: StoredFile) -> None:
    """Delete the content and the small picture of a row that is gone."""
    for key in filter(None, (stored.key, stored.preview)):
        storage().delete(key)


def _check_size(name: str, size: int) -> None:
    most = settings.SHUKE_FILE_LIMIT
    if size > most:
        places = {"name": name, "most": most // 1024**2}
        raise Invalid(fields={"file": _("“%(name)s” is larger than %(most)d MB.") % places})
    if not size:
        raise Invalid(fields={"file": _("“%(name)s” is empty.") % {"name": name}})


def _store(content: File[Any]) -> str:
    key = uuid.uuid4().hex
    return str(storage().save(f"{key[:2]}/{key}", content))


def _open(key: str) -> File[Any]:
    try:
        return storage().open(key)
    except FileNotFoundError:
        raise NotFound(_("The content of this file is missing in the storage; tell the administrator.")) from None
