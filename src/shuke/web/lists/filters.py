"""What a list's address says: ``?view=v12&level=3,5&created_at=this-month&q=华江&sort=-name&columns=name:220,level``.

Chips stand by the names of their fields (``chips.py``); ``where`` holds, as JSON, conditions that no chip can say. A
ready-made view is a base that chips narrow further. A saved view *is* chips, conditions, order, columns and so on: its
key alone stands for all of them, and ``changed`` says that the address tells them itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.query.compile import compile_criteria, fields_offered
from shuke.engine.query.grouping import grouping_of, totals_of
from shuke.engine.views.definition import Column, Definition, read_columns, write_columns
from shuke.engine.views.models import SavedView
from shuke.engine.views.saved import Shelf, shelf_of
from shuke.engine.views.shapes import AS_TABLE, TABLE, Shape, read_shape
from shuke.kernel.criteria import EVERYTHING, All, Criteria, conditions, dump, parse
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.spec import Resource, View
from shuke.web.values.chips import EMPTY, FILLED, Chip, ids_in, in_words, read_filter, split

# Parameters of a list's address that are not filters; no field may be called so.
RESERVED = frozenset(
    {
        "q",
        "sort",
        "view",
        "cursor",
        "page",
        "start",
        "end",
        "pane",
        "changed",
        "where",
        "columns",
        "group",
        "totals",
        "shape",
        "group_key",
        "pick",
        "day",
    }
)


# What an address says beside the view: where in the list one is.
_PLACES = frozenset({"q", "view", "cursor", "start", "page", "day"})


@dataclass(frozen=True)
class ListView:
    """What a list stands on: a ready-made view, which filters narrow, or a saved one, which is its whole layout."""

    key: str
    title: str
    base: Criteria
    layout: Layout
    saved: SavedView | None = None


@dataclass(frozen=True)
class Layout:
    """Everything about a list that a view can hold."""

    filters: Mapping[str, str]
    where: Criteria = EVERYTHING
    sort: str = ""
    columns: tuple[Column, ...] = ()
    group: str = ""
    totals: tuple[str, ...] = ()
    shape: str = ""

    def parameters(self) -> dict[str, str]:
        """As parameters of an address; what is empty stays out."""
        return {
            **self.filters,
            "where": _compact(self.where) if self.where != EVERYTHING else "",
            "sort": self.sort,
            "columns": write_columns(self.columns),
            "group": self.group,
            "totals": ",".join(self.totals),
            "shape": self.shape,
        }


def _compact(criteria: Criteria) -> str:
    return json.dumps(dump(criteria), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class ListState:
    """Everything that a list's address says."""

    resource: Resource
    shelf: Shelf
    view: ListView
    layout: Layout
    q: str = ""
    cursor: str | None = None
    number: int | None = None
    shape: Shape = AS_TABLE
    day: str = ""

    @property
    def filters(self) -> Mapping[str, str]:
        """The values of the chips by field."""
        return self.layout.filters

    @cached_property
    def criteria(self) -> All:
        """The view's criteria, every chip's and the further conditions, joined."""
        base = [part for part in (self.view.base, self.layout.where) if part != EVERYTHING]
        return All((*base, *self.chips))

    @property
    def chips(self) -> list[Criteria]:
        """What the chips ask for."""
        infos = fields_of(self.resource)
        return [read_filter(infos[name], value) for name, value in self.filters.items()]

    @property
    def definition(self) -> Definition:
        """The list as a view to keep."""
        layout = self.layout
        return Definition(self.criteria, layout.sort, layout.columns, layout.group, layout.totals, layout.shape)

    @property
    def order(self) -> str | None:
        """The order asked for, else the object's own."""
        return self.layout.sort or None

    @property
    def is_modified(self) -> bool:
        """Does the list differ from its view?"""
        return self.layout != self.view.layout

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown: those of the layout, else the object's own."""
        found = self.layout.columns or tuple(Column(name) for name in self.resource.table.columns)
        # Without the title nothing leads to the record.
        named = any(column.name == self.resource.title for column in found)
        return found if named else (Column(self.resource.title), *found)

    @property
    def widths(self) -> dict[str, int]:
        """The widths that somebody chose, by column."""
        return {column.name: column.width for column in self.layout.columns if column.width}

    def parameters(self, changes: Mapping[str, str | None], *, told: bool = False) -> dict[str, str]:
        """The address's parameters with some changed (None removes); ``told`` in full, for a form that adds to them."""
        view = "" if self.view.key == first_key(self.shelf, self.resource) else self.view.key
        layout = self.layout.parameters()
        given = {name: value or "" for name, value in changes.items() if name not in _PLACES}
        rest = {name: value or "" for name, value in changes.items() if name not in given}
        wanted = {**layout, **given}
        own = self.view.layout.parameters()
        if self.view.saved:
            differs = told or _filled(wanted) != _filled(own)
            wanted = {"changed": "1", **wanted} if differs else {}
        else:
            # What a ready-made view says itself need not stand in the address.
            wanted = {
                name: value for name, value in wanted.items() if name in self.filters or value != own.get(name, "")
            }
        return _filled({"view": view, "q": self.q, **wanted, **rest})

    def query(self, **changes: str | None) -> str:
        """The address's query with some parameters changed; any change leads to the first page."""
        return urlencode(self.parameters(changes), safe=",.:*!")

    def hidden(self, *left_out: str) -> list[tuple[str, str]]:
        """The state as form fields, for a form that brings the parameters ``left_out`` itself."""
        return [(name, value) for name, value in self.parameters({}, told=True).items() if name not in left_out]


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def first_key(shelf: Shelf, resource: Resource) -> str:
    """The key of the view that the plain address shows."""
    return shelf.default or next((view.key for view in resource.table.views), "")


def list_views(actor: Actor, resource: Resource, shelf: Shelf) -> list[ListView]:
    """All views of a list that a person may open: the ready-made ones first."""
    columns = read_columns(shelf.columns)
    access = FieldAccess(actor, resource)
    open_to_all = [view for view in resource.table.views if _compares(access, view)]
    ready = [ready_view(resource, view, columns) for view in open_to_all] or [ready_view(resource, None, columns)]
    return [*ready, *(saved_view(actor, resource, view, shelf.definitions[view.key]) for view in shelf.views)]


def _compares(access: FieldAccess, view: View) -> bool:
    """May the person compare by everything that a ready-made view asks for?"""
    asked = {condition.field.partition(".")[0] for condition in conditions(view.criteria)}
    return all(map(access.compares, asked | ({view.sort.removeprefix("-")} if view.sort else set())))


def ready_view(resource: Resource, view: View | None, columns: tuple[Column, ...]) -> ListView:
    """A view that the product brings; its columns are those that the person is used to."""
    layout = Layout({}, sort=(view.sort or "") if view else "", columns=columns)
    return ListView(
        view.key if view else "", str(view.title) if view else _("All"), view.criteria if view else EVERYTHING, layout
    )


def saved_view(actor: Actor, resource: Resource, view: SavedView, definition: Definition) -> ListView:
    """A view that somebody keeps."""
    infos = {info.name: info for info in filterable(actor, resource)}
    filters, rest = split(infos, definition.criteria)
    where = EVERYTHING if not rest else rest[0] if len(rest) == 1 else All(tuple(rest))
    layout = Layout(
        filters, where, definition.sort, definition.columns, definition.group, definition.totals, definition.shape
    )
    return ListView(view.key, view.name, EVERYTHING, layout, view)


def filterable(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The fields that the actor may filter this list by."""
    return fields_offered(actor, resource)


def read_state(actor: Actor, resource: Resource, params: QueryDict, shelf: Shelf | None = None) -> ListState:
    """What an address says. Raises ``Invalid`` for what the list does not offer."""
    shelf = shelf or shelf_of(actor, resource)
    views = {view.key: view for view in list_views(actor, resource, shelf)}
    view = views.get(params.get("view", "")) or views.get(first_key(shelf, resource)) or next(iter(views.values()))
    layout = _layout(actor, resource, params, view)
    return ListState(
        resource=resource,
        shelf=shelf,
        view=view,
        layout=layout,
        q=params.get("q", "").strip(),
        cursor=params.get("cursor") or None,
        number=whole_number(params.get("page", ""), 8),
        shape=read_shape(actor, resource, layout.shape),
        day=params.get("day", ""),
    )


def _layout(actor: Actor, resource: Resource, params: QueryDict, view: ListView) -> Layout:
    """The layout told by the address; where it says nothing, and does not say that it says all, the view's."""
    own = Layout({}) if view.saved and params.get("changed") == "1" else view.layout
    layout = replace(
        own,
        filters={**own.filters, **_filters(actor, resource, params)},
        where=_where(actor, resource, params.get("where", "")) if params.get("where") else own.where,
        sort=params.get("sort") or own.sort,
        columns=_columns(actor, resource, params.get("columns", "")) or own.columns,
        group=params.get("group") or own.group,
        totals=tuple(text for text in params.get("totals", "").split(",") if text) or own.totals,
        shape=own.shape if not (shape := params.get("shape", "")) else "" if shape == TABLE else shape,
    )
    if layout.group:
        grouping_of(actor, resource, layout.group)
    totals_of(actor, resource, layout.totals)
    return layout


def _filters(actor: Actor, resource: Resource, params: QueryDict) -> dict[str, str]:
    infos = {info.name: info for info in filterable(actor, resource)}
    values = {name: _joined(params.getlist(name)) for name in params if name not in RESERVED}
    filters = {name: value for name, value in values.items() if value}
    for name, value in filters.items():
        if name not in infos:
            raise Invalid(
                _("One cannot filter %(objects)s by “%(field)s”.") % {"objects": resource.label_plural, "field": name}
            )
        read_filter(infos[name], value)
    return filters


def _joined(given: Sequence[str]) -> str:
    """Ticked boxes send a parameter several times; “is empty” and “is filled” stand alone."""
    values = [value.strip() for value in given if value.strip()]
    alone = next((value for value in values if value in (EMPTY, FILLED)), None)
    return alone or ",".join(values)


def _where(actor: Actor, resource: Resource, text: str) -> Criteria:
    try:
        criteria = parse(json.loads(text))
    except (ValueError, RecursionError):
        raise Invalid(_("A filter value is not understood.")) from None
    compile_criteria(criteria, actor, resource)
    return criteria


def _columns(actor: Actor, resource: Resource, text: str) -> tuple[Column, ...]:
    """The columns that an address names; those that one may not see, or that do not exist, stay out."""
    access = FieldAccess(actor, resource)
    return tuple(column for column in read_columns(text) if access.sees(column.name))


def chips(state: ListState, titles: Mapping[str, Mapping[str, str]]) -> list[Chip]:
    """The active filters in words. ``titles`` gives the texts of ids by field and id."""
    infos = fields_of(state.resource)
    return [
        Chip(
            name,
            str(infos[name].label),
            in_words(infos[name], value, titles.get(name, {})),
            state.query(**{name: None}),
        )
        for name, value in state.filters.items()
    ]


def wanted_ids(state: ListState) -> dict[str, Sequence[str]]:
    """For each choosing filter the ids whose titles its chip needs."""
    infos = fields_of(state.resource)
    found = {name: ids_in(infos[name], value) for name, value in state.filters.items()}
    return {name: ids for name, ids in found.items() if ids}


def plain_sort(text: str | None, default: str) -> tuple[str, bool]:
    """Field name and direction (True: descending) of an order."""
    text = text or default
    return text.removeprefix("-"), text.startswith("-")
