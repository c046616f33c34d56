"""How records look in JSON, and what OpenAPI says of them – both from the resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.urls import reverse
from ninja import Body, Schema
from pydantic import Field, WithJsonSchema, create_model

from shuke.engine.access.actor import Actor
from shuke.engine.commands.lines import columns_of, shown
from shuke.engine.options.catalogue import option
from shuke.engine.present.cells import Cell, Presenter
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Lines, Resource

_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.INTEGER: {"type": "integer"},
    Kind.DECIMAL: {"type": "string", "format": "decimal"},
    Kind.MONEY: {"type": "string", "format": "decimal"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.DATETIME: {"type": "string", "format": "date-time"},
    Kind.EMAIL: {"type": "string", "format": "email"},
    Kind.URL: {"type": "string", "format": "uri"},
    Kind.JSON: {"type": "object"},
    Kind.LINKS: {"type": "array", "items": {"type": "integer"}},
    Kind.TAGS: {"type": "array", "items": {"type": ["string", "integer"]}},
    Kind.FILES: {"type": "array", "items": {"type": "integer"}},
}
_LINK_OUT: dict[str, Any] = {
    "type": ["object", "null"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    "required": ["id", "name"],
}

_FILES_OUT: dict[str, Any] = {
    "type": ["array", "string"],
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "media_type": {"type": "string"},
            "url": {"type": "string", "format": "uri-reference"},
        },
        "required": ["id", "name", "size", "media_type", "url"],
    },
}
_OUT = {Kind.LINK: _LINK_OUT, Kind.OPTION: _LINK_OUT, Kind.FILES: _FILES_OUT}
# The name of the address of a file's content.
CONTENT = "upload-content"


def record(presenter: Presenter, row: Any) -> dict[str, Any]:
    """A record as JSON data: id, version, and the fields that the presenter shows."""
    return records(presenter, [row])[0]


def records(presenter: Presenter, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Many records as JSON data."""
    return [
        {"id": row.pk, "version": row.version, **{cell.name: _value(cell) for cell in cells}}
        for row, cells in zip(rows, presenter.rows(rows), strict=True)
    ]


def fields_told(presenter: Presenter, row: Any) -> dict[str, Any]:
    """What a presenter shows of a row, by field name, without what is empty."""
    return {cell.name: _value(cell) for cell in presenter.row(row) if cell.text}


def _value(cell: Cell) -> Any:
    if cell.kind in (Kind.LINK, Kind.OPTION) and not cell.masked:
        return None if cell.value is None else {"id": cell.value, "name": cell.text}
    if cell.kind is Kind.TAGS and not cell.masked:
        return [found.name for pk in cell.value if (found := option(pk))]
    if cell.kind is Kind.FILES and not cell.masked:
        return [file_told(one) for one in cell.value]
    return cell.value


def file_told(told: Mapping[str, Any]) -> dict[str, Any]:
    """A file that a field holds, with the address of its content."""
    return {**told, "url": reverse(f"api:{CONTENT}", args=[told["id"]])}


def lines_of(actor: Actor, resource: Resource, pk: int) -> dict[str, Any]:
    """The lists of lines of a document, by their names."""
    found = {}
    for lines in resource.lines:
        presenter = Presenter(actor, resource_of(lines.model), columns_of(lines))
        found[lines.name] = records(presenter, shown(lines, pk, presenter.columns))
    return found


def presenter_for(actor: Actor, resource: Resource, fields: str | None) -> Presenter:
    """The presenter for ``fields=name,phone`` (all when left out). Raises ``Invalid`` for unknown or hidden ones."""
    if fields is None:
        return Presenter(actor, resource)
    wanted = [name.strip() for name in fields.split(",") if name.strip()]
    presenter = Presenter(actor, resource, [name for name in wanted if name not in ("id", "version")])
    lists = [lines.name for lines in resource.lines]
    unknown = [name for name in wanted if name not in (*presenter.columns, *lists, "id", "version")]
    if unknown:
        raise Invalid(fields={"fields": f"There is no field “{unknown[0]}”."})
    return presenter


def input_body(resource: Resource, *, partial: bool) -> Any:
    """The type of a new record's data, or – ``partial`` – of a change to one; see ``json_object``."""
    fields: dict[str, Any] = {}
    needed = []
    for name, info in fields_of(resource).items():
        if info.spec.readonly:
            continue
        must = info.required and not partial and not info.starts_filled
        needed += [name] if must else []
        fields[name] = _described(info, must)
    for lines in resource.lines:
        fields[lines.name] = _list_of(lines)
    if partial:
        fields["version"] = {"type": "integer", "description": "The version that was read; a stale one gets 409."}
    elif resource.scope.changes_hands:
        fields["owner"] = {
            "type": "integer",
            "description": "The colleague whom the record is for; oneself if left out.",
        }
    if resource.scope.waits_in_pools and not partial:
        fields["pool"] = {"type": "integer", "description": "In place of an owner: the pool where it waits for one."}
    return json_object(f"{_class_name(resource)}{'Patch' if partial else 'Input'}", fields, needed)


def _list_of(lines: Lines) -> dict[str, Any]:
    """What OpenAPI says of the lines of a document: all that it is to have, in their order."""
    target = resource_of(lines.model)
    infos = [fields_of(target)[name] for name in columns_of(lines)]
    own = {"id": {"type": "integer"}, "version": {"type": "integer"}}
    item = {"type": "object", "properties": {**own, **{info.name: _described(info, needed=False) for info in infos}}}
    return {
        "type": "array",
        "items": item,
        "title": target.label_plural,
        "description": "Every line in its order: one with an id stays, one without is new, what is left out goes.",
    }


def json_object(
    title: str, properties: dict[str, Any], required: Sequence[str] = (), *, more: bool = False, optional: bool = False
) -> Any:
    """The type of a request's body: any JSON object, with what OpenAPI says of it.

    ``more``: other properties may be there, too; ``optional``: the body may be left out, and is None then. Commands
    check the values, so that every way in gives the same answer. A schema of ninja's would not do: it drops unknown
    fields, which must be named, and nulls, which empty a field.
    """
    schema = {"type": "object", "title": title, "properties": properties, "required": list(required)}
    described = WithJsonSchema({**schema, "additionalProperties": more})
    if optional:
        return Annotated[dict[str, Any] | None, described, Body(None)]  # type: ignore[type-arg]
    return Annotated[dict[str, Any], described, Body(...)]  # type: ignore[type-arg]


def output_schema(resource: Resource) -> type[Schema]:
    """What OpenAPI says of an answer."""
    fields: dict[str, Any] = {
        "id": (int, ...),
        "version": (int, ...),
        "change": (int | None, Field(None, description="After a write: what POST /changes/{id}/undo takes.")),
    }
    for lines in resource.lines:
        fields[lines.name] = (list[Any] | None, Field(None, description="Only of one record, not in lists."))
    for name, info in fields_of(resource).items():
        shape: dict[str, Any] = _OUT.get(info.kind) or _nullable(_type(info))
        fields[name] = (Any, Field(None, json_schema_extra={**shape, "title": str(info.label)}))
    return create_model(_class_name(resource), __base__=Schema, **fields)


def list_schema(resource: Resource, item: type[Schema]) -> type[Schema]:
    """What OpenAPI says of a list."""
    return create_model(
        f"{_class_name(resource)}List",
        __base__=Schema,
        items=(list[item], ...),  # type: ignore[valid-type]
        next=(str | None, Field(None, description="The cursor of the next page.")),
        count=(Counted | None, None),
    )


class Counted(Schema):
    """How many there are; not exact means “this many and more”."""

    value: int
    exact: bool


def _described(info: FieldInfo, needed: bool) -> dict[str, Any]:
    shape = dict(_type(info))
    if info.choices:
        shape["enum"] = [value for value, _label in info.choices]
    if info.max_length and shape.get("type") == "string":
        shape["maxLength"] = info.max_length
    shape = shape if needed else _nullable(shape)
    return {**shape, "title": str(info.label)}


def _type(info: FieldInfo) -> dict[str, Any]:
    if info.kind in (Kind.LINK, Kind.OPTION):
        return {"type": "integer"}
    return _TYPES.get(info.kind, {"type": "string"})


def _nullable(shape: dict[str, Any]) -> dict[str, Any]:
    if "enum" in shape:
        shape = {**shape, "enum": [*shape["enum"], None]}
    return {**shape, "type": [shape["type"], "null"]}


def _class_name(resource: Resource) -> str:
    return resource.model.__name__
