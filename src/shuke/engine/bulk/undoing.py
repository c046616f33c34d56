"""Taking large changes back in the background: nobody waits minutes for a page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Change, Entry
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import start
from shuke.resource.registry import resource_for

UNDO = "undo"
# About a second's work; a job of so many records is done before its page is seen.
LARGE = 1_000


def is_large(change_id: int) -> bool:
    """Did the change touch so much that taking it back is a job?"""
    return Entry.objects.filter(change_id=change_id)[LARGE : LARGE + 1].exists()


def order_undo(actor: Actor, original: Change) -> Job:
    """Have a change that the actor knows of taken back in the background; the job asks again whether he may."""
    title = _("Taking back: %(names)s") % {"names": resource_for(original.resource).label_plural}
    return start(actor, UNDO, title, {"change": original.pk, "resource": original.resource})
