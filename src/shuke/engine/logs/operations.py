"""The operation log: every change by whomever, with the records it touched."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Change
from shuke.engine.logs.sight import people_in_sight
from shuke.engine.logs.stretch import Asked, Stretch, stretch
from shuke.kernel.errors import NotFound
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource

# So many records of a change are counted.
_FEW = 25


@dataclass(frozen=True)
class Line:
    """One change. ``records``: how many of its object it touched, ``many`` says that there are more than that.

    ``record`` and ``title`` are of one of them, where the reader may see it; ``knows`` says whether he may open the
    change's page.
    """

    change: Change
    resource: Resource | None
    record: int | None
    title: str
    records: int
    many: bool
    knows: bool


def operations(actor: Actor, asked: Asked, *, before: str = "", limit: int = 50) -> Stretch:
    """Lines of the log; ``asked.equal`` may name ``resource`` and ``via``. Raises ``NotAllowed``, ``Invalid``."""
    people = people_in_sight(actor)
    rows = Change.objects.select_related("actor").only(
        "at", "via", "verb", "resource", "reason", "undoes_id", "address", "actor__name", "actor__login"
    )
    found = stretch(rows, "actor_id", people, asked, before=before, limit=limit)
    return Stretch(_lines(actor, found.rows), found.older)


def _lines(actor: Actor, changes: list[Change]) -> list[Line]:
    resources = {name: _object(name) for name in {one.resource for one in changes}}
    touched = _touched([(one, found) for one in changes if (found := resources[one.resource])])
    titles = _titles(actor, [(resources[one.resource], touched[one.pk]) for one in changes if one.pk in touched])
    return [_line(actor, one, resources[one.resource], touched.get(one.pk, []), titles) for one in changes]


def _line(
    actor: Actor, change: Change, resource: Resource | None, ids: list[int], titles: dict[tuple[str, int], str]
) -> Line:
    shown = next((pk for pk in ids if resource and (resource.name, pk) in titles), None)
    return Line(
        change=change,
        resource=resource,
        record=shown,
        title=titles[resource.name, shown] if resource and shown is not None else "",
        records=min(len(ids), _FEW),
        many=len(ids) > _FEW,
        knows=actor.is_administrator or change.actor_id == actor.user_id or shown is not None,
    )


def _object(name: str) -> Resource | None:
    """The object, unless the change was of something else, or of an object that is no more."""
    try:
        return resource_for(name)
    except NotFound:
        return None


def _touched(changes: list[tuple[Change, Resource]]) -> dict[int, list[int]]:
    """Some records of each change, one more than are counted.

    Its first entries are dated like the change, give or take the length of a transaction; so few months are looked at.
    """
    if not changes:
        return {}
    statement = """
        SELECT asked.change, found.object_id
        FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS asked(change, relation, at), LATERAL (
            SELECT DISTINCT first_few.object_id FROM (
                SELECT e.object_id FROM audit_entry e
                WHERE e.change_id = asked.change AND e.relation = asked.relation
                    AND e.at BETWEEN asked.at - interval '1 day' AND asked.at + interval '1 day'
                LIMIT %s
            ) AS first_few
        ) AS found
        ORDER BY 1, 2
    """
    tables = [resource.model._meta.db_table for _change, resource in changes]
    with connection.cursor() as cursor:
        given: list[Any] = [[one.pk for one, _resource in changes], tables, [one.at for one, _resource in changes]]
        cursor.execute(statement, [*given, _FEW + 1])
        found = defaultdict(list)
        for change, pk in cursor.fetchall():
            found[change].append(pk)
    return dict(found)


def _titles(actor: Actor, wanted: list[tuple[Resource | None, list[int]]]) -> dict[tuple[str, int], str]:
    """The names of those records that the actor sees or could bring back; one query for all objects."""
    ids: dict[str, set[int]] = defaultdict(set)
    by_name: dict[str, Resource] = {}
    for resource, found in wanted:
        if resource and actor.may(resource.name, "view"):
            by_name[resource.name] = resource
            ids[resource.name].update(found[:_FEW])
    parts = [part for name, resource in by_name.items() for part in _named(actor, resource, ids[name])]
    if not parts:
        return {}
    return {(name, pk): title for name, pk, title in (parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0])}


def _named(actor: Actor, resource: Resource, ids: set[int]) -> list[Any]:
    objects = resource.model.objects  # type: ignore[attr-defined]
    return [
        rows.filter(pk__in=ids)
        .order_by()
        .values_list(Value(resource.name, TextField()), "pk", Cast(resource.title, TextField()))
        for rows in (objects.visible_to(actor), objects.deleted_for(actor))
    ]
