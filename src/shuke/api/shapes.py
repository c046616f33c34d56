"""How records look in JSON, and what OpenAPI says of them – both from the resource."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from shuke.engine.access.actor import Actor
from shuke.engine.present.cells import Cell, Presenter
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource

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
}
_LINK_OUT: dict[str, Any] = {
    "type": ["object", "null"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    "required": ["id", "name"],
}


def record(presenter: Presenter, row: Any) -> dict[str, Any]:
    """A record as JSON data: id, version, and the fields that the presenter shows."""
    data: dict[str, Any] = {"id": row.pk, "version": row.version}
    for cell in presenter.row(row):
        data[cell.name] = _value(cell)
    return data


def _value(cell: Cell) -> Any:
    if cell.kind in (Kind.LINK, Kind.OPTION) and not cell.masked:
        return None if cell.value is None else {"id": cell.value, "name": cell.text}
    return cell.value


def presenter_for(actor: Actor, resource: Resource, fields: str | None) -> Presenter:
    """The presenter for ``fields=name,phone`` (all when left out). Raises ``Invalid`` for unknown or hidden ones."""
    if fields is None:
        return Presenter(actor, resource)
    wanted = [name.strip() for name in fields.split(",") if name.strip()]
    presenter = Presenter(actor, resource, [name for name in wanted if name not in ("id", "version")])
    unknown = [name for name in wanted if name not in (*presenter.columns, "id", "version")]
    if unknown:
        raise Invalid(fields={"fields": f"There is no field “{unknown[0]}”."})
    return presenter


def input_schema(resource: Resource, *, partial: bool) -> type[Schema]:
    """What OpenAPI says of an input. Values are checked by the commands, so that every way in gives the same answer."""
    fields: dict[str, Any] = {}
    for name, info in fields_of(resource).items():
        if info.spec.readonly:
            continue
        needed = info.required and not partial and not info.source.has_default()
        fields[name] = (Any, Field(None, json_schema_extra=_described(info, needed)))
    extra: dict[str, Any] = {
        "version": (int | None, Field(None, description="The version that was read; a stale one gets 409."))
    }
    if partial:
        fields |= extra
    return create_model(f"{_class_name(resource)}{'Patch' if partial else 'Input'}", __base__=_Open, **fields)


class _Open(Schema):
    """Unknown fields reach the commands, which name them in their answer."""

    model_config = ConfigDict(extra="allow")


def output_schema(resource: Resource) -> type[Schema]:
    """What OpenAPI says of an answer."""
    fields: dict[str, Any] = {
        "id": (int, ...),
        "version": (int, ...),
        "change": (int | None, Field(None, description="After a write: what POST /changes/{id}/undo takes.")),
    }
    for name, info in fields_of(resource).items():
        shape: dict[str, Any] = _LINK_OUT if info.kind in (Kind.LINK, Kind.OPTION) else _nullable(_type(info))
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
    return {**shape, "title": str(info.label), **({"x-required": True} if needed else {})}


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
