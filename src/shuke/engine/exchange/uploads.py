"""Uploaded spreadsheets: kept where only their owner reaches them, for some days."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.exchange.sheets import KNOWN, MAX_BYTES, Sheet, open_sheet
from shuke.kernel.errors import Invalid, NotFound

_TOKEN = re.compile(r"[0-9a-f]{32}\.[a-z]{3,4}")


def keep(actor: Actor, name: str, chunks: Iterable[bytes]) -> str:
    """Store an uploaded spreadsheet; returns the token by which its owner finds it again. Raises ``Invalid``."""
    suffix = Path(name).suffix.lower()
    token = f"{secrets.token_hex(16)}{suffix}"
    if suffix not in KNOWN:
        raise Invalid(_("“%(name)s” is no spreadsheet; use .xlsx or .csv.") % {"name": name})
    path = _folder(actor) / token
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                path.unlink()
                raise Invalid(_("“%(name)s” is larger than 200 MB; split it.") % {"name": name})
            file.write(chunk)
    open_sheet(path, name)
    return token


def sheet_of(actor: Actor, token: str, name: str) -> Sheet:
    """The kept file of a token. Raises ``NotFound`` for other people's and unknown ones."""
    path = _folder(actor) / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound(_("The uploaded file is gone; please choose it again."))
    return open_sheet(path, name)


def clear_uploads(before: float) -> int:
    """Remove what was uploaded before that time (seconds since 1970). Returns how many files."""
    old = [path for path in _uploads().glob("*/*") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder(actor: Actor) -> Path:
    folder = _uploads() / str(actor.user_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _uploads() -> Path:
    folder: Path = settings.SHUKE_DATA / "files" / "uploads"
    return folder
