"""The list of any object: views, filters, search, order, keyset pages – all of it in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.prepare import require
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import Count, Page, Selection, count, page, select
from shuke.engine.views.shapes import TABLE
from shuke.kernel.criteria import EVERYTHING, Criteria, conditions
from shuke.kernel.digits import whole_number, whole_numbers
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.frame.addresses import page_address
from shuke.web.frame.menu import page_instead
from shuke.web.lists.actions import bulk_actions, has_pools
from shuke.web.lists.filters import ListState, chips, filterable, plain_sort, read_state, wanted_ids
from shuke.web.lists.groups import group_context
from shuke.web.lists.meant import points_at_something
from shuke.web.lists.rows import write_rows
from shuke.web.lists.shapes import shape_context, ways
from shuke.web.lists.views import tabs_context
from shuke.web.values.cells import NUMBERS
from shuke.web.values.chips import Chip
from shuke.web.values.titles import titles_of

PAGE = 50


@dataclass(frozen=True)
class Heading:
    """A column's head: its label and, where the list can be sorted by it, the query that does so."""

    label: str
    classes: str
    query: str | None
    direction: str
    name: str = ""


@dataclass(frozen=True)
class Choice:
    """One of several ways to look at the list: its title, the query that leads there, and is it the present one?"""

    title: str
    query: str
    current: bool


@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def list_page(request: PageRequest, name: str) -> HttpResponse:
    """The page, or – for htmx – the part below the tabs."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    if request.htmx.target != "list":
        context = list_context(actor, state, start=_position(request))
        return render(request, "web/lists/list.html", context | head_context(actor, state))
    return list_answer(request, actor, state)


def list_answer(request: PageRequest, actor: Actor, state: ListState) -> HttpResponse:
    """The part of the page that changes with the list's state, and its address for the browser's bar."""
    response = render(
        request, "web/lists/list_part.html", {**list_context(actor, state, start=_position(request)), "oob": True}
    )
    name = state.resource.name
    address = page_address("web:list", name) + (f"?{query}" if (query := _canonical(request, state)) else "")
    response["HX-Replace-Url" if request.htmx.trigger_name == "q" else "HX-Push-Url"] = address
    return response


def _canonical(request: PageRequest, state: ListState) -> str:
    """The address without empty parameters; it keeps the place in the list."""
    places = {name: request.GET.get(name) for name in ("start", "page", "day")}
    return state.query(cursor=state.cursor, **places)


def _position(request: PageRequest) -> int:
    start = whole_number(request.GET.get("start", ""), 11)
    return 1 if start is None else start


def list_context(actor: Actor, state: ListState, *, start: int = 1) -> dict[str, Any]:
    """Everything that changes when the list is filtered, sorted or paged."""
    resource = state.resource
    presenter = Presenter(actor, resource, [column.name for column in state.columns])
    bulk = bulk_actions(actor, resource)
    return {
        "resource": resource,
        "page_instead": page_instead(resource),
        "state": state,
        "hidden": state.hidden("q"),
        "address": page_address("web:list", resource.name),
        "here": state.query(),
        "asks_meant": bool(state.q) and points_at_something(actor, resource),
        "chips": list_chips(actor, state),
        "conditions": condition_count(state.layout.where),
        "without_conditions": state.query(where=None),
        "clear": state.query(q=None, where=None, **dict.fromkeys(state.filters)),
        "headings": headings(state, presenter.infos),
        "bulk": bulk,
        "export": state.query(),
        "may_export": actor.may(resource.name, "export"),
        "create_at": create_address(actor, state) if actor.may(resource.name, "create") else "",
        "view_asks": state.view.base != EVERYTHING,
        "is_filtered": bool(state.filters or state.q or state.layout.where != EVERYTHING),
        **tabs_context(actor, state),
        "ways": ways(actor, state),
        **_body_context(actor, state, presenter, start=start, pick=bool(bulk)),
    }


def _body_context(actor: Actor, state: ListState, presenter: Presenter, *, start: int, pick: bool) -> dict[str, Any]:
    """The rows, the groups, or what another shape than the table shows of them."""
    if state.shape.name != TABLE:
        return shape_context(actor, state, presenter)
    context = group_context(actor, state, presenter, pick=pick)
    return context | ({} if state.layout.group else _page_context(actor, state, presenter, start=start, pick=pick))


def _page_context(actor: Actor, state: ListState, presenter: Presenter, *, start: int, pick: bool) -> dict[str, Any]:
    """One page of rows, how many there are, and the way to the pages beside it."""
    selection = select(actor, state.resource, criteria=state.criteria, q=state.q)
    found = page(
        selection,
        columns=presenter.columns,
        sort=state.order,
        cursor=state.cursor,
        number=state.number,
        limit=PAGE,
    )
    if state.number and state.number > 1:
        start = (state.number - 1) * PAGE + 1
    return {
        "rows": write_rows(actor, presenter, found.rows, pick=pick, widths=state.widths),
        "count": _count(selection, found),
        "start": start if found.rows else 0,
        "end": start + len(found.rows) - 1,
        "next": state.query(cursor=found.next, start=str(start + PAGE)) if found.next else None,
        "previous": _previous(state, found, start),
    }


def head_context(actor: Actor, state: ListState) -> dict[str, Any]:
    """The parts above the list: what may be done here."""
    resource = state.resource
    return {
        "may_import": resource.importable and actor.may(resource.name, "import"),
        "may_delete": actor.may(resource.name, "delete"),
        "may_search": any(info.spec.search for info in fields_of(resource).values()),
    }


def create_address(actor: Actor, state: ListState) -> str:
    """Where a new record is made: in a list of what waits in one pool, for that pool (CUS-08)."""
    address = page_address("web:create", state.resource.name)
    pools = set(whole_numbers(state.filters.get("pool", "").split(",")))
    asked = {condition.field for condition in conditions(state.view.base)}
    if not pools and "pool" in asked and has_pools(actor, state.resource):
        pools = set(actor.pools)
    return f"{address}?pool={pools.pop()}" if len(pools) == 1 else address


def headings(state: ListState, infos: Sequence[FieldInfo]) -> list[Heading]:
    """The table's head. A second click on a column turns its order round; days start with the latest."""
    current, descending = plain_sort(state.order, state.resource.table.sort)
    found = []
    for info in infos:
        direction = ("descending" if descending else "ascending") if info.name == current else ""
        turned = {"ascending": f"-{info.name}", "descending": info.name}.get(direction) or first_order(info)
        found.append(
            Heading(
                str(info.label),
                heading_classes(info, state.widths.get(info.name)),
                state.query(sort=turned) if info.spec.sort else None,
                direction,
                info.name,
            )
        )
    return found


def heading_classes(info: FieldInfo, width: int | None) -> str:
    """Classes of a column's head: numbers stand right; a width that somebody chose has its class."""
    return " ".join([*(["num"] if info.kind in NUMBERS else []), *([f"sk-w{width}"] if width else [])])


def headings_plain(infos: Sequence[FieldInfo]) -> list[Heading]:
    """The head of a short table that is not sorted by hand."""
    return [Heading(str(info.label), "num" if info.kind in NUMBERS else "", None, "") for info in infos]


def first_order(info: FieldInfo) -> str:
    """The order of a first click: texts from A, everything that is counted or dated from the top."""
    return info.name if info.is_text or info.target else f"-{info.name}"


def sorts(actor: Actor, state: ListState) -> list[Choice]:
    """Every order the list offers; for phones, whose cards have no head, and for columns that are not shown."""
    access = FieldAccess(actor, state.resource)
    current, descending = plain_sort(state.order, state.resource.table.sort)
    found = []
    for name, info in fields_of(state.resource).items():
        if not info.spec.sort or not access.compares(name):
            continue
        for sign, arrow in (("", "↑"), ("-", "↓")):
            on = name == current and bool(sign) == descending
            found.append(Choice(f"{info.label} {arrow}", state.query(sort=f"{sign}{name}"), on))
    return found


def filter_menu(actor: Actor, state: ListState) -> list[FieldInfo]:
    """The fields that “＋ filter” offers: those not filtered by yet."""
    return [info for info in filterable(actor, state.resource) if info.name not in state.filters]


def condition_count(criteria: Criteria) -> int:
    """How many conditions there are that no chip can say."""
    return sum(1 for _condition in conditions(criteria))


def list_chips(actor: Actor, state: ListState) -> list[Chip]:
    """The filters that are on, in words."""
    infos = fields_of(state.resource)
    titles = {name: titles_of(actor, infos[name], ids) for name, ids in wanted_ids(state).items()}
    return chips(state, titles)


def _count(selection: Selection, found: Page) -> Count | None:
    """A first page that is the last one needs no query to be counted; hits of a common word are counted afterwards."""
    if found.next is None and found.previous is None:
        return Count(len(found.rows), exact=True)
    return None if selection.common else count(selection)


@require_GET
def count_part(request: PageRequest, name: str) -> HttpResponse:
    """How many records the list has, where counting takes longer than showing the page (a fragment)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    found = count(select(actor, resource, criteria=state.criteria, q=state.q))
    context = {"count": found, "start": _position(request), "end": request.GET.get("end", "")}
    return render(request, "web/lists/list_range.html", context)


def _previous(state: ListState, found: Page, start: int) -> str | None:
    if not found.previous:
        return None
    return state.query(cursor=found.previous, start=str(max(1, start - PAGE)))
