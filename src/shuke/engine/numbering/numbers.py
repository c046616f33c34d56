"""Takes the next numbers of a resource's series inside the running transaction."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from shuke.engine.numbering.models import Counter, NumberingRule
from shuke.kernel.errors import Invalid
from shuke.resource.spec import Resource

_PERIOD = {"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}
_PART = re.compile(r"\{(yyyy|yy|mm|dd|seq)(?::(\d))?\}")
_PIECES = re.compile(r"(\{(?:yyyy|yy|mm|dd|seq)(?::\d)?\})")

# The row lock taken here is held to the end of the transaction: a rollback gives the numbers back, so no gaps.
_TAKE = f"""
INSERT INTO {Counter._meta.db_table} (series, value) VALUES (%s, %s)
ON CONFLICT (series) DO UPDATE SET value = {Counter._meta.db_table}.value + excluded.value
RETURNING value
"""


def take(resource: Resource, count: int = 1) -> list[str]:
    """The next ``count`` numbers, in order. Raises ``Invalid`` when the resource's rule lost its serial part."""
    rule = rule_of(resource)
    today = timezone.localdate()
    series = f"{resource.name}:{today.strftime(_PERIOD[rule.reset])}"
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, count])
        last = cursor.fetchone()[0]
    write = renderer(rule.pattern, today)
    return [write(serial) for serial in range(last - count + 1, last + 1)]


def rule_of(resource: Resource) -> NumberingRule:
    """The rule in force; the declared one is stored when first needed."""
    assert resource.number
    rule, _ = NumberingRule.objects.get_or_create(
        resource=resource.name, defaults={"pattern": resource.number.pattern, "reset": resource.number.reset}
    )
    return rule


def render(pattern: str, day: datetime.date, serial: int) -> str:
    """``C{yyyy}-{seq:5}`` → ``C2026-00128``; a serial that outgrows its width simply gets longer."""
    return renderer(pattern, day)(serial)


def renderer(pattern: str, day: datetime.date) -> Callable[[int], str]:
    """``render`` for many serials of one day: what they share is worked out once."""
    if "{seq" not in pattern:
        raise Invalid(f"The numbering pattern “{pattern}” has no {{seq}}.")
    dates = {"yyyy": f"{day:%Y}", "yy": f"{day:%y}", "mm": f"{day:%m}", "dd": f"{day:%d}"}

    def part(found: re.Match[str]) -> str:
        name, width = found.group(1), found.group(2) or "1"
        return f"{{0:0{width}d}}" if name == "seq" else dates[name]

    # Braces that are no part of ours stay what they are.
    pieces = [
        (_PART.sub(part, piece) if _PART.fullmatch(piece) else piece.replace("{", "{{").replace("}", "}}"))
        for piece in _PIECES.split(pattern)
    ]
    return "".join(pieces).format
