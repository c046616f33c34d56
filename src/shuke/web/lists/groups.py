"""Lists in groups that fold open to their rows, and the totals under a list; both filled in after the page is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.present.cells import Presenter, text_of
from shuke.engine.query.grouping import (
    BUCKETS,
    EMPTY,
    HOWS,
    Group,
    Grouping,
    Total,
    addable,
    criteria_of,
    group_totals,
    groupable,
    grouping_of,
    groups,
    totals,
    totals_of,
)
from shuke.engine.query.paging import Selection, page, select
from shuke.kernel.criteria import All
from shuke.resource.describe import Kind
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import ListState, read_state
from shuke.web.lists.rows import write_rows
from shuke.web.values.titles import titles_of

# Before the words of what a menu offers below another line.
SUB = "— "
# Rows of a group that is folded open; more follow on demand.
ROWS = 20


@dataclass(frozen=True)
class Head:
    """A group's line: its words, its count as text, the query that brings its rows."""

    key: str
    title: str
    count: str
    query: str


@dataclass(frozen=True)
class Offer:
    """Something to group by or to add up: its words, the query with it, and is it on?"""

    title: str
    query: str
    current: bool


def selection_of(actor: Actor, state: ListState, *more: Any) -> Selection:
    """The rows of a list, narrowed by further criteria."""
    return select(actor, state.resource, criteria=All((state.criteria, *more)), q=state.q)


def group_context(actor: Actor, state: ListState, presenter: Presenter, *, pick: bool) -> dict[str, Any]:
    """The group lines, what may be grouped by and added up, and the totals' places."""
    resource = state.resource
    context: dict[str, Any] = {
        "may_group": bool(groupable(actor, resource)),
        "is_grouped": bool(state.layout.group),
        "totals": bool(state.layout.totals),
        "span": len(presenter.infos) + pick,
    }
    if state.layout.group:
        grouping = grouping_of(actor, resource, state.layout.group)
        found = groups(selection_of(actor, state), grouping, state.cursor)
        context |= {
            "heads": heads(actor, state, grouping, found.groups),
            "grouped_by": str(grouping.info.label),
            "next": state.query(cursor=found.next) if found.next else None,
        }
    return context


def heads(actor: Actor, state: ListState, grouping: Grouping, found: Sequence[Group]) -> list[Head]:
    """The lines of groups, named in the reader's language."""
    titles = group_titles(actor, grouping, [group.key for group in found])
    return [
        Head(
            group.key,
            titles.get(group.key, group.key),
            f"{group.count:,}{'' if group.exact else '+'}",
            state.query(group_key=group.key),
        )
        for group in found
    ]


def group_titles(actor: Actor, grouping: Grouping, keys: Sequence[str]) -> Mapping[str, str]:
    """The words of groups by their keys."""
    words = {EMPTY: _("empty"), "yes": _("yes"), "no": _("no")}
    if grouping.bucket:
        return {**{key: _span_words(key, grouping.bucket) for key in keys if key != EMPTY}, **words}
    if grouping.info.kind is Kind.BOOLEAN:
        return words
    return {**titles_of(actor, grouping.info, [key for key in keys if key != EMPTY]), **words}


def _span_words(key: str, bucket: str) -> str:
    year, month, _day = key.split("-")
    match bucket:
        case "year":
            return year
        case "quarter":
            return _("%(year)s Q%(quarter)d") % {"year": year, "quarter": (int(month) + 2) // 3}
        case "month":
            return f"{year}-{month}"
        case "week":
            return _("week of %(day)s") % {"day": key}
    return key


def grouping_offers(actor: Actor, state: ListState) -> list[Offer]:
    """The fields to group by; days in months, or as the present grouping has them."""
    present = state.layout.group.partition(":")[0]
    fields = [
        Offer(str(info.label), state.query(group=info.name), info.name == present)
        for info in groupable(actor, state.resource)
    ]
    return fields + (bucket_offers(state, grouping_of(actor, state.resource, state.layout.group)) if present else [])


def bucket_offers(state: ListState, grouping: Grouping) -> list[Offer]:
    """How long the groups of a grouping by days can be; none for other groupings."""
    return [
        Offer(f"{SUB}{_bucket_words()[one]}", state.query(group=f"{grouping.info.name}:{one}"), one == grouping.bucket)
        for one in BUCKETS
        if grouping.bucket
    ]


def _bucket_words() -> dict[str, str]:
    return {
        "day": _("by day"),
        "week": _("by week"),
        "month": _("by month"),
        "quarter": _("by quarter"),
        "year": _("by year"),
    }


def how_words() -> dict[str, str]:
    """What is made of a number column, in words."""
    return {"sum": _("sum"), "avg": _("mean"), "min": _("smallest"), "max": _("largest")}


def total_offers(actor: Actor, state: ListState) -> list[Offer]:
    """What may be added up; each query turns one on or off."""
    found = []
    for info in addable(actor, state.resource):
        for how in HOWS:
            text = f"{info.name}:{how}"
            present = state.layout.totals
            turned = [one for one in present if one != text] if text in present else [*present, text]
            query = state.query(totals=",".join(turned) or None)
            found.append(Offer(f"{info.label} · {how_words()[how]}", query, text in present))
    return found


@require_GET
def group_rows(request: PageRequest, name: str) -> HttpResponse:
    """The rows of the group ``group_key``, a page at a time (a fragment of table rows)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    grouping = grouping_of(actor, resource, state.layout.group)
    key = request.GET.get("group_key", "")
    presenter = Presenter(actor, resource, [column.name for column in state.columns])
    selection = selection_of(actor, state, criteria_of(grouping, key))
    found = page(selection, columns=presenter.columns, sort=state.order, cursor=state.cursor, limit=ROWS)
    pick = request.GET.get("pick") == "1"
    context = {
        "rows": write_rows(actor, presenter, found.rows, pick=pick, widths=state.widths),
        "more": state.query(group_key=key, cursor=found.next) if found.next else None,
        "resource": resource,
        "span": len(presenter.infos) + pick,
        "pick": pick,
    }
    return render(request, "web/lists/group_rows.html", context)


@require_GET
def totals_part(request: PageRequest, name: str) -> HttpResponse:
    """Exact counts and totals of the whole list, and of each group (a fragment; reads every selected row)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    state = read_state(actor, resource, request.GET)
    wanted = totals_of(actor, resource, state.layout.totals)
    selection = selection_of(actor, state)
    context: dict[str, Any] = {"all": _written(wanted, totals(selection, wanted)), "resource": resource}
    if state.layout.group:
        grouping = grouping_of(actor, resource, state.layout.group)
        found = group_totals(selection, grouping, wanted)
        context["groups"] = [(key, _written(wanted, values)) for key, values in found.items()]
    return render(request, "web/lists/totals.html", context)


def _written(wanted: Sequence[Total], values: Mapping[str, Any]) -> dict[str, Any]:
    """Totals in words and numbers of the reader's language."""
    return {
        "count": f"{values['count']:,}",
        "totals": [
            (str(total.info.label), how_words()[total.how], _number(total, values[total.text.replace(":", "__")]))
            for total in wanted
        ],
    }


def _number(total: Total, value: Any) -> str:
    if value is None:
        return "—"
    if total.how == "avg":
        value = round(Decimal(value), 2)
    if total.info.kind is Kind.INTEGER:
        return number_format(value, use_l10n=True, force_grouping=True)
    return text_of(total.info, Decimal(value))
