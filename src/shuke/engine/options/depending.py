"""Options that belong to others: what a field offers and takes follows from the field that it depends on.

A dictionary says to the options of which other one – or of itself, for levels – its own belong, each of them to which.
"""

from __future__ import annotations

import re

from shuke.engine.options.catalogue import options_of, standing
from shuke.engine.options.models import Option
from shuke.resource.describe import FieldInfo, dependents
from shuke.resource.registry import resource_of

# Two columns of a spreadsheet, or what people type in their place.
_COLUMNS = re.compile(r"\t+|\s*[>＞]\s*")


def fits(found: Option, above: int | None) -> bool:
    """May a record take the option that holds ``above`` in the field depended upon? What belongs to none fits all.

    Of levels of one dictionary the first belongs to none, and fits none: it is no other level.
    """
    if found.parent_id is None:
        return found.dictionary.above_id != found.dictionary_id
    return above is not None and found.parent_id == standing(above)


def offered(info: FieldInfo) -> list[Option]:
    """What a field offers, whatever the one that it depends on may hold."""
    found = options_of(info.spec.dictionary or "")
    if info.spec.depends:
        return [one for one in found if one.parent_id is not None or fits(one, None)]
    return [one for one in found if one.parent_id is None] if _is_first_level(info) else found


def _is_first_level(info: FieldInfo) -> bool:
    pairs = dependents(resource_of(info.source.model))
    return any(above.source is info.source and below.spec.dictionary == info.spec.dictionary for below, above in pairs)


def in_columns(text: str) -> list[tuple[str, str]]:
    """(what it belongs to or "", option) of each line of a pasted block of one or two columns, each option once."""
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        *above, name = (part.strip()[:64] for part in _COLUMNS.split(line, maxsplit=1))
        if name:
            found.setdefault(name, above[0] if above else "")
    return [(above, name) for name, above in found.items()]
