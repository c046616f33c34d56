"""What hangs on any record: comments, files, one's own marks, and the timeline that brings everything together."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shuke.api import shapes
from shuke.api.answers import json_answer
from shuke.api.records import Id, happening, one
from shuke.api.signing import actor_of
from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.comments.models import Comment
from shuke.engine.comments.writing import LONGEST, MOST_MENTIONS, comments_of, correct, say, unsay
from shuke.engine.files.keeping import (
    attach,
    file_of,
    files_of,
    remove,
    versions_of,
)
from shuke.engine.files.models import Attachment
from shuke.engine.marks.marking import Kept, mark, recent, starred
from shuke.engine.present.cells import Presenter
from shuke.engine.stored.storing import content_of, preview_of
from shuke.engine.timeline.gather import CHANGE, COMMENT, FILE, Item, gather
from shuke.resource.registry import resource_for

router = Router()


class Stretch(Schema):
    """How much, and before which id."""

    limit: int = Field(50, ge=1, le=200)
    before: Id | None = Field(None, description="The id of the last item that was read.")


class TimelineQuery(Schema):
    """A stretch of the timeline."""

    kind: str = Field(
        "", max_length=64, description="comment, file, change, or the name of an object below; all if empty."
    )
    option: int | None = Field(
        None,
        ge=1,
        le=2**63 - 1,
        description="With the name of an object: only records with this option (a way of contact).",
    )
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=1_000)


class CommentInput(Schema):
    """A comment; of ``mentions`` those are told whose ``@name`` is in the text."""

    text: str = Field(..., max_length=LONGEST)
    mentions: list[Id] = Field([], max_length=MOST_MENTIONS)


@router.get("/{resource}/{int:id}/timeline", tags=["timeline"], response=dict[str, Any])
def timeline(request: HttpRequest, resource: str, id: Id, query: Query[TimelineQuery]) -> HttpResponse:  # noqa: A002
    """Changes, comments and new records below the record, newest first; ``next`` leads on."""
    actor, target = actor_of(request), resource_for(resource)
    one(actor, target, id, "id")
    kinds = [query.kind] if query.kind else []
    found = gather(actor, target, id, kinds=kinds, option=query.option, cursor=query.cursor, limit=query.limit)
    return json_answer({"items": [_item(actor, item) for item in found.items], "next": found.next})


def _item(actor: Actor, item: Item) -> dict[str, Any]:
    if item.kind == COMMENT:
        return {"kind": item.kind, **_comment(item.what)}
    if item.kind == CHANGE:
        return {"kind": item.kind, **happening(item.what)}
    if item.kind == FILE:
        return {"kind": item.kind, **_file(item.what)}
    child = resource_for(item.kind)
    shows_person = FieldAccess(actor, child).sees("created_by") and item.what.created_by
    return {
        "kind": "created",
        "at": item.at,
        "by": _person(item.what.created_by) if shows_person else None,
        "record": {"resource": child.name, "id": item.id},
        "told": shapes.fields_told(Presenter(actor, child, child.told), item.what),
    }


@router.get("/{resource}/{int:id}/comments", tags=["comments"], response=list[dict[str, Any]])
def comments(request: HttpRequest, resource: str, id: Id, query: Query[Stretch]) -> HttpResponse:  # noqa: A002
    """The comments on a record, newest first."""
    found = comments_of(actor_of(request), resource_for(resource), id, limit=query.limit, before=query.before)
    return json_answer([_comment(comment) for comment in found])


@router.post("/{resource}/{int:id}/comments", tags=["comments"], response={201: dict[str, Any]})
def write_comment(request: HttpRequest, resource: str, id: Id, data: CommentInput) -> HttpResponse:  # noqa: A002
    """Comment on a record that one sees."""
    said = say(actor_of(request), resource_for(resource), id, data.text, data.mentions)
    return json_answer({**_comment(said.comment), "change": said.change}, 201)


@router.patch("/{resource}/{int:id}/comments/{int:comment}", tags=["comments"], response=dict[str, Any])
def change_comment(request: HttpRequest, resource: str, id: Id, comment: Id, data: CommentInput) -> HttpResponse:  # noqa: A002
    """Put one's own comment in other words."""
    said = correct(actor_of(request), resource_for(resource), id, comment, data.text, data.mentions)
    return json_answer({**_comment(said.comment), "change": said.change})


@router.delete("/{resource}/{int:id}/comments/{int:comment}", tags=["comments"], response=dict[str, int])
def remove_comment(request: HttpRequest, resource: str, id: Id, comment: Id) -> HttpResponse:  # noqa: A002
    """Remove one's own comment (administrators: any); undoing the change brings it back."""
    return json_answer({"id": comment, "change": unsay(actor_of(request), resource_for(resource), id, comment)})


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "at": comment.at,
        "by": _person(comment.by) if comment.by_id else None,
        "text": comment.text,
        "mentions": comment.mentions,
        "edited_at": comment.edited_at,
    }


def _person(user: Any) -> dict[str, Any] | None:
    return {"id": user.pk, "name": str(user)} if user else None


@router.get("/{resource}/{int:id}/files", tags=["files"], response=list[dict[str, Any]])
def files(request: HttpRequest, resource: str, id: Id) -> HttpResponse:  # noqa: A002
    """The files on a record, each in its latest version."""
    return json_answer([_file(row) for row in files_of(actor_of(request), resource_for(resource), id)])


@router.post("/{resource}/{int:id}/files", tags=["files"], response={201: dict[str, Any]})
def attach_file(request: HttpRequest, resource: str, id: Id, file: File[UploadedFile]) -> HttpResponse:  # noqa: A002
    """Attach a file (needs the right to edit the record); the same name again is a new version."""
    kept = attach(actor_of(request), resource_for(resource), id, file.name or "", file)
    return json_answer({**_file(kept.attachment), "change": kept.change}, 201)


@router.get("/{resource}/{int:id}/files/{int:file}/versions", tags=["files"], response=list[dict[str, Any]])
def file_versions(request: HttpRequest, resource: str, id: Id, file: Id) -> HttpResponse:  # noqa: A002
    """All versions of a file, the latest first."""
    return json_answer([_file(row) for row in versions_of(actor_of(request), resource_for(resource), id, file)])


@router.get("/{resource}/{int:id}/files/{int:file}/content", tags=["files"], response={200: str})
def file_content(request: HttpRequest, resource: str, id: Id, file: Id) -> FileResponse:  # noqa: A002
    """The content of one version, to be saved."""
    row = file_of(actor_of(request), resource_for(resource), id, file)
    return FileResponse(content_of(row), as_attachment=True, filename=row.name, content_type=row.media_type)


@router.get("/{resource}/{int:id}/files/{int:file}/preview", tags=["files"], response={200: str})
def file_preview(request: HttpRequest, resource: str, id: Id, file: Id) -> FileResponse:  # noqa: A002
    """A small WebP picture of a picture."""
    row = file_of(actor_of(request), resource_for(resource), id, file)
    return FileResponse(preview_of(row), content_type="image/webp")


@router.delete("/{resource}/{int:id}/files/{int:file}", tags=["files"], response=dict[str, int])
def remove_file(request: HttpRequest, resource: str, id: Id, file: Id) -> HttpResponse:  # noqa: A002
    """Take a file with all of its versions off the record; undoing the change brings it back."""
    return json_answer({"id": file, "change": remove(actor_of(request), resource_for(resource), id, file)})


def _file(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "version": row.version,
        "size": row.size,
        "media_type": row.media_type,
        "preview": bool(row.preview),
        "at": row.at,
        "by": _person(row.by) if row.by_id else None,
    }


class MarkInput(Schema):
    """Is it to be starred, followed?"""

    star: bool | None = None
    follow: bool | None = None


@router.put("/{resource}/{int:id}/mark", tags=["marks"], response=dict[str, Any])
def set_marks(request: HttpRequest, resource: str, id: Id, data: MarkInput) -> HttpResponse:  # noqa: A002
    """Star or follow a record for oneself, or no longer; what is left out stays."""
    actor, target = actor_of(request), resource_for(resource)
    wanted = {kind: on for kind, on in (("star", data.star), ("follow", data.follow)) if on is not None}
    for kind, on in wanted.items():
        mark(actor, target, id, kind, on=on)
    return json_answer({"resource": target.name, "id": id, **wanted})


@router.get("/me/starred", tags=["me"], response=list[dict[str, Any]])
def my_starred(request: HttpRequest) -> HttpResponse:
    """What one stars, the latest first."""
    return json_answer([_kept(one) for one in starred(actor_of(request))])


@router.get("/me/recent", tags=["me"], response=list[dict[str, Any]])
def my_recent(request: HttpRequest) -> HttpResponse:
    """The last 20 records one looked at."""
    return json_answer([_kept(one) for one in recent(actor_of(request))])


def _kept(one: Kept) -> dict[str, Any]:
    return {"resource": one.resource.name, "id": one.id, "title": one.title, "at": one.at}
