"""Attaching files to records, reading them, taking them off; every way asks for the record first.

Who sees a record reads its files; who may edit it attaches and removes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.sight import require_sight
from shuke.engine.events.outbox import emit
from shuke.engine.files.models import Attachment
from shuke.engine.organisation.people import with_names
from shuke.engine.stored.storing import take_in
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.spec import Resource

MOST_ON_A_RECORD = 1_000


@dataclass(frozen=True)
class Kept:
    """A file as it stands now, and the change that made it so."""

    attachment: Attachment
    change: int


def attach(actor: Actor, resource: Resource, pk: int, name: str, file: Any) -> Kept:
    """Keep an uploaded file (anything seekable with ``size``) on a record; the same name again is a new version.

    Raises ``NotFound``, ``NotAllowed`` without the right to edit the record, ``Invalid`` for what is too large, empty
    or a program.
    """
    require_sight(actor, resource, pk, "edit")
    stored = take_in(name, file)
    with change(actor, "attach", resource.name) as opened:
        version = _next_version(resource, pk, stored["name"])
        attachment = Attachment.objects.create(
            resource=resource.name,
            object_id=pk,
            by_id=actor.user_id,
            at=timezone.now(),
            version=version,
            **stored,
        )
        emit(opened, "attached", resource.name, [pk], {"file": attachment.pk, "version": version})
    return Kept(attachment, opened.id)


def remove(actor: Actor, resource: Resource, pk: int, file_id: int) -> int:
    """Take a file with all of its versions off the record. Returns the change's id, by which it can be brought back.

    Raises ``NotFound``, ``NotAllowed``.
    """
    require_sight(actor, resource, pk, "edit")
    with change(actor, "detach", resource.name) as opened:
        found = file_of(actor, resource, pk, file_id)
        same = _living(resource, pk).filter(name__iexact=found.name)
        same.update(removed_at=timezone.now(), removed_by_id=actor.user_id)
        emit(opened, "detached", resource.name, [pk], {"file": file_id})
    return opened.id


def files_of(actor: Actor, resource: Resource, pk: int) -> list[Attachment]:
    """The latest version of each file on a record, newest first. Raises ``NotFound``."""
    require_sight(actor, resource, pk)
    return current_files(resource, pk)


def current_files(resource: Resource, pk: int) -> list[Attachment]:
    """The same for who has made sure already that the record is in sight."""
    latest: dict[str, Attachment] = {}
    for row in with_names(_living(resource, pk), "by").order_by("version"):
        latest[row.name.casefold()] = row
    return sorted(latest.values(), key=lambda row: row.pk, reverse=True)


def latest_files(resource: Resource, pk: int) -> QuerySet[Attachment]:
    """The same, in no order and without names: to be counted along with something else."""
    rows = _living(resource, pk).alias(called=Lower("name"))
    return rows.filter(~Exists(rows.filter(called=Lower(OuterRef("name")), version__gt=OuterRef("version"))))


def versions_on(resource: Resource, pk: int, *, limit: int, before: int | None = None) -> list[Attachment]:
    """Every version of every file on a record that is in sight, newest first."""
    found = with_names(_living(resource, pk), "by").order_by("-pk")
    return list(found.filter(pk__lt=before)[:limit] if before is not None else found[:limit])


def files_on(records: Collection[tuple[str, int]]) -> dict[tuple[str, int], list[Attachment]]:
    """The latest version of every file on records in sight (object and id), by record; one query for all of them."""
    ids: dict[str, list[int]] = defaultdict(list)
    for name, pk in records:
        ids[name].append(pk)
    hanging = Q(pk__in=())
    for name, found in ids.items():
        hanging |= Q(resource=name, object_id__in=found)
    latest: dict[tuple[str, int], dict[str, Attachment]] = defaultdict(dict)
    rows = Attachment.objects.filter(hanging, removed_at__isnull=True)
    for row in with_names(rows, "by").order_by("pk") if ids else ():
        latest[row.resource, row.object_id][row.name.casefold()] = row
    return {record: list(files.values()) for record, files in latest.items()}


def versions_of(actor: Actor, resource: Resource, pk: int, file_id: int) -> list[Attachment]:
    """All versions of a file, the latest first. Raises ``NotFound``."""
    found = file_of(actor, resource, pk, file_id)
    rows = _living(resource, pk).filter(name__iexact=found.name)
    return list(with_names(rows, "by").order_by("-version"))


def file_of(actor: Actor, resource: Resource, pk: int, file_id: int) -> Attachment:
    """One version of a file on a record that the actor sees. Raises ``NotFound``."""
    require_sight(actor, resource, pk)
    found: Attachment | None = _living(resource, pk).filter(pk=file_id).first()
    if found is None:
        raise NotFound(_("This file is gone."))
    return found


def _living(resource: Resource, pk: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(resource=resource.name, object_id=pk, removed_at__isnull=True)


def _next_version(resource: Resource, pk: int, name: str) -> int:
    """Two people who upload the same name at once wait for each other. Removed versions keep their numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"files {resource.name}", pk])
    rows = Attachment.objects.filter(resource=resource.name, object_id=pk)
    if rows.count() >= MOST_ON_A_RECORD:
        raise Invalid(fields={"file": _("A record holds at most %(most)d files.") % {"most": MOST_ON_A_RECORD}})
    latest: int | None = rows.aggregate(latest=Max("version", filter=Q(name__iexact=name)))["latest"]
    return (latest or 0) + 1
