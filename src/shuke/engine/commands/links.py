"""Writing fields that hold several links (a user's roles): the through rows are added and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from shuke.resource.describe import Kind, fields_of
from shuke.resource.spec import Resource


def write(resource: Resource, record: Any, typed: Mapping[str, Any]) -> set[str]:
    """Make every given links field hold exactly the given ids; returns the names of those that differed."""
    changed = set()
    for name, ids in typed.items():
        info = fields_of(resource)[name]
        if info.kind is Kind.LINKS and _replace(info.source, record, set(ids)):
            changed.add(name)
    return changed


def _replace(source: Any, record: Any, wanted: set[int]) -> bool:
    through: type[models.Model] = source.remote_field.through
    here, there = f"{source.m2m_field_name()}_id", f"{source.m2m_reverse_field_name()}_id"
    rows = through._default_manager.filter(**{here: record.pk})
    present = set(rows.values_list(there, flat=True))
    if gone := present - wanted:
        rows.filter(**{f"{there}__in": gone}).delete()
    if new := wanted - present:
        through._default_manager.bulk_create([through(**{here: record.pk, there: pk}) for pk in sorted(new)])
    return present != wanted
