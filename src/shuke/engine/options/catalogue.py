"""Options by dictionary, read once per process and again when somebody changed them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from shuke.engine.options.models import Dictionary, Option

# Options change a few times a year; another process's change shows after this many seconds.
_FRESH = 3.0


@dataclass
class _Catalogue:
    read_at: float = 0.0
    by_id: dict[int, Option] = field(default_factory=dict)
    by_key: dict[str, list[Option]] = field(default_factory=dict)


_catalogue = _Catalogue()


def options_of(key: str, *, with_retired: bool = False) -> list[Option]:
    """The options of a dictionary in their order."""
    found = _fresh().by_key.get(key, [])
    return [option for option in found if with_retired or not option.retired]


def option(option_id: int | None) -> Option | None:
    """One option by id."""
    return _fresh().by_id.get(option_id) if option_id is not None else None


def forget() -> None:
    """Drop what is cached in this process; called after every change of a dictionary."""
    _catalogue.read_at = 0.0


def define(key: str, name: str, values: Sequence[tuple[str, str]]) -> Dictionary:
    """Make sure that a dictionary exists with at least these (name, tone) options; existing ones stay untouched."""
    dictionary, _ = Dictionary.objects.get_or_create(key=key, defaults={"name": name})
    for position, (label, tone) in enumerate(values):
        Option.objects.get_or_create(
            dictionary=dictionary, name=label, defaults={"tone": tone, "position": position * 10}
        )
    forget()
    return dictionary


def retire_all_but(key: str, names: Collection[str]) -> None:
    """Offer exactly these options of a dictionary from now on, in this order; records keep what they hold."""
    position = {name: at * 10 for at, name in enumerate(names)}
    for found in Option.objects.filter(dictionary__key=key):
        found.retired = found.name not in position
        found.position = position.get(found.name, found.position)
        found.save(update_fields=["retired", "position"])
    forget()


def _fresh() -> _Catalogue:
    now = time.monotonic()
    if not _catalogue.read_at or now - _catalogue.read_at > _FRESH:
        by_key: dict[str, list[Option]] = defaultdict(list)
        for found in Option.objects.select_related("dictionary"):
            by_key[found.dictionary.key].append(found)
        _catalogue.by_key = dict(by_key)
        _catalogue.by_id = {found.pk: found for group in by_key.values() for found in group}
        _catalogue.read_at = now
    return _catalogue
