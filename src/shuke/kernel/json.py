"""JSON as the product writes it: dates in ISO form, decimals as strings, Chinese unescaped."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from typing import Any


def plain(value: Any) -> Any:
    """``value`` as something JSON knows: decimals and dates become strings, sets sorted lists."""
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def dumps(value: Any) -> str:
    """Compact JSON text."""
    return json.dumps(value, default=plain, ensure_ascii=False, separators=(",", ":"))
