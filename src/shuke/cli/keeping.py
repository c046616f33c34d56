"""Small secrets that are made once and kept in the data folder."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from shuke.kernel.errors import ShukeError


def kept_secret(path: Path, fresh: str) -> str:
    """The text kept in ``path``; ``fresh`` is written there first when the file does not exist (mode 0600).

    Two processes starting at once agree on one value. Raises ShukeError when the folder cannot be used.
    """
    try:
        # Others may pass (the database's account must), but not look around.
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, fresh)
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise unusable(path.parent, error) from error


def unusable(folder: Path, error: OSError) -> ShukeError:
    """The error that tells an operator what to do about a data folder that cannot be used."""
    return ShukeError(
        f"The data folder {folder} cannot be used: {error.strerror or error}. "
        "Make it writable for this user, or set SHUKE_DATA to another folder."
    )


def _write_once(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        # A link, unlike a rename, never replaces what another process put there meanwhile.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
