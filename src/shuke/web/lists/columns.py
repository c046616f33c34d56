"""Which columns a list shows, in which order, how wide: kept in a saved view, or else with the person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.prepare import require
from shuke.engine.views.definition import Column, read_columns
from shuke.engine.views.saved import keep_columns, shelf_of
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import ListState, read_state
from shuke.web.lists.page import list_answer


@dataclass(frozen=True)
class Offered:
    """A column of the chooser; ``fixed`` ones cannot be left out."""

    name: str
    label: str
    on: bool
    width: int | None
    fixed: bool


@require_http_methods(["GET", "POST"])
def columns(request: PageRequest, name: str) -> HttpResponse:
    """The chooser; what it sends comes back as the list with these columns."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    data = request.POST if request.method == "POST" else request.GET
    state = read_state(actor, resource, QueryDict(data.get("query", "")))
    if request.method == "GET":
        context = {"resource": resource, "offered": offered(actor, state), "here": state.query()}
        return render(request, "web/lists/list_columns.html", context)
    chosen = read_chosen(request.POST)
    if not state.view.saved:
        keep_columns(actor, resource, chosen)
        own = replace(state.view.layout, columns=chosen)
        state = replace(state, view=replace(state.view, layout=own), shelf=shelf_of(actor, resource))
    return list_answer(request, actor, replace(state, layout=replace(state.layout, columns=chosen)))


def read_chosen(data: QueryDict) -> tuple[Column, ...]:
    """The ticked columns in the order in which the form has them, each with its width; none for the object's own."""
    if data.get("own") == "1":
        return ()
    names = ",".join(data.getlist("columns"))
    return read_columns(
        ",".join(
            f"{column.name}:{data.get(f'width.{column.name}') or column.width or ''}" for column in read_columns(names)
        )
    )


def offered(actor: Actor, state: ListState) -> list[Offered]:
    """Every field that the actor sees: the present columns in their order, then the others."""
    infos = {info.name: info for info in FieldAccess(actor, state.resource).visible()}
    shown = [column for column in state.columns if column.name in infos]
    names = {column.name for column in shown}
    rest = [Column(name) for name in infos if name not in names]
    return [
        Offered(
            column.name,
            str(infos[column.name].label),
            column.name in names,
            column.width,
            column.name == state.resource.title,
        )
        for column in (*shown, *rest)
    ]
