"""Saying something about a record, correcting it, taking it back.

Who sees a record may comment on it. Everybody corrects only what he said himself; an administrator may remove more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.sight import require_sight
from shuke.engine.comments.models import Comment
from shuke.engine.events.outbox import emit
from shuke.engine.organisation.models import User
from shuke.engine.organisation.people import with_names
from shuke.engine.record.values import UNSTORABLE
from shuke.kernel.errors import Invalid, NotAllowed, NotFound
from shuke.resource.spec import Resource

LONGEST = 10_000
MOST_MENTIONS = 50


@dataclass(frozen=True)
class Said:
    """A comment as it stands now, and the change that made it so."""

    comment: Comment
    change: int


def say(actor: Actor, resource: Resource, pk: int, text: str, mentions: Collection[int] = ()) -> Said:
    """Comment on a record. ``mentions`` are ids of people; those whose ``@name`` is in the text will be told.

    Raises ``NotFound`` when the actor does not see the record, ``Invalid`` for an empty or far too long text.
    """
    require_sight(actor, resource, pk)
    text = _checked(text)
    with change(actor, "comment", resource.name) as opened:
        called = _called(text, mentions)
        comment = Comment.objects.create(
            resource=resource.name, object_id=pk, by_id=actor.user_id, at=timezone.now(), text=text, mentions=called
        )
        told = {"comment": comment.pk, "mentions": [one["id"] for one in called]}
        emit(opened, "commented", resource.name, [pk], told)
    return Said(comment, opened.id)


def correct(
    actor: Actor, resource: Resource, pk: int, comment_id: int, text: str, mentions: Collection[int] = ()
) -> Said:
    """Put one's own comment in other words; who is newly mentioned will be told.

    Raises ``NotFound``, ``NotAllowed`` for somebody else's comment, ``Invalid``.
    """
    text = _checked(text)
    with change(actor, "correct", resource.name) as opened:
        comment = _locked(actor, resource, pk, comment_id)
        if comment.by_id != actor.user_id:
            raise NotAllowed(_("Only who wrote a comment can change it."))
        before = {one["id"] for one in comment.mentions}
        comment.mentions = _called(text, {*mentions, *before})
        comment.text, comment.edited_at = text, timezone.now()
        comment.save(update_fields=["text", "mentions", "edited_at"])
        new = [one["id"] for one in comment.mentions if one["id"] not in before]
        emit(opened, "corrected", resource.name, [pk], {"comment": comment.pk, "mentions": new})
    return Said(comment, opened.id)


def unsay(actor: Actor, resource: Resource, pk: int, comment_id: int) -> int:
    """Remove a comment: its writer may, and administrators. Returns the change's id, by which it can be brought back.

    Raises ``NotFound``, ``NotAllowed``.
    """
    with change(actor, "unsay", resource.name) as opened:
        comment = _locked(actor, resource, pk, comment_id)
        if comment.by_id != actor.user_id and not actor.is_administrator:
            raise NotAllowed(_("Only who wrote a comment can remove it."))
        comment.delete()
        emit(opened, "uncommented", resource.name, [pk], {"comment": comment_id})
    return opened.id


def comments_of(
    actor: Actor, resource: Resource, pk: int, *, limit: int = 50, before: int | None = None
) -> list[Comment]:
    """The comments on a record, newest first. Raises ``NotFound`` when the actor does not see the record."""
    require_sight(actor, resource, pk)
    return comments_on(resource, pk, limit=limit, before=before)


def comments_on(resource: Resource, pk: int, *, limit: int, before: int | None = None) -> list[Comment]:
    """The same for who has made sure already that the record is in sight."""
    found = with_names(Comment.objects.filter(resource=resource.name, object_id=pk), "by").order_by("-pk")
    return list(found.filter(pk__lt=before)[:limit] if before is not None else found[:limit])


def comment_of(actor: Actor, resource: Resource, pk: int, comment_id: int) -> Comment:
    """One comment on a record that the actor sees. Raises ``NotFound``."""
    require_sight(actor, resource, pk)
    return _found(with_names(Comment.objects.all(), "by"), resource, pk, comment_id)


def _locked(actor: Actor, resource: Resource, pk: int, comment_id: int) -> Comment:
    require_sight(actor, resource, pk)
    return _found(Comment.objects.select_for_update(), resource, pk, comment_id)


def _found(rows: Any, resource: Resource, pk: int, comment_id: int) -> Comment:
    found: Comment | None = rows.filter(pk=comment_id, resource=resource.name, object_id=pk).first()
    if found is None:
        raise NotFound(_("This comment is gone."))
    return found


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(fields={"text": _("Write something first.")})
    if UNSTORABLE.search(text):
        raise Invalid(
            fields={"text": _("“%(label)s” contains a character that cannot be stored.") % {"label": text[:20]}}
        )
    if len(text) > LONGEST:
        raise Invalid(fields={"text": _("A comment has at most %(most)d characters.") % {"most": LONGEST}})
    return text


def _called(text: str, ids: Collection[int]) -> list[dict[str, Any]]:
    """Who of these people works here and is called by name in the text."""
    if len(ids) > MOST_MENTIONS:
        raise Invalid(fields={"mentions": _("A comment calls at most %(most)d people.") % {"most": MOST_MENTIONS}})
    if not ids:
        return []
    rows = User.objects.unscoped("who is called by name").filter(pk__in=ids, is_active=True, deleted_at__isnull=True)
    found = sorted(rows.values_list("pk", "name"))
    return [{"id": pk, "name": name} for pk, name in found if f"@{name}" in text]
