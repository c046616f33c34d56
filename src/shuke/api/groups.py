"""Groups and totals of a list over the API: how many rows have which value, and what their numbers make.

No postponed annotations here: the routes are made per object.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import criteria_of
from shuke.api.signing import actor_of
from shuke.engine.commands.prepare import require
from shuke.engine.query.grouping import group_totals, grouping_of, totals, totals_of
from shuke.engine.query.paging import select
from shuke.resource.spec import Resource


class GroupQuery(Schema):
    """Which rows, grouped by what, with which totals."""

    by: str | None = Field(
        None, max_length=80, description="A field; days with :day, :week, :month, :quarter or :year."
    )
    totals: str = Field("", max_length=2_000, description="field:sum, :avg, :min or :max, separated by commas.")
    q: str = Field("", max_length=200)
    filter: str | None = Field(None, max_length=20_000, description="Criteria as JSON.")


class Summary(Schema):
    """A group, or everything: ``key`` is the value (``-`` for empty)."""

    key: str | None = None
    count: int
    totals: dict[str, Any]


class GroupList(Schema):
    """Everything, and each group."""

    all: Summary
    groups: list[Summary]


def add_groups(router: Router, resource: Resource) -> None:
    """The route of one object."""

    @router.get("/groups", response=GroupList, operation_id=f"group_{resource.name}")
    def grouped(request: HttpRequest, query: Query[GroupQuery]) -> HttpResponse:
        actor = actor_of(request)
        require(actor, resource, "view")
        wanted = totals_of(actor, resource, [text for text in query.totals.split(",") if text])
        grouping = grouping_of(actor, resource, query.by) if query.by else None
        selection = select(actor, resource, criteria=criteria_of(query.filter), q=query.q)
        found = group_totals(selection, grouping, wanted) if grouping else {}
        return json_answer(
            {
                "all": _summary(None, totals(selection, wanted)),
                "groups": [_summary(key, values) for key, values in found.items()],
            }
        )


def _summary(key: str | None, values: dict[str, Any]) -> dict[str, Any]:
    sums = {name.replace("__", ":"): value for name, value in values.items() if name != "count"}
    return {"key": key, "count": values["count"], "totals": sums}
