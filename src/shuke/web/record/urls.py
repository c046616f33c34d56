"""The addresses of one record, of its forms, and of what hangs on it."""

from __future__ import annotations

from django.urls import path

from shuke.web.record import (
    attachments,
    changes,
    discussion,
    editing,
    held_files,
    line_work,
    marking,
    members,
    moving,
    page,
    recycle,
    row_menu,
    sharing,
    suggesting,
)

urlpatterns = [
    path("changes/<id:pk>", changes.change_page, name="change"),
    path("changes/<id:pk>/undo", changes.undo_change, name="undo"),
    path("uploads/<id:pk>", held_files.download, name="held"),
    path("uploads/<id:pk>/content", held_files.content, name="held-content"),
    path("uploads/<id:pk>/preview", held_files.preview, name="held-preview"),
    path("uploads/<id:pk>/view", held_files.view, name="held-view"),
    path("uploads/<resource:name>/<slug:field>", held_files.upload, name="upload"),
    path("<resource:name>/new", editing.create_page, name="create"),
    path("<resource:name>/lines/<slug:part>", line_work.lines_part, name="lines"),
    path("<resource:name>/duplicates", editing.duplicates, name="duplicates"),
    path("<resource:name>/suggestions", suggesting.suggestions, name="suggestions"),
    path("<resource:name>/bin", recycle.bin_page, name="bin"),
    path("<resource:name>/<id:pk>", page.record_page, name="record"),
    path("<resource:name>/<id:pk>/menu", row_menu.row_menu, name="row-menu"),
    path("<resource:name>/<id:pk>/edit", editing.edit_page, name="edit"),
    path("<resource:name>/<id:pk>/order/<slug:key>", page.order_related, name="order"),
    path("<resource:name>/<id:pk>/members/<slug:key>", members.members, name="members"),
    path("<resource:name>/<id:pk>/move", moving.move, name="move"),
    path("<resource:name>/<id:pk>/field/<slug:field>", editing.field_in_place, name="field"),
    path("<resource:name>/<id:pk>/access", sharing.access_page, name="access"),
    path("<resource:name>/<id:pk>/access/share", sharing.share_record, name="share"),
    path("<resource:name>/<id:pk>/access/unshare", sharing.unshare_record, name="unshare"),
    path("<resource:name>/<id:pk>/mark/<slug:kind>", marking.set_mark, name="mark"),
    path("<resource:name>/<id:pk>/comments", discussion.write_comment, name="comments"),
    path("<resource:name>/<id:pk>/comments/<id:comment>", discussion.edit_comment, name="comment"),
    path("<resource:name>/<id:pk>/comments/<id:comment>/remove", discussion.remove_comment, name="comment-remove"),
    path("<resource:name>/<id:pk>/files", attachments.upload, name="files"),
    path("<resource:name>/<id:pk>/files/<id:file>", attachments.download, name="file"),
    path("<resource:name>/<id:pk>/files/<id:file>/content", attachments.content, name="file-content"),
    path("<resource:name>/<id:pk>/files/<id:file>/preview", attachments.preview, name="file-preview"),
    path("<resource:name>/<id:pk>/files/<id:file>/view", attachments.view_file, name="file-view"),
    path("<resource:name>/<id:pk>/files/<id:file>/remove", attachments.remove_file, name="file-remove"),
]
