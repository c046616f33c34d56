"""What a file is, by its content: its kind, whether it may come in, and its small picture."""

from __future__ import annotations

import io
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from shuke.engine.record.values import UNSTORABLE
from shuke.kernel.errors import Invalid
from shuke.kernel.text import tidy

UNKNOWN = "application/octet-stream"
PDF = "application/pdf"
# What a browser may show from our address, and nothing else: it runs no scripts. Pictures must have a preview, too.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

_HEAD = 8192
_LONGEST_NAME = 200
_EDGE = 480
# A picture of 50 million pixels takes 200 MB to unpack; beyond that it is an attack, or a map.
_MOST_PIXELS = 50_000_000
_PROGRAMS = frozenset({
    "exe", "com", "scr", "bat", "cmd", "pif", "msi", "msix", "msp", "mst", "dll", "cpl", "sys", "ps1", "psm1",
    "vbs", "vbe", "js", "jse", "mjs", "wsf", "wsh", "hta", "jar", "lnk", "reg", "scf", "url", "sh", "apk", "app",
    "deb", "rpm", "dmg", "pkg", "php", "phar", "phtml", "php3", "php5", "jsp", "jspx", "asp", "aspx", "cgi", "pl",
})  # fmt: skip
_PROGRAM_STARTS = (
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"#!",
)


def safe_name(name: str) -> str:
    """The name without folders, invisible and control characters; never empty, at most 200 characters."""
    base = PurePosixPath(UNSTORABLE.sub("", name).replace("\\", "/")).name
    base = tidy("".join(sign for sign in base if sign.isprintable())).strip(". ")
    stem, dot, suffix = base.rpartition(".")
    if dot and len(base) > _LONGEST_NAME:
        base = f"{stem[: _LONGEST_NAME - len(suffix[:20]) - 1]}.{suffix[:20]}"
    return base[:_LONGEST_NAME] or "file"


def kind_of(file: BinaryIO, name: str) -> str:
    """The media type read off the first bytes. Raises ``Invalid`` for programs, whatever they are called."""
    import puremagic

    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    suffixes = {part.strip().lower() for part in name.split(".")[1:]}
    starts_as_program = head.startswith(_PROGRAM_STARTS) or (head.startswith(b"MZ") and b"\0" in head[:64])
    if suffixes & _PROGRAMS or starts_as_program:
        raise Invalid(fields={"file": _("“%(name)s” is a program; programs are not kept here.") % {"name": name}})
    try:
        found = puremagic.magic_string(head, name)
    except (puremagic.PureError, ValueError):
        return "text/plain" if _is_text(head) else UNKNOWN
    return found[0].mime_type or UNKNOWN


def _is_text(head: bytes) -> bool:
    # The cut at the end may go through a character of up to four bytes.
    return bool(head) and b"\0" not in head and "\ufffd" not in head.decode("utf-8", "replace")[:-4]


def small_picture(file: BinaryIO, media_type: str) -> bytes | None:
    """A WebP picture of at most 480 pixels; None for what is no picture, a broken or a gigantic one."""
    if media_type not in PICTURES:
        return None
    file.seek(0)
    try:
        with Image.open(file, formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            return _shrunk(picture)
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError, Image.DecompressionBombError):
        return None
    finally:
        file.seek(0)


def _shrunk(picture: Any) -> bytes:
    picture.draft("RGB", (_EDGE * 2, _EDGE * 2))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((_EDGE, _EDGE))
    out = io.BytesIO()
    upright.convert("RGBA" if "A" in upright.getbands() or upright.mode == "P" else "RGB").save(out, "WEBP", quality=80)
    return out.getvalue()
