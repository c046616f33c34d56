"""The names of records and options by their ids: one query per kind of thing, and only what one may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.options.catalogue import option
from shuke.engine.organisation.models import Pool
from shuke.engine.query.reading import title_columns
from shuke.engine.stored.fields import known
from shuke.kernel.digits import whole_numbers
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource
from shuke.web.values.chips import ME


def titles_of(actor: Actor, info: FieldInfo, ids: Iterable[Any]) -> dict[str, str]:
    """Text of each id that a field may hold, by the id as text; what one may not see stays out."""
    wanted = {str(item) for item in ids if item not in (None, "")}
    found = {ME: _("me")}
    if info.kind is Kind.CHOICE:
        return found | {str(value): str(label) for value, label in info.choices if str(value) in wanted}
    numbers = set(whole_numbers(wanted))
    if info.kind is Kind.TAGS:
        found |= {item: item for item in wanted if not item.isdigit()}
    if info.kind in (Kind.OPTION, Kind.TAGS):
        return found | {str(pk): one.name for pk in numbers if (one := option(pk))}
    if info.kind is Kind.FILES:
        return {str(pk): row.name for pk, row in known(actor, info, numbers).items()}
    return found | _linked(actor, info, numbers)


def _linked(actor: Actor, info: FieldInfo, ids: set[int]) -> dict[str, str]:
    if not ids or info.target is None:
        return {}
    if not has_resource(info.target):
        rows: Any = info.target.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        return {str(row.pk): str(row) for row in rows}
    objects = info.target.objects  # type: ignore[attr-defined]
    columns = (resource_of(info.target).title, *title_columns(info))
    rows = objects.visible_to(actor).filter(pk__in=ids).only("pk", *columns)
    names = {str(row.pk): str(row) for row in rows}
    if info.target is Pool:
        # Who may take from a pool knows its name, though the list of pools be closed to him.
        opened = Pool.objects.unscoped("pools open to the actor").filter(pk__in=ids & set(actor.pools))
        names |= {str(pk): name for pk, name in opened.values_list("pk", "name")}
    return names


def titles_of_records(actor: Actor, resource: Resource, ids: Iterable[int]) -> dict[int, str]:
    """The names of those of the records that the actor sees; one query."""
    wanted = set(ids)
    if not wanted or not FieldAccess(actor, resource).compares(resource.title):
        return {}
    rows: Any = resource.model.objects.visible_to(actor)  # type: ignore[attr-defined]
    return {row.pk: str(getattr(row, resource.title)) for row in rows.filter(pk__in=wanted).only("pk", resource.title)}
