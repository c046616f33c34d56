"""The rows of a list's table, wherever the list stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.present.cells import Presenter
from shuke.web.cells import RowWriter


def write_rows(
    actor: Actor,
    presenter: Presenter,
    records: Sequence[Any],
    *,
    pick: bool = True,
    order: bool = False,
    widths: Mapping[str, int] | None = None,
) -> SafeString:
    """Table rows with boxes to tick – or handles to put them in order – and cells that can be edited in place."""
    access = FieldAccess(actor, presenter.resource)
    may_edit = actor.may(presenter.resource.name, "edit")
    writable = frozenset(info.name for info in presenter.infos if may_edit and access.changes(info.name))
    return RowWriter(presenter, pick=pick, order=order, writable=writable, widths=widths).rows(records)
