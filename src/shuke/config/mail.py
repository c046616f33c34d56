"""How mail is sent: ``SHUKE_MAIL_URL`` as Django's settings."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from shuke.kernel.errors import Invalid

_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True)
class Mail:
    """A mail server; an empty ``host`` means that no mail is sent."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


def mail_server(url: str) -> Mail:
    """``smtp://user:password@host:port``; ``smtp+tls`` begins plain and turns to TLS, ``smtps`` is TLS from the start.

    Raises ``Invalid``, naming the variable, for what is no such address.
    """
    if not url:
        return Mail()
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise Invalid(
            "SHUKE_MAIL_URL must look like smtp://user:password@host:25, smtp+tls://… or smtps://…."
        ) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Mail(parts.hostname or "", port, user, password, parts.scheme == "smtp+tls", parts.scheme == "smtps")
