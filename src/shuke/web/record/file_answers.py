"""Answers that carry the content of a stored file: to be saved, for the browser's own viewer, or as a small picture."""

from __future__ import annotations

from django.http import FileResponse

from shuke.engine.stored.content import PDF
from shuke.engine.stored.models import StoredFile
from shuke.engine.stored.storing import content_of, may_show, preview_of

# What we show ourselves may load nothing, run nothing, and stand in no page but ours.
_CLOSED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; sandbox"
# Chromium's PDF viewer does not start in a sandbox; a PDF has no access to our address anyway.
_VIEWER = "default-src 'none'; object-src 'self'; plugin-types application/pdf; frame-ancestors 'self'"


def saved_answer(row: StoredFile) -> FileResponse:
    """The content to be saved, never shown: whatever it is, it does not run at our address."""
    return _closed(FileResponse(content_of(row), as_attachment=True, filename=row.name, content_type=row.media_type))


def shown_answer(row: StoredFile) -> FileResponse:
    """A picture or a PDF for the browser's own viewer; anything else is downloaded instead."""
    if not may_show(row):
        return saved_answer(row)
    response = _closed(FileResponse(content_of(row), filename=row.name, content_type=row.media_type))
    if row.media_type == PDF:
        response["Content-Security-Policy"] = _VIEWER
    return response


def small_answer(row: StoredFile) -> FileResponse:
    """The small picture."""
    response = _closed(FileResponse(preview_of(row), content_type="image/webp"))
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _closed(response: FileResponse) -> FileResponse:
    response["Content-Security-Policy"] = _CLOSED
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    return response
