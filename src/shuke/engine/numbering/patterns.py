"""Number patterns such as ``C{yyyy}-{seq:5}``: what is wrong with one, the numbers it makes, how to read them back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuke.kernel.errors import Invalid
from shuke.kernel.text import INVISIBLE, tidy

# Reset → what its periods are called.
PERIOD = {"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}
_PIECES = re.compile(r"(\{(?:yyyy|yy|mm|dd|seq)(?::\d)?\})")
_PART = re.compile(r"\{(yyyy|yy|mm|dd|seq)(?::(\d))?\}")
# What a number must show, so that none of them comes twice (SYS-03).
_SHOWS: dict[str, tuple[frozenset[str], ...]] = {
    "never": (),
    "year": (frozenset({"yyyy", "yy"}),),
    "month": (frozenset({"yyyy", "yy"}), frozenset({"mm"})),
    "day": (frozenset({"yyyy", "yy"}), frozenset({"mm"}), frozenset({"dd"})),
}
# A serial may outgrow its width by so many digits before the number no longer fits its field.
_ROOM = 3


@dataclass(frozen=True)
class Shape:
    """How PostgreSQL reads a number of a pattern: ``serial`` and each of ``dates`` catch one part of it."""

    serial: str
    dates: dict[str, str]


def period_of(reset: str, day: datetime.date) -> str:
    """The period of a day: ``2026``, ``202608``, ``20260831``, or nothing where the serial never restarts."""
    return day.strftime(PERIOD[reset])


def parts_of(pattern: str) -> list[tuple[str, int]]:
    """The variable parts of a pattern in their order, each with its width (0: as it comes)."""
    return [(found.group(1), int(found.group(2) or 0)) for found in _PART.finditer(pattern)]


def check_pattern(pattern: str, reset: str, longest: int) -> None:
    """Raises ``Invalid`` for a pattern whose numbers would be unreadable, too long, or would come twice."""
    names = [name for name, _width in parts_of(pattern)]
    if not pattern or pattern != tidy(INVISIBLE.sub("", pattern)):
        raise _wrong(_("A pattern has no invisible signs and no blanks at its ends."))
    if set("{}") & set("".join(_PART.split(pattern)[::3])):
        raise _wrong(_("Only {yyyy}, {yy}, {mm}, {dd} and {seq:5} stand in braces."))
    if names.count("seq") != 1:
        raise _wrong(_("The pattern needs {seq:5} once: the serial, here with at least 5 digits."))
    if any(width for name, width in parts_of(pattern) if name != "seq"):
        raise _wrong(_("Only {seq} has a width."))
    if len(render(pattern, datetime.date(2000, 1, 1), 1)) + _ROOM > longest:
        raise _wrong(_("The numbers would be too long: %(most)d signs at most.") % {"most": longest - _ROOM})
    if reset not in PERIOD:
        raise Invalid(fields={"reset": _("Choose when the serial restarts.")})
    if not all(shown & set(names) for shown in _SHOWS[reset]):
        raise Invalid(fields={"reset": str(_WHY[reset])})


def _wrong(message: str) -> Invalid:
    return Invalid(fields={"pattern": message})


_WHY = {
    "year": gettext_lazy("Numbers would repeat every year: show {yyyy} or {yy} in the pattern, or never restart."),
    "month": gettext_lazy(
        "Numbers would repeat every month: show the year and {mm} in the pattern, or restart less often."
    ),
    "day": gettext_lazy(
        "Numbers would repeat every day: show year, {mm} and {dd} in the pattern, or restart less often."
    ),
}


def render(pattern: str, day: datetime.date, serial: int) -> str:
    """``C{yyyy}-{seq:5}`` → ``C2026-00128``; a serial that outgrows its width simply gets longer."""
    return renderer(pattern, day)(serial)


def renderer(pattern: str, day: datetime.date) -> Callable[[int], str]:
    """``render`` for many serials of one day: what they share is worked out once."""
    if "{seq" not in pattern:
        raise Invalid(_("The numbering pattern “%(pattern)s” has no {seq}.") % {"pattern": pattern})
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


def shape_of(pattern: str) -> Shape:
    """Regular expressions that read the parts of the pattern's numbers, whenever these were given."""
    pieces = [piece for piece in _PIECES.split(pattern) if piece]

    def catching(wanted: str) -> str:
        return "^" + "".join(_expression(piece, wanted) for piece in pieces) + "$"

    names = [name for name, _width in parts_of(pattern)]
    return Shape(catching("seq"), {name: catching(name) for name in names if name != "seq"})


def _expression(piece: str, wanted: str) -> str:
    found = _PART.fullmatch(piece)
    if found is None:
        return re.sub(r"(\W)", r"\\\1", piece)
    name, width = found.group(1), found.group(2) or "1"
    # No more digits than a bigint surely holds.
    digits = {"yyyy": r"\d{4}", "seq": rf"\d{{{width},18}}"}.get(name, r"\d{2}")
    return f"({digits})" if name == wanted else digits
