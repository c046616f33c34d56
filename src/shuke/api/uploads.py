"""Files for fields: uploaded first, then named by their ids when a record is written."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile

from shuke.api import shapes
from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.signing import actor_of
from shuke.engine.present.cells import told_of
from shuke.engine.stored.fields import lay, readable
from shuke.engine.stored.storing import content_of, preview_of
from shuke.resource.registry import resource_for

router = Router(tags=["uploads"])


@router.get("/{int:id}/content", response={200: str}, url_name=shapes.CONTENT)
def upload_content(request: HttpRequest, id: Id) -> FileResponse:  # noqa: A002
    """The content of a file that a record holds in a field that one sees, to be saved."""
    row = readable(actor_of(request), id)
    return FileResponse(content_of(row), as_attachment=True, filename=row.name, content_type=row.media_type)


@router.get("/{int:id}/preview", response={200: str})
def upload_preview(request: HttpRequest, id: Id) -> FileResponse:  # noqa: A002
    """A small WebP picture of a picture."""
    return FileResponse(preview_of(readable(actor_of(request), id)), content_type="image/webp")


# Behind the others, whose addresses it would take for a resource and a field.
@router.post("/{resource}/{field}", response={201: dict[str, Any]})
def upload(request: HttpRequest, resource: str, field: str, file: File[UploadedFile]) -> HttpResponse:
    """Upload a file for a field of files; write a record with its ``id`` within 14 days. Until then it is one's own."""
    row = lay(actor_of(request), resource_for(resource), field, file.name or "", file)
    return json_answer(shapes.file_told(told_of(row)), 201)
