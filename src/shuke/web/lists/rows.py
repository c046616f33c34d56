"""The rows of a list's table, wherever the list stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.present.cells import Presenter
from shuke.web.values.cells import RowWriter


def write_rows(
    actor: Actor,
    presenter: Presenter,
    records: Sequence[Any],
    *,
    pick: bool = True,
    order: bool = False,
    widths: Mapping[str, int] | None = None,
) -> SafeString:
    """Table rows with boxes to tick – or handles to put them in order – and cells that can be edited in place.

    What waits in a pool that is open to the actor offers to claim it.
    """
    access = FieldAccess(actor, presenter.resource)
    may_edit = actor.may(presenter.resource.name, "edit")
    writable = frozenset(info.name for info in presenter.infos if may_edit and access.changes(info.name))
    claimable = actor.pools if may_edit and presenter.resource.scope.waits_in_pools else ()
    writer = RowWriter(presenter, pick=pick, order=order, claimable=claimable, writable=writable, widths=widths)
    return writer.rows(records)
