"""No spelling of an address inside is called: decimal, octal, hexadecimal, short, in IPv6, with a last dot."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from shuke.engine.automation.calling import is_public, post
from shuke.kernel.errors import Invalid

INSIDE = ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0")


def spellings(address: str) -> list[str]:
    """The ways to write an IPv4 address that some resolver or other takes for it."""
    parts = [int(part) for part in address.split(".")]
    number = int(ipaddress.IPv4Address(address))
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    return [
        address,
        f"{address}.",
        str(number),
        hex(number),
        oct(number).replace("0o", "0"),
        ".".join(hex(part) for part in parts),
        ".".join(f"0{part:o}" for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"[::ffff:{address}]",
        f"[::ffff:{high}:{low}]",
        f"[::{high}:{low}]",
        f"[64:ff9b::{high}:{low}]",
        f"[2002:{high}:{low}::1]",
    ]


URLS = [f"https://{host}/" for address in INSIDE for host in spellings(address)]
NAMES = ("localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[fe80::1]", "[fd12::1]")
URLS += [f"https://{host}/" for host in NAMES]


@pytest.mark.parametrize("url", URLS)
def test_no_spelling_of_an_address_inside_is_called(url: str, monkeypatch: Any) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError(f"{url} was connected to")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises((Invalid, OSError)):
        post(url, b"{}", {})


def test_there_are_many_spellings() -> None:
    assert len(URLS) > 90
    assert not any(is_public(address) for address in INSIDE)
