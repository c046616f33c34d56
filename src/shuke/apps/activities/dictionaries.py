"""The dictionaries that activities start with; a company changes them as it likes (SYS-01)."""

from __future__ import annotations

from typing import Any

from shuke.engine.options.catalogue import define
from shuke.engine.options.models import Dictionary

START: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "contact-result": (
        "联系结果",
        (("有意向", "good"), ("继续跟进", "brand"), ("暂无需求", ""), ("未联系上", "warn"), ("明确拒绝", "bad")),
    ),
}


def install(**_: Any) -> None:
    """Make the dictionaries of a new installation; the receiver of ``post_migrate``. Later it changes nothing."""
    for key, (name, values) in START.items():
        if not Dictionary.plain.filter(key=key).exists():
            define(key, name, values)
