"""Looking, starring, following – and the short lists that come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.sight import require_sight
from shuke.engine.marks.models import Mark
from shuke.kernel.errors import Invalid
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

KINDS = {"star": "starred_at", "follow": "followed_at"}
RECENT = 20
# Of these, some may be out of sight by now.
_SPARE = 20

_SEE = f"""
INSERT INTO {Mark._meta.db_table} (user_id, resource, object_id, seen_at) VALUES (%s, %s, %s, now())
ON CONFLICT (user_id, resource, object_id) DO UPDATE SET seen_at = now()
RETURNING starred_at IS NOT NULL, followed_at IS NOT NULL
"""


@dataclass(frozen=True)
class Marked:
    """Does the person star it, does he follow it?"""

    star: bool
    follow: bool


@dataclass(frozen=True)
class Kept:
    """A record of one of the short lists, as the person may see it now."""

    resource: Resource
    id: int
    title: str
    at: Any


def see(actor: Actor, resource: Resource, pk: int) -> Marked:
    """Note that the person looks at a record that is in sight; one statement."""
    if actor.user_id is None:
        return Marked(star=False, follow=False)
    with connection.cursor() as cursor:
        cursor.execute(_SEE, [actor.user_id, resource.name, pk])
        star, follow = cursor.fetchone()
    return Marked(star, follow)


def mark(actor: Actor, resource: Resource, pk: int, kind: str, *, on: bool) -> None:
    """Star or follow a record, or no longer. Raises ``NotFound``, ``Invalid`` for an unknown kind."""
    if kind not in KINDS:
        raise Invalid(fields={"kind": _("A record is starred or followed.")})
    require_sight(actor, resource, pk)
    place: dict[str, Any] = {"user_id": actor.user_id, "resource": resource.name, "object_id": pk}
    Mark.objects.update_or_create(**place, defaults={KINDS[kind]: timezone.now() if on else None})


def recent(actor: Actor, limit: int = RECENT) -> list[Kept]:
    """What the person looked at last, the latest first."""
    return _kept(actor, Mark.objects.filter(seen_at__isnull=False), "seen_at", limit)


def starred(actor: Actor, limit: int = RECENT) -> list[Kept]:
    """What the person stars, the latest first."""
    return _kept(actor, Mark.objects.filter(starred_at__isnull=False), "starred_at", limit)


def followers(resource: str, ids: Collection[int]) -> dict[int, set[int]]:
    """Who follows each of the records; ask ``who_of`` whether they still see it."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Mark.objects.filter(resource=resource, object_id__in=ids, followed_at__isnull=False)
    for pk, user in rows.values_list("object_id", "user_id"):
        found[pk].add(user)
    return found


def forget_old() -> int:
    """Drop what people looked at long ago: beyond twice the short list, and neither starred nor followed."""
    statement = f"""
        DELETE FROM {Mark._meta.db_table} WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY seen_at DESC) AS place
                FROM {Mark._meta.db_table} WHERE starred_at IS NULL AND followed_at IS NULL
            ) AS ranked WHERE place > %s
        )
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [RECENT + _SPARE])
        return int(cursor.rowcount)


def _kept(actor: Actor, marks: QuerySet[Mark], column: str, limit: int) -> list[Kept]:
    rows = marks.filter(user_id=actor.user_id or 0).order_by(f"-{column}")
    places = list(rows.values_list("resource", "object_id", column)[: limit + _SPARE])
    titles: dict[tuple[str, int], Kept] = {}
    for resource in all_resources():
        wanted = {pk: at for name, pk, at in places if name == resource.name}
        if wanted and actor.may(resource.name, "view") and FieldAccess(actor, resource).compares(resource.title):
            objects = resource.model.objects.visible_to(actor)  # type: ignore[attr-defined]
            for row in objects.filter(pk__in=wanted).only("pk", resource.title):
                title = str(getattr(row, resource.title) or "—")
                titles[resource.name, row.pk] = Kept(resource, row.pk, title, wanted[row.pk])
    return [titles[name, pk] for name, pk, _at in places if (name, pk) in titles][:limit]
