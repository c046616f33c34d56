"""What belongs to a record by links of several: the members of a role are put in and taken out (ORG-10).

No postponed annotations here: the routes are made per object.
"""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.signing import actor_of
from shuke.engine.commands.joining import has_members, join
from shuke.resource.registry import related_of, resource_of
from shuke.resource.spec import Related, Resource

_Ids = Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=500)]


class Members(Schema):
    """Who is put in, and who is taken out."""

    add: _Ids = Field(default_factory=list)
    remove: _Ids = Field(default_factory=list)


def add_members(router: Router, resource: Resource) -> None:
    """The routes of one object: one for each list of records that point at it by a field of several links."""
    for related in related_of(resource):
        if has_members(related):
            _route(router, resource, related)


def _route(router: Router, resource: Resource, related: Related) -> None:
    key = resource_of(related.model).name

    @router.post(f"/{{int:id}}/members/{key}", operation_id=f"{resource.name}_{key}", response=dict[str, Any])
    def members(request: HttpRequest, id: Id, data: Members) -> HttpResponse:  # noqa: A002
        """Put records in and take others out, as one change."""
        change = join(actor_of(request), resource, id, related, add=data.add, remove=data.remove)
        return json_answer({"change": change})
