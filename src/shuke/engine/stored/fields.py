"""Files in fields (kind ``files``): laid down before the record is stored, then its own; read by who sees both.

A column lists the ids of the files that a record holds, in their order. So history, undo and the recycle bin need to
know nothing of files: a list of ids that comes back brings the files back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.record.fields import FilesField
from shuke.engine.stored.models import FieldFile
from shuke.engine.stored.storing import take_in
from shuke.kernel.errors import Invalid, NotAllowed, NotFound
from shuke.resource.describe import FieldInfo, Kind, field_of, fields_of
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource

# So many files one person may have laid down without having stored a record with them.
MOST_WAITING = 200


def limits(info: FieldInfo) -> FilesField:
    """The model field, which says how many files there may be (``most``) and whether only ``pictures``."""
    assert isinstance(info.source, FilesField)
    return info.source


def lay(actor: Actor, resource: Resource, field: str, name: str, file: Any) -> FieldFile:
    """Keep an uploaded file for a field; it is the actor's alone until he stores a record with its id.

    Raises ``NotFound`` for what is no field of files or hidden, ``NotAllowed`` for who may not write it, ``Invalid``
    for what is too large, empty, a program, or no picture where there are to be pictures.
    """
    info, access = field_of(resource, field), FieldAccess(actor, resource)
    if info is None or info.kind is not Kind.FILES or not access.sees(field):
        raise NotFound(_("%(objects)s have no such field of files.") % {"objects": resource.label_plural})
    if not access.writes(field) or not any(actor.may(resource.name, action) for action in ("create", "edit")):
        raise NotAllowed(_("You may not change “%(field)s”.") % {"field": info.label})
    if FieldFile.objects.filter(by_id=actor.user_id, object_id=None).count() >= MOST_WAITING:
        raise Invalid(fields={"file": _("You have uploaded many files without saving a record. Save one first.")})
    stored = take_in(name, file, pictures=limits(info).pictures)
    return FieldFile.objects.create(
        resource=resource.name, field=field, by_id=actor.user_id, at=timezone.now(), **stored
    )


def claim(actor: Actor, resource: Resource, record: Any, changed: Collection[str]) -> None:
    """Let a stored record own the files that its changed fields list, in the running transaction.

    Raises ``Invalid`` for ids of files that are neither the record's nor laid down for this field by the actor, and for
    more of them than the field takes.
    """
    for info in fields_of(resource).values():
        if info.kind is Kind.FILES and info.name in changed:
            _claim(actor, resource, record, info)


def _claim(actor: Actor, resource: Resource, record: Any, info: FieldInfo) -> None:
    ids = getattr(record, info.column)
    if len(ids) > (most := limits(info).most):
        raise Invalid(fields={info.name: _("%(field)s: at most %(most)d.") % {"field": info.label, "most": most}})
    rows = FieldFile.objects.filter(pk__in=ids, resource=resource.name, field=info.name, gone=False)
    found = list(rows.select_for_update(of=("self",)))
    mine = [row for row in found if row.object_id == record.pk or _waits_for(actor, row)]
    if len(mine) != len(ids):
        words = _("%(field)s: upload the file for this field first; those of other records cannot be taken.")
        raise Invalid(fields={info.name: words % {"field": info.label}})
    FieldFile.objects.filter(pk__in=[row.pk for row in mine if row.object_id is None]).update(object_id=record.pk)


def _waits_for(actor: Actor, row: FieldFile) -> bool:
    return row.object_id is None and row.by_id == actor.user_id


def readable(actor: Actor, pk: int) -> FieldFile:
    """A file that the actor may download: of a field that he sees, held now by a record that he sees, or laid by him.

    Raises ``NotFound`` for every other.
    """
    row = FieldFile.objects.filter(pk=pk, gone=False).first()
    if row is None or not _may_read(actor, row):
        raise NotFound(_("This file is gone."))
    return row


def _may_read(actor: Actor, row: FieldFile) -> bool:
    resource = resource_for(row.resource)
    info = field_of(resource, row.field)
    if info is None or not FieldAccess(actor, resource).compares(info.name):
        return False
    if row.object_id is None:
        return _waits_for(actor, row)
    if not actor.may(resource.name, "view"):
        return False
    rows = resource.model.objects.visible_to(actor)  # type: ignore[attr-defined]
    return bool(rows.filter(pk=row.object_id, **{f"{info.column}__contains": [row.pk]}).exists())


def held(ids: Iterable[int]) -> dict[int, FieldFile]:
    """The files that values of fields list, by id, for who has made sure that the fields may be shown; one query."""
    wanted = set(ids)
    return FieldFile.objects.in_bulk(list(wanted)) if wanted else {}


def known(actor: Actor, info: FieldInfo, ids: Iterable[int]) -> dict[int, FieldFile]:
    """Those of the files of a field that the actor may know of: of records that he sees, and those laid by him."""
    resource = resource_of(info.source.model)
    rows = [row for row in held(ids).values() if (row.resource, row.field) == (resource.name, info.name)]
    owners = {row.object_id for row in rows if row.object_id is not None}
    seen: set[int] = set()
    if owners and actor.may(resource.name, "view"):
        records = resource.model.objects.visible_to(actor)  # type: ignore[attr-defined]
        seen = set(records.filter(pk__in=owners).values_list("pk", flat=True))
    return {row.pk: row for row in rows if row.object_id in seen or _waits_for(actor, row)}
