"""Import templates over the API: the same that people choose in the first step of an import."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.records import Id
from shuke.api.signing import actor_of
from shuke.engine.exchange import named
from shuke.engine.exchange.models import ImportTemplate
from shuke.resource.registry import resource_for

router = Router(tags=["imports"])

_MOST_COLUMNS = 200


class ColumnShape(Schema):
    """A column of the file; without a title it is called as its field is."""

    field: str = Field(..., max_length=64)
    title: str = Field("", max_length=200)


class TemplateChange(Schema):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=200)
    columns: list[ColumnShape] | None = Field(None, max_length=_MOST_COLUMNS)
    everyone: bool | None = Field(None, description="For all who may import the object; administrators only.")


class NewTemplate(Schema):
    """A template of one object."""

    resource: str = Field(..., max_length=64)
    name: str = Field(..., max_length=200)
    columns: list[ColumnShape] = Field(..., max_length=_MOST_COLUMNS)
    everyone: bool = Field(False, description="For all who may import the object; administrators only.")


class TemplateQuery(Schema):
    """Of which object."""

    resource: str = Field(..., max_length=64)


@router.get("", response=list[dict[str, Any]], operation_id="list_import_templates")
def listing(request: HttpRequest, query: Query[TemplateQuery]) -> HttpResponse:
    """One's own templates of an object and those for everybody."""
    return json_answer([_told(one) for one in named.templates_of(actor_of(request), resource_for(query.resource))])


@router.post("", response={201: dict[str, Any]}, operation_id="create_import_template")
def create(request: HttpRequest, data: NewTemplate) -> HttpResponse:
    """Keep a template."""
    resource = resource_for(data.resource)
    columns = _columns(data.columns)
    kept = named.create_template(actor_of(request), resource, data.name, columns, everyone=data.everyone)
    return json_answer(_told(kept.template) | {"change": kept.change}, 201)


@router.get("/{int:id}", response=dict[str, Any], operation_id="read_import_template")
def read(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """One template."""
    return json_answer(_told(named.template_for(actor_of(request), id)))


@router.patch("/{int:id}", response=dict[str, Any], operation_id="change_import_template")
def change(request: HttpRequest, id: Id, data: TemplateChange) -> HttpResponse:  # noqa: A002
    """Change what is given."""
    columns = None if data.columns is None else _columns(data.columns)
    kept = named.change_template(actor_of(request), id, name=data.name, columns=columns, everyone=data.everyone)
    return json_answer(_told(kept.template) | {"change": kept.change})


@router.delete("/{int:id}", response=dict[str, Any], operation_id="delete_import_template")
def remove(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
    """Delete a template; undoing the change brings it back."""
    return json_answer({"change": named.delete_template(actor_of(request), id)})


def _columns(shapes: list[ColumnShape]) -> list[named.Column]:
    return [named.Column(one.field, one.title) for one in shapes]


def _told(one: ImportTemplate) -> dict[str, Any]:
    return {
        "id": one.pk,
        "resource": one.resource,
        "name": one.name,
        "owner": one.owner_id,
        "everyone": one.everyone,
        "columns": [{"field": field, "title": title} for field, title in one.columns],
    }
