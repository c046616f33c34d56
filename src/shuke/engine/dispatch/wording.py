"""Notices in words, for the bell and for the mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.models import Change
from shuke.engine.dispatch.models import Notice
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource


@dataclass(frozen=True)
class Told:
    """One notice in words: who did what, to which record (empty: several, or out of sight by now)."""

    notice: Notice
    resource: Resource
    person: str
    words: str
    title: str


def tell(actor: Actor, notices: Sequence[Notice]) -> list[Told]:
    """Notices as their receiver may read them now: one query for the people, one for each object's titles."""
    by_name = {resource.name: resource for resource in all_resources()}
    changes = Change.objects.filter(pk__in={one.change_id for one in notices}).select_related("actor")
    people = {change.pk: change.maker for change in changes}
    titles = {name: _titles(actor, resource, notices) for name, resource in by_name.items()}
    return [
        Told(
            one,
            by_name[one.resource],
            people.get(one.change_id, ""),
            words_of(one, by_name[one.resource]),
            titles[one.resource].get(one.object_id or 0, ""),
        )
        for one in notices
        if one.resource in by_name
    ]


def _titles(actor: Actor, resource: Resource, notices: Sequence[Notice]) -> dict[int, str]:
    ids = {one.object_id for one in notices if one.resource == resource.name and one.object_id}
    if not ids or not FieldAccess(actor, resource).compares(resource.title):
        return {}
    rows: Any = resource.model.objects.visible_to(actor)  # type: ignore[attr-defined]
    return {row.pk: str(getattr(row, resource.title)) for row in rows.filter(pk__in=ids).only("pk", resource.title)}


def words_of(one: Notice, resource: Resource) -> str:
    """What was done, in words that go between the person and the record's name."""
    if one.kind in ("told", "daily"):
        return one.text
    places = {"count": one.count, "name": resource.label, "names": resource.label_plural}
    fixed = {
        "mentioned": _("mentioned you in a comment (%(name)s)"),
        "changed": _("changed a %(name)s that you follow"),
        "commented": _("commented on a %(name)s that you follow"),
        "filed": _("added a file to a %(name)s that you follow"),
    }
    if one.kind in fixed:
        return fixed[one.kind] % places
    return ngettext("handed you %(count)d %(name)s", "handed you %(count)d %(names)s", one.count) % places
