"""A list on paper: its rows in the view's columns and order, without anything to click."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shuke.engine.commands.prepare import require
from shuke.engine.organisation.models import User
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import MAX_LIMIT, Selection, page
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import read_state
from shuke.web.lists.groups import selection_of
from shuke.web.lists.page import condition_count, list_chips
from shuke.web.values.cells import NUMBERS

# More is a matter for an export.
MOST = 1_000
# What is short, and would be torn apart to give room to long names.
_WHOLE = frozenset({Kind.OPTION, Kind.CHOICE, Kind.DATE, Kind.DATETIME, Kind.PHONE, Kind.BOOLEAN})


@require_GET
def print_list(request: PageRequest, name: str) -> HttpResponse:
    """The first thousand rows of the list that the address describes, as a plain table."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    presenter = Presenter(actor, resource, [column.name for column in state.columns])
    records, more = _rows(selection_of(actor, state), presenter.columns, state.order)
    classes = [_column_class(info) for info in presenter.infos]
    context = {
        "resource": resource,
        "view": state.view,
        "chips": list_chips(actor, state),
        "conditions": condition_count(state.layout.where),
        "back": f"{reverse('web:list', args=[name])}?{state.query()}",
        "now": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        "heads": [(str(info.label), words) for info, words in zip(presenter.infos, classes, strict=True)],
        "number": f"{len(records):,}",
        "rows": [
            [(cell.text, words) for cell, words in zip(cells, classes, strict=True)]
            for cells in presenter.rows(records)
        ],
        "more": more,
        "most": MOST,
    }
    return render(request, "web/lists/print.html", context)


def _column_class(info: FieldInfo) -> str:
    if info.kind in NUMBERS:
        return "num"
    return "whole" if info.kind in _WHOLE or info.target is User else ""


def _rows(selection: Selection, columns: tuple[str, ...], order: str | None) -> tuple[list[Any], bool]:
    """Rows page by page, and whether there are more of them."""
    found: list[Any] = []
    cursor = None
    while len(found) < MOST:
        one = page(selection, columns=columns, sort=order, cursor=cursor, limit=MAX_LIMIT)
        found += one.rows
        cursor = one.next
        if cursor is None:
            return found, False
    return found, True
