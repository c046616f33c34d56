"""What nobody can reach any more goes: contents without a row, files that were removed or let go of long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.context import change
from shuke.engine.files.models import Attachment
from shuke.engine.stored.models import FieldFile, StoredFile
from shuke.engine.stored.storing import drop_content, storage
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

# An upload stores its content before its row; younger contents may still get theirs.
_YOUNG = timedelta(days=1)
# A file that was laid down for a field waits so long for its record; a form's draft lives no longer in the browser.
_WAITS = timedelta(days=14)
_BATCH = 500


def drop_removed() -> int:
    """Let go of files removed longer ago than the recycle bin keeps records; the history keeps what they were."""
    before = timezone.now() - timedelta(days=settings.SHUKE_BIN_DAYS)
    dropped = 0
    while rows := list(Attachment.objects.filter(removed_at__lt=before).order_by("pk")[:_BATCH]):
        with change(SYSTEM, "purge", "files"):
            Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
        for row in rows:
            drop_content(row)
        dropped += len(rows)
    return dropped


def drop_let_go() -> int:
    """Delete files of fields that no record was stored with, and the contents of those let go of long ago.

    Which these are is read off the records, whatever changed them: commands, undo, the recycle bin. Names stay for the
    history.
    """
    for resource in all_resources():
        for info in fields_of(resource).values():
            if info.kind is Kind.FILES:
                _note_let_go(resource, info)
    now = timezone.now()
    waiting = list(FieldFile.objects.filter(object_id=None, at__lt=now - _WAITS))
    FieldFile.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    before = now - timedelta(days=settings.SHUKE_BIN_DAYS)
    left = list(FieldFile.objects.filter(let_go_at__lt=before, gone=False))
    FieldFile.objects.filter(pk__in=[row.pk for row in left]).update(gone=True)
    for row in (*waiting, *left):
        drop_content(row)
    return len(waiting) + len(left)


def _note_let_go(resource: Resource, info: FieldInfo) -> None:
    """Since when does no record hold a file of the field any more? What an undo brought back is held again."""
    statement = sql.SQL(
        "UPDATE {files} f SET let_go_at = CASE WHEN f.id = ANY(t.{column}) THEN NULL ELSE now() END FROM {table} t "
        "WHERE f.resource = %s AND f.field = %s AND f.object_id = t.id "
        "AND (f.let_go_at IS NULL) <> (f.id = ANY(t.{column}))"
    ).format(
        files=sql.Identifier(FieldFile._meta.db_table),
        table=sql.Identifier(resource.model._meta.db_table),
        column=sql.Identifier(info.column),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [resource.name, info.name])


def sweep() -> int:
    """Delete contents that belong to no row: left by uploads that failed. Returns how many."""
    place, young = storage(), timezone.now() - _YOUNG
    dropped = 0
    for keys in _folders():
        known = {key for kind in (Attachment, FieldFile) for key in _known(kind, keys)}
        for key in keys:
            if key not in known and place.get_modified_time(key) < young:
                place.delete(key)
                dropped += 1
    return dropped


def _known(kind: type[StoredFile], keys: list[str]) -> set[str]:
    rows = kind._default_manager
    found = {*rows.filter(key__in=keys).values_list("key", flat=True)}
    return found | {*rows.filter(preview__in=keys).values_list("preview", flat=True)}


def _folders() -> Iterator[list[str]]:
    place = storage()
    for number in range(256):
        folder = f"{number:02x}"
        try:
            yield [f"{folder}/{name}" for name in place.listdir(folder)[1]]
        except FileNotFoundError:
            continue
