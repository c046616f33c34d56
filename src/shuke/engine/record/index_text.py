"""What a record is found by and recognised by: fills the derived columns of a record."""

from __future__ import annotations

from typing import Any

from shuke.engine.record.rich import plain
from shuke.kernel.grams import grams, haystack
from shuke.kernel.phones import national
from shuke.kernel.pinyin import sort_key
from shuke.kernel.text import compact
from shuke.resource.describe import FieldInfo, Kind, field_of, search_fields
from shuke.resource.spec import Match, Resource, Search

# Between the lines of fields that name a record and those that merely lead to it.
DIVIDER = "\n\n"

_KEY_LENGTH = 80

# Nobody looks for a paragraph by the initials of its words; among so many every pair of letters would be met.
LONG = frozenset({Kind.LONG_TEXT, Kind.RICH_TEXT})

# The columns that ``index`` fills.
INDEXED = ("haystack", "grams", "keys", "title_key")


def index(resource: Resource, record: Any) -> None:
    """Set ``haystack``, ``grams``, ``keys`` and ``title_key`` of a record from its present values."""
    naming: list[str] = []
    leading: list[str] = []
    long: list[str] = []
    for info in search_fields(resource):
        if info.spec.search is Search.A:
            naming.append(_said(info, record))
        else:
            (long if info.kind in LONG else leading).append(_said(info, record))
    record.haystack = f"{haystack(naming)}{DIVIDER}{haystack(leading, long)}"
    record.grams = grams(record.haystack)
    record.keys = duplicate_keys(resource, record)
    record.title_key = title_key(getattr(record, resource.title))


def title_key(title: str) -> str:
    """What a record with this title is sorted, and looked up, by."""
    return sort_key(title)[:_KEY_LENGTH]


def _said(info: FieldInfo, record: Any) -> str:
    value: str = getattr(record, info.name)
    return plain(value) if info.kind is Kind.RICH_TEXT else value


def indexed_fields(resource: Resource) -> frozenset[str]:
    """The fields whose change makes ``index`` necessary."""
    matched = {name for match in resource.duplicates for name in match.fields}
    return frozenset({info.name for info in search_fields(resource)} | matched | {resource.title})


def duplicate_keys(resource: Resource, record: Any) -> list[str]:
    """One key per duplicate rule whose fields are all filled; equal keys mean “looks like the same”."""
    return [key for match in resource.duplicates if (key := _key(resource, match, record))]


def _key(resource: Resource, match: Match, record: Any) -> str | None:
    values = []
    for name in match.fields:
        info = field_of(resource, name)
        value = _normal(info, record) if info else ""
        if not value:
            return None
        values.append(value)
    return f"{'+'.join(match.fields)}:{'+'.join(values)}"


def _normal(info: FieldInfo, record: Any) -> str:
    value = getattr(record, info.column)
    if value is None:
        return ""
    if info.kind is Kind.PHONE:
        return national(value) or compact(value)
    return compact(str(value)) if info.is_text else str(value)
