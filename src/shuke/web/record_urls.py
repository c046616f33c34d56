"""The addresses of what hangs on a record, of who sees it and why, and of one's own tokens and notices."""

from __future__ import annotations

from django.urls import path

from shuke.web import attachments, discussion, marking, notices, sharing, telling, tokens

urlpatterns = [
    path("me/tokens", tokens.tokens, name="tokens"),
    path("me/tokens/<id:pk>/revoke", tokens.revoke_token, name="token-revoke"),
    path("notices/count", notices.bell, name="bell"),
    path("me/notices", telling.notice_settings, name="notice-settings"),
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
