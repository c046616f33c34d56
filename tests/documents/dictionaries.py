"""What offers take their values from."""

from __future__ import annotations

from typing import Any

from shuke.engine.options.catalogue import define, put_below


def install(**_: Any) -> None:
    """Channels belong to sources; these two fit every source."""
    channels = define("offer-channel", "来源细分", (("线上", ""), ("线下", "")))
    put_below(channels, "customer-source", {})
