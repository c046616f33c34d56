"""The timeline: changes, comments, files and new records below a record, newest first, page by page.

Each source is read on by the id of its own last item shown: no deep offsets, and nothing comes twice or is left out
when two things happened in the same moment.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.history import history
from shuke.engine.comments.writing import comments_on
from shuke.engine.files.keeping import versions_on
from shuke.engine.options.catalogue import options_of
from shuke.engine.options.models import Option
from shuke.engine.query.reading import narrow
from shuke.kernel.errors import Invalid
from shuke.resource.describe import fields_of
from shuke.resource.registry import children_of, document_of
from shuke.resource.spec import Resource

CHANGE, COMMENT, FILE = "change", "comment", "file"
_PLACE = re.compile(r"([a-z][a-z0-9-]*):([0-9]{1,18})")


@dataclass(frozen=True)
class Item:
    """One item: what ``kind`` says, or the name of a child object whose record ``what`` is. ``id`` orders its kind."""

    kind: str
    id: int
    at: Any
    what: Any


@dataclass(frozen=True)
class Stretch:
    """Items in order, and where the earlier ones go on."""

    items: list[Item]
    next: str | None


def kinds_of(actor: Actor, resource: Resource) -> tuple[str, ...]:
    """What the timeline of such records holds for this actor: fixed kinds, then names of child objects."""
    return (COMMENT, FILE, CHANGE, *(child.name for child in _children(actor, resource)))


def gather(
    actor: Actor,
    resource: Resource,
    pk: int,
    *,
    kinds: Collection[str] = (),
    option: int | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> Stretch:
    """A stretch of the timeline of a record that is in sight; ``kinds`` narrows it. Raises ``Invalid``.

    ``option`` narrows one kind of child records further: to those that hold this option in their field ``told_by``.
    """
    known = kinds_of(actor, resource)
    if unknown := [kind for kind in kinds if kind not in known]:
        raise Invalid(fields={"kind": _("This timeline knows no “%(kind)s”.") % {"kind": unknown[0]}})
    places = _read(cursor)
    if option is not None:
        found = _with_option(actor, resource, pk, kinds, option, limit + 1, places)
    else:
        found = [
            item
            for kind in (kinds or known)
            for item in _source(actor, resource, pk, kind, limit + 1, places.get(kind))
        ]
    found.sort(key=lambda item: (item.at, item.kind, item.id), reverse=True)
    shown = found[:limit]
    if len(found) <= limit:
        return Stretch(shown, None)
    for item in shown:
        places[item.kind] = item.id
    return Stretch(shown, ".".join(f"{kind}:{place}" for kind, place in sorted(places.items())))


def options_in(actor: Actor, resource: Resource, kind: str) -> list[Option]:
    """The options by which the child records of a kind can be told apart: the ways of contact; none for other kinds."""
    child = next((one for one in _children(actor, resource) if one.name == kind), None)
    if child is None or not child.told_by or not FieldAccess(actor, child).compares(child.told_by):
        return []
    return list(options_of(fields_of(child)[child.told_by].spec.dictionary or ""))


def _with_option(
    actor: Actor,
    resource: Resource,
    pk: int,
    kinds: Collection[str],
    option: int,
    limit: int,
    places: dict[str, int],
) -> list[Item]:
    kind = next(iter(kinds), "")
    if len(kinds) != 1 or all(one.pk != option for one in options_in(actor, resource, kind)):
        raise Invalid(fields={"option": _("This part of the timeline knows no such option.")})
    child = next(one for one in _children(actor, resource) if one.name == kind)
    rows = _below(actor, child, pk, limit, places.get(kind), **{f"{child.told_by}_id": option})
    return [Item(kind, row.pk, row.created_at, row) for row in rows]


def _read(cursor: str | None) -> dict[str, int]:
    if not cursor:
        return {}
    parts = [_PLACE.fullmatch(part) for part in cursor[:1_000].split(".")]
    if None in parts:
        raise Invalid(_("The cursor does not belong to this list; start again from its first page."))
    return {part[1]: int(part[2]) for part in parts if part}


def _source(actor: Actor, resource: Resource, pk: int, kind: str, limit: int, before: int | None) -> list[Item]:
    if kind == CHANGE:
        return [Item(kind, one.entry, one.at, one) for one in history(actor, resource, pk, limit=limit, before=before)]
    if kind == COMMENT:
        return [Item(kind, one.pk, one.at, one) for one in comments_on(resource, pk, limit=limit, before=before)]
    if kind == FILE:
        return [Item(kind, one.pk, one.at, one) for one in versions_on(resource, pk, limit=limit, before=before)]
    child = next(one for one in _children(actor, resource) if one.name == kind)
    return [Item(kind, row.pk, row.created_at, row) for row in _below(actor, child, pk, limit, before)]


def _children(actor: Actor, resource: Resource) -> list[Resource]:
    """Child objects of which the actor may see that a record came into being below this one."""
    return [
        child
        for child in children_of(resource)
        if actor.may(child.name, "view")
        and document_of(child.name) is None
        and all(FieldAccess(actor, child).compares(name) for name in (child.scope.parent or "", "created_at"))
    ]


def _below(actor: Actor, child: Resource, pk: int, limit: int, before: int | None, **also: int) -> list[Any]:
    own = {child.scope.parent or "": pk, **also}
    rows = child.model.objects.visible_to(actor).filter(**own)  # type: ignore[attr-defined]
    if before is not None:
        rows = rows.filter(pk__lt=before)
    columns = ("created_at", "created_by", child.title, *child.told)
    return list(narrow(rows, child, columns).order_by("-pk")[:limit])
