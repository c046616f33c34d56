"""Which form an actor has. The layouts are read once and kept until the access stamp says that one has changed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuke.engine.access.actor import Actor
from shuke.engine.layouts.models import FormLayout
from shuke.engine.organisation.tree import units_above
from shuke.resource.describe import FieldInfo, Kind, fields_of, form_of, spellings
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Label, Resource, Section


@dataclass(frozen=True)
class Arrangement:
    """A form: its sections, which fields take the whole width, which must be filled, which it does not have.

    ``wide`` names only the fields for which the layout says so; the others are as the object has them.
    """

    sections: tuple[Section, ...]
    wide: Mapping[str, bool] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Layout:
    """A stored layout, ready to be used."""

    role: int | None
    company: int | None
    titles: Sequence[Label]
    fields: Sequence[Sequence[str]]
    wide: Mapping[str, bool]
    required: frozenset[str]
    left_out: frozenset[str]


@dataclass
class _Known:
    """What this process has read: layouts by object, the most specific first (``_specific``)."""

    layouts: Mapping[str, Sequence[_Layout]] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_known = _Known()


def forget() -> None:
    """Read the layouts anew next time; the access stamp has risen."""
    with _known.lock:
        _known.layouts = None


def form_for(actor: Actor, resource: Resource) -> Arrangement:
    """The form of an object as the actor has it.

    That is the layout of the first of the actor's roles (by their position) that has one for him, else one that is for
    no role, else the object's own form. Among those of a role, and those of none, the one for his company stands before
    that for a company over it, and that before the one for all. Fields that it does not know yet stand at its end.
    """
    layout = _layout_of(actor, resource)
    return arrangement_of(resource, layout) if layout else Arrangement(form_of(resource))


def demanded(actor: Actor, resource: Resource) -> frozenset[str]:
    """The fields that the actor's layout asks for beyond what the object requires of everybody."""
    layout = _layout_of(actor, resource)
    return layout.required if layout else frozenset()


def must_stay(info: FieldInfo) -> bool:
    """Can no record be made without the field, so that no form may lack it?"""
    if info.spec.need is not None:
        return True
    return info.required and info.kind is not Kind.BOOLEAN and not info.starts_filled


def stored_arrangement(layout: FormLayout) -> Arrangement:
    """The form as one layout makes it, for its editor."""
    resource = resource_for(layout.object)
    return arrangement_of(resource, _ready(resource, layout))


def arrangement_of(resource: Resource, layout: _Layout) -> Arrangement:
    """The layout's sections with the fields that there are now, then those that it does not name."""
    own = [name for section in form_of(resource) for name in section.fields]
    left_out = frozenset(name for name in layout.left_out if name in own and not must_stay(fields_of(resource)[name]))
    if not layout.titles:
        kept = [(section.title, section.fields) for section in form_of(resource)]
        sections = [(title, [name for name in names if name not in left_out]) for title, names in kept]
    else:
        known = set(own)
        sections = [
            (title, [name for name in names if name in known])
            for title, names in zip(layout.titles, layout.fields, strict=True)
        ]
        placed = {name for _title, names in sections for name in names}
        new = [name for name in own if name not in placed and name not in left_out]
        sections.append((_("Further fields"), new))
    return Arrangement(
        tuple(Section(title, tuple(names)) for title, names in sections if names),
        layout.wide,
        layout.required - left_out,
        left_out,
    )


def _layout_of(actor: Actor, resource: Resource) -> _Layout | None:
    """Nobody in person – the program itself, its rules – has no layout."""
    if actor.user_id is None:
        return None
    found = _living().get(resource.name, ())
    roles, companies = {None, *actor.roles}, {None, *actor.above}
    return next((one for one in found if one.role in roles and one.company in companies), None)


def _living() -> Mapping[str, Sequence[_Layout]]:
    with _known.lock:
        if _known.layouts is None:
            names = [one.name for one in all_resources()]
            rows = FormLayout.plain.filter(object__in=names, deleted_at__isnull=True)
            _known.layouts = _by_object(sorted(rows.select_related("role"), key=_specific))
        return _known.layouts


def _specific(row: FormLayout) -> tuple[Any, ...]:
    """Sorts layouts: for a role before for none, roles by position; within that for a company, the deepest first."""
    role = (row.role.position, row.role.pk) if row.role else (0, 0)
    depth = len(units_above(row.company_id)) if row.company_id else 0
    return row.role is None, role, -depth


def _by_object(rows: Iterable[FormLayout]) -> Mapping[str, Sequence[_Layout]]:
    found: dict[str, list[_Layout]] = defaultdict(list)
    for row in rows:
        found[row.object].append(_ready(resource_for(row.object), row))
    return found


def _ready(resource: Resource, layout: FormLayout) -> _Layout:
    """Titles that are the object's own are told in everybody's language."""
    own = {spelling: section.title for section in form_of(resource) for spelling in spellings(section.title)}
    sections: list[dict[str, Any]] = layout.sections or []
    fields = [one for section in sections for one in section["fields"]]
    return _Layout(
        layout.role_id,
        layout.company_id,
        [own.get(section["title"], section["title"]) for section in sections],
        [[one["name"] for one in section["fields"]] for section in sections],
        {one["name"]: one["wide"] for one in fields if "wide" in one},
        frozenset(one["name"] for one in fields if one.get("required")),
        frozenset(layout.left_out or ()),
    )
