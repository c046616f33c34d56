"""Options by dictionary, read once per process and again when somebody changed them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from shuke.engine.options.models import Dictionary, Option
from shuke.engine.record.index_text import index
from shuke.kernel.text import normalise
from shuke.resource.registry import resource_of

# Options change a few times a year, and then the stamp tells every process (``apps.py``); work that nobody's request
# began looks again after this many seconds.
_FRESH = 3.0
# In an option's data: the one that stands for it since they were merged (``engine/bulk/merging.py``).
MERGED_INTO = "merged_into"


@dataclass
class _Catalogue:
    read_at: float = 0.0
    by_id: dict[int, Option] = field(default_factory=dict)
    by_key: dict[str, list[Option]] = field(default_factory=dict)


_catalogue = _Catalogue()


def options_of(key: str, *, with_retired: bool = False) -> list[Option]:
    """The options of a dictionary in their order."""
    found = _fresh().by_key.get(key, [])
    return [option for option in found if with_retired or is_offered(option)]


def is_offered(option: Option) -> bool:
    """May records take the option from now on?"""
    return not option.retired and option.deleted_at is None


def option(option_id: int | None) -> Option | None:
    """One option by id."""
    return _fresh().by_id.get(option_id) if option_id is not None else None


def standing(option_id: int) -> int:
    """The option that stands for this one: itself, or what it was merged into."""
    found = option(option_id)
    return int(found.data.get(MERGED_INTO, option_id)) if found is not None and found.retired else option_id


def meant(key: str, name: str) -> int | None:
    """The id of the offered option that people call so – also by the name of one that was merged into it."""
    wanted = normalise(name)
    known = [found for found in options_of(key, with_retired=True) if normalise(found.name) == wanted]
    offered = [pk for found in known if (stands := option(pk := standing(found.pk))) and is_offered(stands)]
    return next(iter(offered), None)


def forget() -> None:
    """Drop what is cached in this process; called after every change of a dictionary."""
    _catalogue.read_at = 0.0


def define(key: str, name: str, values: Sequence[tuple[str, str]]) -> Dictionary:
    """Make sure that a dictionary exists with at least these (name, tone) options; existing ones stay untouched."""
    dictionary = Dictionary.plain.filter(key=key).first()
    if dictionary is None:
        dictionary = Dictionary(key=key, name=name)
        store(dictionary)
    present = set(Option.plain.filter(dictionary=dictionary).values_list("name", flat=True))
    for position, (label, tone) in enumerate(values):
        if label not in present:
            store(Option(dictionary=dictionary, name=label, tone=tone, position=position * 10))
    forget()
    return dictionary


def store(record: Dictionary | Option) -> None:
    """Put a new dictionary or option into the database, so that it can be searched for."""
    index(resource_of(type(record)), record)
    record.save(force_insert=True)


def retire_all_but(key: str, names: Collection[str]) -> None:
    """Offer exactly these options of a dictionary from now on, in this order; records keep what they hold."""
    position = {name: at * 10 for at, name in enumerate(names)}
    for found in Option.plain.filter(dictionary__key=key):
        found.retired = found.name not in position
        found.position = position.get(found.name, found.position)
        found.save(update_fields=["retired", "position"])
    forget()


def put_below(dictionary: Dictionary, above: str | None, parents: Mapping[str, int | None]) -> None:
    """Let a dictionary's options, by name, belong to options of the dictionary ``above``."""
    dictionary.above = Dictionary.plain.filter(key=above).first()
    dictionary.save(update_fields=["above"])
    for found in Option.plain.filter(dictionary=dictionary):
        found.parent_id = parents.get(found.name, found.parent_id if above else None)
        found.save(update_fields=["parent"])
    forget()


def _fresh() -> _Catalogue:
    now = time.monotonic()
    if not _catalogue.read_at or now - _catalogue.read_at > _FRESH:
        by_key: dict[str, list[Option]] = defaultdict(list)
        for found in Option.plain.select_related("dictionary").order_by("dictionary", "position", "id"):
            by_key[found.dictionary.key].append(found)
        _catalogue.by_key = dict(by_key)
        _catalogue.by_id = {found.pk: found for group in by_key.values() for found in group}
        _catalogue.read_at = now
    return _catalogue
