"""Opening records to people, units and roles, and closing them again (CUS-20)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.models import Share
from shuke.engine.audit.context import change
from shuke.engine.commands.ownership import lock_all
from shuke.engine.commands.prepare import require
from shuke.engine.events.outbox import emit
from shuke.engine.organisation.models import Role, Unit, User
from shuke.kernel.errors import Invalid
from shuke.resource.spec import Resource

_GRANTEES = {"user": User, "unit": Unit, "role": Role}


def share(
    actor: Actor, resource: Resource, ids: Collection[int], *, kind: str, grantee: int, level: str = Share.Level.VIEW
) -> int:
    """Open records to a ``user``, a ``unit`` (with all below it) or a ``role``. Returns the change's id.

    An existing share gets the new level. Nobody lets others – or himself – work with what he may only look at.
    Raises ``NotAllowed``, ``NotFound``, ``Invalid`` for an unknown grantee.
    """
    require(actor, resource, "share")
    _require_grantee(resource, kind, grantee)
    if level not in Share.Level.values:
        raise Invalid(fields={"level": _("Choose whether to look or to work with it.")})
    with change(actor, "share", resource.name) as opened:
        if level == Share.Level.EDIT:
            lock_all(actor, resource, ids, "edit")
        for record in lock_all(actor, resource, ids, "share"):
            place: dict[str, Any] = {"resource": resource.name, "object_id": record.pk, f"{kind}_id": grantee}
            Share.objects.update_or_create(**place, defaults={"level": level})
        emit(opened, "shared", resource.name, sorted(set(ids)), {kind: grantee, "level": level})
    return opened.id


def unshare(actor: Actor, resource: Resource, ids: Collection[int], *, kind: str, grantee: int) -> int:
    """Take shares back. Returns the change's id."""
    require(actor, resource, "share")
    _require_grantee(resource, kind, grantee)
    with change(actor, "unshare", resource.name) as opened:
        lock_all(actor, resource, ids, "share")
        Share.objects.filter(resource=resource.name, object_id__in=ids, **{f"{kind}_id": grantee}).delete()
        emit(opened, "unshared", resource.name, sorted(set(ids)), {kind: grantee})
    return opened.id


def _require_grantee(resource: Resource, kind: str, grantee: int) -> None:
    if not resource.scope.shareable:
        raise Invalid(_("%(objects)s cannot be shared.") % {"objects": resource.label_plural})
    model = _GRANTEES.get(kind)
    rows = model.objects.unscoped("who may be shared with") if model else None
    if rows is None or not rows.filter(pk=grantee, deleted_at__isnull=True).exists():
        raise Invalid(fields={kind: _("Choose a colleague, a unit or a role.")})
