"""Putting tags on a record and taking others off, while it keeps the rest of what it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shuke.engine.access.actor import Actor
from shuke.engine.commands.write import Saved, locked, update
from shuke.engine.options.catalogue import options_of
from shuke.engine.options.models import Option
from shuke.engine.options.tags import tags_meant
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource


def tags_fields(resource: Resource) -> list[FieldInfo]:
    """The fields of an object that hold tags."""
    return [info for info in fields_of(resource).values() if info.kind is Kind.TAGS]


def open_tags(resource: Resource) -> list[FieldInfo]:
    """Those of them whose tags are made while they are used; the choices of others are kept where they are defined."""
    return [info for info in tags_fields(resource) if not info.spec.fixed]


def known_tags(info: FieldInfo) -> list[Option]:
    """The tags that a field has, in their order; those that are offered no longer as well."""
    return [one for one in options_of(info.spec.dictionary or "", with_retired=True) if one.deleted_at is None]


def retag(
    actor: Actor, resource: Resource, pk: int, info: FieldInfo, *, add: Sequence[Any] = (), remove: Sequence[Any] = ()
) -> Saved:
    """Add and remove tags, given by id or name; a name that is new is made by who may create such records.

    Raises what an edit raises, ``Invalid`` also for a tag to remove that there never was.
    """
    taken = set(tags_meant(info, list(remove), may_make=False))
    record = locked(actor, resource, pk, "edit")
    kept = [tag for tag in getattr(record, info.column) if tag not in taken]
    return update(actor, resource, pk, {info.name: [*kept, *add]})
