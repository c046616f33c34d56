"""Emptying the recycle bin. The history keeps what the records were; nothing else of them stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import SYSTEM, Actor
from shuke.engine.access.models import Share
from shuke.engine.audit.context import change
from shuke.engine.events.outbox import emit
from shuke.engine.files.models import Attachment
from shuke.engine.marks.models import Mark
from shuke.engine.record.models import Hanging
from shuke.engine.stored.models import FieldFile
from shuke.engine.stored.storing import drop_content
from shuke.kernel.errors import Conflict, NotAllowed, NotFound
from shuke.resource.registry import all_resources, children_of
from shuke.resource.spec import Resource

_BATCH = 200


def purge(actor: Actor, resource: Resource, ids: Collection[int]) -> int:
    """Delete records in the recycle bin for good, with what belonged to them; returns the change's id.

    All or nothing. Raises ``NotAllowed`` for all but administrators, ``NotFound`` for what is not in the bin, and
    ``Conflict`` for what something else still refers to.
    """
    if not actor.is_administrator:
        raise NotAllowed(_("Only a system administrator deletes for good."))
    with change(actor, "purge", resource.name) as opened:
        rows = resource.model.objects.deleted_for(actor).filter(pk__in=ids)  # type: ignore[attr-defined]
        found = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        if len(found) != len(set(ids)):
            raise NotFound(_("Some of these records are not in the recycle bin any more. Reload the list."))
        try:
            with transaction.atomic():
                _drop(resource, found)
        except IntegrityError:
            raise Conflict(
                _("These %(objects)s cannot be deleted for good: other records or the history still name them.")
                % {"objects": resource.label_plural}
            ) from None
        emit(opened, "purged", resource.name, found)
    return opened.id


def purge_old() -> int:
    """Let go of everything that waited longer than ``SHUKE_BIN_DAYS``; what others still refer to stays."""
    before = timezone.now() - timedelta(days=settings.SHUKE_BIN_DAYS)
    # Children first, so that none keeps its parent.
    return sum(
        _purge_old(resource, before) for resource in sorted(all_resources(), key=lambda one: not one.scope.parent)
    )


def _purge_old(resource: Resource, before: object) -> int:
    rows = resource.model.objects.deleted_for(SYSTEM).filter(deleted_at__lt=before)  # type: ignore[attr-defined]
    done, last = 0, 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        last = ids[-1]
        done += _purge_what_goes(resource, ids)
    return done


def _purge_what_goes(resource: Resource, ids: list[int]) -> int:
    """All at once; where one of them must stay, one by one."""
    try:
        purge(SYSTEM, resource, ids)
    except Conflict:
        return sum(_purge_what_goes(resource, [pk]) for pk in ids) if len(ids) > 1 else 0
    return len(ids)


def _drop(resource: Resource, ids: Collection[int]) -> None:
    for child in children_of(resource):
        below = child.model.objects.unscoped("children in the bin go with their parent")  # type: ignore[attr-defined]
        gone = below.filter(**{f"{child.scope.parent}__in": ids}, deleted_at__isnull=False)
        _drop(child, list(gone.values_list("pk", flat=True)))
    if not ids:
        return
    for stored in (Attachment, FieldFile):
        for file in stored._default_manager.filter(resource=resource.name, object_id__in=ids):
            transaction.on_commit(partial(drop_content, file))
    hanging: list[Any] = [Share, Mark, FieldFile, *(one for one in apps.get_models() if issubclass(one, Hanging))]
    for model in hanging:
        model._default_manager.filter(resource=resource.name, object_id__in=ids).delete()
    resource.model._default_manager.filter(pk__in=ids).delete()
