"""Putting the records below another into an order of one's own (``Related.order``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.many import update_many
from shuke.engine.commands.ownership import lock_all
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_of
from shuke.resource.spec import Related

# Between two records there is room for others, which programs may put there.
STEP = 10


def put_in_order(actor: Actor, related: Related, parent: int, ids: Sequence[int]) -> int:
    """Let the records ``ids`` below a parent follow each other as given; those between them keep their places.

    Returns the change's id. Raises ``NotFound``, ``NotAllowed``, ``Invalid`` for what does not lie below the parent.
    """
    resource, field = resource_of(related.model), related.order
    assert field
    with change(actor, "order", resource.name) as opened:
        rows = related.model._default_manager.filter(**{related.by: parent}, deleted_at__isnull=True)
        present = list(rows.order_by(field, "pk").values_list("pk", flat=True))
        if len(set(ids)) != len(ids) or not set(ids) <= set(present):
            raise Invalid(_("The list has changed meanwhile. Reload it."))
        given = iter(ids)
        order = [next(given) if pk in set(ids) else pk for pk in present]
        records = {record.pk: record for record in lock_all(actor, resource, order, "edit")}
        number(actor, related, [records[pk] for pk in order])
    return opened.id


def number(actor: Actor, related: Related, order: Sequence[Any]) -> None:
    """Give locked records their places; only those that change are written."""
    field = related.order
    assert field
    changes = []
    for place, record in enumerate(order):
        if getattr(record, field) != place * STEP:
            setattr(record, field, place * STEP)
            changes.append((record, {field}))
    update_many(actor, resource_of(related.model), changes)
