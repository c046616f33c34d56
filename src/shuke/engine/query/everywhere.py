"""Search across all objects, with the permission inside each query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shuke.engine.access.actor import Actor
from shuke.engine.query.paging import best, select_each
from shuke.kernel.grams import parts
from shuke.resource.describe import search_fields
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource


@dataclass(frozen=True)
class Group:
    """The best hits of one object; they hold the columns of ``hit_columns``."""

    resource: Resource
    rows: list[Any]


def search_everywhere(actor: Actor, text: str, *, limit: int = 5) -> list[Group]:
    """The best hits of every object that the actor may see and that can be searched; without those that have none."""
    if not parts(text):
        return []
    resources = [each for each in all_resources() if actor.may(each.name, "view") and search_fields(each)]
    found = []
    for selection in select_each(actor, resources, text):
        if selection.ids != ():
            rows = best(selection, limit, hit_columns(selection.resource))
            if rows:
                found.append(Group(selection.resource, rows))
    return found


def hit_columns(resource: Resource) -> list[str]:
    """What a hit shows: its title, and what the object says of itself, or what tells namesakes apart."""
    if resource.hint:
        return [resource.title, *resource.hint]
    names = [resource.title, *([resource.subtitle] if resource.subtitle else [])]
    return names + [info.name for info in search_fields(resource) if info.name not in names][:2]
