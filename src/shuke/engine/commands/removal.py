"""Into the recycle bin and out of it."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.ownership import carry_again, lock_all, refuse_orphans
from shuke.engine.commands.prepare import require
from shuke.engine.commands.rules import check_rules
from shuke.engine.commands.write import integrity_error
from shuke.engine.events.outbox import emit
from shuke.kernel.errors import NotFound
from shuke.resource.registry import children_of
from shuke.resource.spec import Resource


def delete(actor: Actor, resource: Resource, ids: Collection[int]) -> int:
    """Put records, with their children, into the recycle bin. Returns the change's id.

    All or nothing. Raises ``NotAllowed``, ``NotFound``, and ``Invalid`` when a rule of the object forbids it.
    """
    require(actor, resource, "delete")
    with change(actor, "delete", resource.name) as opened:
        records = lock_all(actor, resource, ids, "delete")
        for check in resource.keep:
            for record in records:
                check(actor, record)
        _mark(actor, resource, [record.pk for record in records])
        emit(opened, "deleted", resource.name, [record.pk for record in records])
    return opened.id


def _mark(actor: Actor, resource: Resource, ids: Collection[int], at: datetime.datetime | None = None) -> None:
    """One moment for the whole family: by it ``restore`` knows which children went with their parent."""
    if not ids:
        return
    at = at or timezone.now()
    rows = resource.model.objects.unscoped("ids were locked in scope")  # type: ignore[attr-defined]
    living = rows.filter(pk__in=ids, deleted_at__isnull=True)
    living.update(deleted_at=at, deleted_by_id=actor.user_id, version=F("version") + 1)
    for child in children_of(resource):
        below = child.model.objects.unscoped("children go with their parent")  # type: ignore[attr-defined]
        found = below.filter(**{f"{child.scope.parent}__in": ids}, deleted_at__isnull=True)
        _mark(actor, child, list(found.values_list("pk", flat=True)), at)


def restore(actor: Actor, resource: Resource, ids: Collection[int]) -> int:
    """Bring records back from the recycle bin, with the children that went with them. Returns the change's id.

    All or nothing. Raises ``NotAllowed``, ``NotFound``, ``Invalid`` when something living has taken a record's place,
    ``Conflict`` when what it belongs to is still in the bin.
    """
    require(actor, resource, "delete")
    with change(actor, "restore", resource.name) as opened:
        rows = resource.model.objects.deleted_for(actor).filter(pk__in=ids)  # type: ignore[attr-defined]
        rows = rows.order_by("pk").defer("haystack", "grams", "keys")
        records = list(rows.select_for_update(of=("self",), no_key=True))
        if len(records) != len(set(ids)):
            raise NotFound(_("Some of these records are not in the recycle bin any more. Reload the list."))
        for record in records:
            check_rules(actor, resource, record, changed=())
        try:
            with transaction.atomic():
                for record in records:
                    _bring_back(resource, record)
        except IntegrityError as error:
            raise integrity_error(resource, error) from error
        back = [record.pk for record in records]
        refuse_orphans(resource, back)
        carry_again(resource, back)
        emit(opened, "restored", resource.name, back)
    return opened.id


def _bring_back(resource: Resource, record: Any) -> None:
    """The children that were deleted in the same moment come back with their parent."""
    gone = {"deleted_at": record.deleted_at}
    living = {"deleted_at": None, "deleted_by_id": None, "version": F("version") + 1}
    rows = resource.model.objects.unscoped("locked in scope")  # type: ignore[attr-defined]
    rows.filter(pk=record.pk).update(**living)
    for child in children_of(resource):
        objects = child.model.objects.unscoped("children go with their parent")  # type: ignore[attr-defined]
        for row in objects.filter(**{child.scope.parent or "": record.pk}, **gone).defer("haystack", "grams", "keys"):
            _bring_back(child, row)
