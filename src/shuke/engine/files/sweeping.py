"""What nobody can reach any more goes: contents without a row, and files that were removed long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.context import change
from shuke.engine.files.keeping import storage
from shuke.engine.files.models import Attachment

# An upload stores its content before its row; younger contents may still get theirs.
_YOUNG = timedelta(days=1)
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


def drop_content(attachment: Attachment) -> None:
    """Delete the content and the small picture of a row that is gone."""
    for key in filter(None, (attachment.key, attachment.preview)):
        storage().delete(key)


def sweep() -> int:
    """Delete contents that belong to no row: left by uploads that failed. Returns how many."""
    place, young = storage(), timezone.now() - _YOUNG
    dropped = 0
    for keys in _folders():
        rows = Attachment.objects
        known = {*rows.filter(key__in=keys).values_list("key", flat=True)}
        known |= {*rows.filter(preview__in=keys).values_list("preview", flat=True)}
        for key in keys:
            if key not in known and place.get_modified_time(key) < young:
                place.delete(key)
                dropped += 1
    return dropped


def _folders() -> Iterator[list[str]]:
    place = storage()
    for number in range(256):
        folder = f"{number:02x}"
        try:
            yield [f"{folder}/{name}" for name in place.listdir(folder)[1]]
        except FileNotFoundError:
            continue
