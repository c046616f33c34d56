"""Saved views over the API: the same that people keep above their lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.shapes import json_object
from shuke.api.signing import actor_of
from shuke.engine.views import saved
from shuke.engine.views.definition import load
from shuke.engine.views.models import SavedView
from shuke.engine.views.saved import Audience, audience_of
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for

router = Router(tags=["views"])

_IDS = {"type": "array", "items": {"type": "integer"}}
_SHARING: dict[str, Any] = {
    "everyone": {"type": "boolean"},
    "units": {**_IDS, "description": "For these units, with all below them."},
    "roles": _IDS,
    "default_roles": {**_IDS, "description": "The list opens with it for people of these roles (administrators only)."},
}
_FIELDS: dict[str, Any] = {
    "name": {"type": "string", "maxLength": 60},
    "definition": {
        "type": "object",
        "description": "filter (criteria), sort, columns (name or name:width), group, totals, shape.",
    },
    **_SHARING,
}
_NEW = json_object(
    "NewView",
    {
        **_FIELDS,
        "resource": {"type": "string"},
        "owner": {"type": "integer", "description": "Whom it is for; administrators only."},
    },
    ("name", "resource"),
)
_CHANGE = json_object("ViewChange", _FIELDS)


class ViewOut(Schema):
    """A saved view."""

    id: int
    key: str = Field(..., description="What the list's address calls it: /customers?view=v12.")
    resource: str
    name: str
    owner: int
    everyone: bool
    units: list[int]
    roles: list[int]
    default_roles: list[int]
    definition: dict[str, Any]


class ViewQuery(Schema):
    """Of which object."""

    resource: str | None = None


@router.get("", response=list[ViewOut], operation_id="list_views")
def listing(request: HttpRequest, query: Query[ViewQuery]) -> HttpResponse:
    """The views that the caller may open."""
    resource = resource_for(query.resource) if query.resource else None
    return json_answer([_view(view) for view in saved.views_of(actor_of(request), resource)])


@router.post("", response={201: ViewOut}, operation_id="create_view")
def create(request: HttpRequest, data: _NEW) -> HttpResponse:  # type: ignore[valid-type]
    """Keep a view."""
    values = _known(data, {*_FIELDS, "resource", "owner"})
    owner = values.get("owner")
    if owner is not None and (type(owner) is not int or not 0 < owner < 2**63):
        raise Invalid(fields={"owner": _("Choose a colleague.")})
    view = saved.create_view(
        actor_of(request),
        resource_for(_text(values, "resource")),
        _text(values, "name"),
        load(_definition(values)),
        _audience(values, saved.ALONE),
        owner=owner,
    )
    return json_answer(_view(view), 201)


@router.get("/{int:id}", response=ViewOut, operation_id="read_view")
def read(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """One view."""
    return json_answer(_view(saved.view_for(actor_of(request), id)))


@router.patch("/{int:id}", response=ViewOut, operation_id="change_view")
def change(request: HttpRequest, id: Id, data: _CHANGE) -> HttpResponse:  # type: ignore[valid-type] # noqa: A002
    """Change what is given."""
    values, actor = _known(data, set(_FIELDS)), actor_of(request)
    present = audience_of(saved.view_for(actor, id))
    view = saved.change_view(
        actor,
        id,
        name=_text(values, "name") if "name" in values else None,
        definition=load(_definition(values)) if "definition" in values else None,
        audience=_audience(values, present) if set(values) & set(_SHARING) else None,
    )
    return json_answer(_view(view))


@router.delete("/{int:id}", response=ViewOut, operation_id="delete_view")
def remove(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """Take a view away; ``POST …/restore`` brings it back."""
    return json_answer(_view(saved.remove_view(actor_of(request), id)))


@router.post("/{int:id}/restore", response=ViewOut, operation_id="restore_view")
def restore(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """Bring a view back that was taken away."""
    return json_answer(_view(saved.restore_view(actor_of(request), id)))


def _view(view: SavedView) -> dict[str, Any]:
    return {
        "id": view.pk,
        "key": view.key,
        "resource": view.resource,
        "name": view.name,
        "owner": view.owner_id,
        "everyone": view.everyone,
        "units": view.units,
        "roles": view.roles,
        "default_roles": view.default_roles,
        "definition": view.definition,
    }


def _known(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    unknown = sorted(set(values) - names)
    if unknown:
        raise Invalid(fields={unknown[0]: _("A view has no such part.")})
    return values


def _text(values: dict[str, Any], name: str) -> str:
    found = values.get(name)
    if not isinstance(found, str):
        raise Invalid(fields={name: _("Enter a text.")})
    return found


def _definition(values: dict[str, Any]) -> dict[str, Any]:
    found = values.get("definition") or {}
    if not isinstance(found, dict):
        raise Invalid(fields={"definition": _("A view has no such part.")})
    return found


def _audience(values: dict[str, Any], present: Audience) -> Audience:
    """Whom the view is for: what is given, else as it is."""
    everyone = values.get("everyone", present.everyone)
    if not isinstance(everyone, bool):
        raise Invalid(fields={"everyone": _("enter yes or no.")})
    return Audience(
        everyone,
        *(_ids(values, name, getattr(present, name)) for name in ("units", "roles", "default_roles")),
    )


def _ids(values: dict[str, Any], name: str, present: tuple[int, ...]) -> tuple[int, ...]:
    found = values.get(name, present)
    if not isinstance(found, (list, tuple)) or not all(type(item) is int and 0 < item < 2**63 for item in found):
        raise Invalid(fields={name: _("Choose a colleague, a unit or a role.")})
    return tuple(found)
