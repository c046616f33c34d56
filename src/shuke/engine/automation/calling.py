"""Calls an address outside that an administrator typed in, without becoming a way into the network inside.

The name is resolved here, every address it has must be a public one, and the connection goes to exactly that address,
so that a name that changes its mind between check and call gains nothing. Redirects are not followed. Hosts of one's
own network, and plain http, are allowed by name in ``SHUKE_WEBHOOK_HOSTS``.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from shuke.kernel.errors import Invalid

# Seconds for each step of a call, and for the whole of it.
_STEP_S, _WHOLE_S = 10, 20
# As much of an answer is read, to be shown to whoever looks for a mistake.
_ANSWER = 2_000
_LONGEST = 500
# Addresses inside of which another one is hidden: a translator on the way would call that one.
_WRAPPING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Answer:
    """What came back: the status and the beginning of the text."""

    status: int
    text: str


def check_address(url: object) -> SplitResult:
    """The parts of an address that may be called as far as its spelling tells. Raises ``Invalid``."""
    try:
        parts = urlsplit(url) if isinstance(url, str) and len(url) <= _LONGEST else None
        port = parts.port if parts else None
    except ValueError:
        parts = port = None
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise Invalid(_("Write a web address that begins with https://."))
    if any(ord(sign) <= 32 or ord(sign) > 126 for sign in str(url)):
        raise Invalid(_("Write a web address that begins with https://."))
    if parts.scheme == "http" and not _is_trusted(parts.hostname, port or 80):
        raise Invalid(_("Only https:// is called; the operator may allow more (SHUKE_WEBHOOK_HOSTS)."))
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST to the address. Raises ``Invalid`` for one that must not be called, ``OSError`` when that fails."""
    parts = check_address(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    pinned = _resolve(host, port)
    connection = http.client.HTTPConnection(host, port, timeout=_STEP_S)
    connection.sock = _connected(pinned, port, host if parts.scheme == "https" else None)
    end = threading.Timer(_WHOLE_S, _hang_up, [connection.sock])
    end.daemon = True
    end.start()
    try:
        connection.request(
            "POST", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", body, dict(headers)
        )
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(_ANSWER).decode("utf-8", "replace"))
    except http.client.HTTPException as error:
        raise ConnectionError(type(error).__name__) from error
    finally:
        end.cancel()
        connection.close()


def _resolve(host: str, port: int) -> str:
    """The address to connect to; every one that the name has must be allowed."""
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except UnicodeError as error:
        raise Invalid(_("Write a web address that begins with https://.")) from error
    if not _is_trusted(host, port) and not all(is_public(address) for address in found):
        raise Invalid(_("“%(host)s” is an address inside of a network and is not called.") % {"host": host})
    return found[0]


def is_public(address: str) -> bool:
    """Is this an address of the open internet, and no other one in disguise?"""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and (
        found.ipv4_mapped or found.sixtofour or found.teredo or any(found in net for net in _WRAPPING)
    ):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _is_trusted(host: str, port: int) -> bool:
    return host.lower() in settings.SHUKE_WEBHOOK_HOSTS or f"{host.lower()}:{port}" in settings.SHUKE_WEBHOOK_HOSTS


def _connected(address: str, port: int, secure_for: str | None) -> socket.socket:
    plain = socket.create_connection((address, port), timeout=_STEP_S)
    if secure_for is None:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=secure_for)
    except BaseException:
        plain.close()
        raise


def _hang_up(connection: socket.socket) -> None:
    """An answer that drips in byte by byte holds no worker for longer than this."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        connection.close()
