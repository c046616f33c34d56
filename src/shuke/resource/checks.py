"""``manage.py check`` resolves every name used in a resource, so that a typo stops the boot instead of a page."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from shuke.kernel.criteria import conditions
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import all_resources, has_resource, parent_of, related_of, resource_of
from shuke.resource.spec import Resource

_ID = "shuke.E001"


def check_resources(**_: Any) -> list[checks.CheckMessage]:
    """The system check: one message per unknown name, with the nearest known one."""
    return [
        checks.Error(message, hint=hint, obj=resource.model, id=_ID)
        for resource in all_resources()
        for message, hint in problems(resource)
    ]


def problems(resource: Resource) -> Iterator[tuple[str, str | None]]:
    """What is wrong with one resource: (message, hint)."""
    model_names = {field.name for field in resource.model._meta.get_fields()}
    unknown = [spec.name for spec in resource.fields if spec.name not in model_names]
    for name in unknown:
        yield _unknown(resource, "fields", name, model_names)
    if unknown:
        return
    known = set(fields_of(resource))
    for place, name in _named(resource):
        if name not in known:
            yield _unknown(resource, place, name, known)
    yield from _sorts(resource)
    yield from _related(resource)
    yield from _lines(resource)
    yield from _scope(resource)
    yield from _twice(resource)
    yield from _bulk(resource)
    yield from _files(resource)
    yield from _depends(resource)


def _unknown(resource: Resource, place: str, name: str, known: set[str]) -> tuple[str, str | None]:
    close = get_close_matches(name, known, n=1)
    return f"{resource.name}.{place}: there is no field “{name}”.", f"Did you mean “{close[0]}”?" if close else None


def _named(resource: Resource) -> Iterator[tuple[str, str]]:
    """Every place of a resource that names one of its fields."""
    places: dict[str, list[str]] = {
        "title": [resource.title],
        "subtitle": [resource.subtitle] if resource.subtitle else [],
        "facts": [*resource.facts],
        "table.columns": [*resource.table.columns],
        "beside": [name for tab in resource.beside for name in (tab.by, *tab.columns)],
        "duplicates": [name for match in resource.duplicates for name in match.fields],
        "told": [*resource.told],
        "hint": [*resource.hint],
        "told_by": [resource.told_by] if resource.told_by else [],
        "number": [resource.number.field] if resource.number else [],
        "daily": [resource.daily.by, resource.daily.on] if resource.daily else [],
    }
    places |= {f"form “{section.title}”": [*section.fields] for section in resource.form}
    for spec in resource.fields:
        for what, criteria in (("show", spec.show), ("need", spec.need)):
            if criteria:
                places[f"{spec.name}.{what}"] = [condition.field for condition in conditions(criteria)]
    for view in resource.table.views:
        places[f"view “{view.key}”"] = [condition.field for condition in conditions(view.criteria)]
    return ((place, name) for place, names in places.items() for name in names)


def _sorts(resource: Resource) -> Iterator[tuple[str, str | None]]:
    sorts = {"table.sort": resource.table.sort}
    sorts |= {f"view “{view.key}”": view.sort for view in resource.table.views if view.sort}
    fields = fields_of(resource)
    sortable = {name for name, info in fields.items() if info.spec.sort}
    for place, text in sorts.items():
        if text.removeprefix("-") not in sortable:
            yield _unknown(resource, f"{place} (sort)", text.removeprefix("-"), sortable)


def _related(resource: Resource) -> Iterator[tuple[str, str | None]]:
    for tab in related_of(resource):
        if not has_resource(tab.model):
            yield f"{resource.name}.related: {tab.model.__name__} is no registered object.", None
            continue
        target = resource_of(tab.model)
        known = set(fields_of(target))
        for name in (tab.by, *tab.columns, *([tab.order] if tab.order else [])):
            if name not in known:
                yield _unknown(target, f"related of {resource.name}", name, known)
        if tab.by in known and fields_of(target)[tab.by].target is not resource.model:
            yield f"{resource.name}.related: {target.name}.{tab.by} does not point at {resource.name}.", None


def _lines(resource: Resource) -> Iterator[tuple[str, str | None]]:
    for lines in resource.lines:
        for name in lines.totals:
            if name not in fields_of(resource):
                yield _unknown(resource, f"{lines.name}.totals", name, set(fields_of(resource)))
        if not has_resource(lines.model):
            yield f"{resource.name}.{lines.name}: {lines.model.__name__} is no registered object.", None
            continue
        target = resource_of(lines.model)
        known = set(fields_of(target))
        for name in (lines.by, lines.order, *lines.fields):
            if name not in known:
                yield _unknown(target, f"{lines.name} of {resource.name}", name, known)
        if target.scope.parent != lines.by:
            yield f"{target.name}.scope: lines go with their document (child_of(“{lines.by}”)).", None
    for name, info in fields_of(resource).items():
        if info.spec.formula and not (info.spec.readonly and info.nullable):
            yield f"{resource.name}.fields: “{name}” has a formula, so it is read-only and may be empty.", None


def _scope(resource: Resource) -> Iterator[tuple[str, str | None]]:
    scope = resource.scope
    for place, path in {"owner": scope.owner, "unit": scope.unit, "pool": scope.pool, "parent": scope.parent}.items():
        if path and not _resolves(resource.model, path):
            known = {field.name for field in resource.model._meta.get_fields()}
            yield _unknown(resource, f"scope.{place}", path, known)
    if scope.parent and _resolves(resource.model, scope.parent):
        above = parent_of(resource)
        if above.scope.carried != scope.carried:
            yield f"{resource.name}.scope: it carries what {above.name} have: child_of(…, of=…) says their scope.", None


def _resolves(model: type[models.Model], name: str) -> bool:
    if name in {getattr(field, "attname", None) for field in model._meta.concrete_fields}:
        return True
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _bulk(resource: Resource) -> Iterator[tuple[str, str | None]]:
    for name, info in fields_of(resource).items():
        if info.spec.bulk and info.kind in (Kind.LINKS, Kind.FILES):
            yield f"{resource.name}.fields: “{name}” holds links or files and cannot be set on many records.", None


def _files(resource: Resource) -> Iterator[tuple[str, str | None]]:
    for lines in resource.lines:
        target = resource_of(lines.model) if has_resource(lines.model) else None
        if target and any(info.kind is Kind.FILES for info in fields_of(target).values()):
            yield f"{target.name}.fields: lines of a document hold no files.", None


def _twice(resource: Resource) -> Iterator[tuple[str, str | None]]:
    names = [spec.name for spec in resource.fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{resource.name}.fields: “{name}” is declared twice.", None
    closed = {name for name, info in fields_of(resource).items() if info.spec.readonly}
    in_forms = [name for section in resource.form for name in section.fields]
    for name in sorted({name for name in in_forms if in_forms.count(name) > 1 or name in closed}):
        yield f"{resource.name}.form: “{name}” stands twice in the form or is never written by people.", None


def _depends(resource: Resource) -> Iterator[tuple[str, str | None]]:
    infos = fields_of(resource)
    for name, info in infos.items():
        above = info.spec.depends
        if not above:
            continue
        if above not in infos:
            yield _unknown(resource, f"{name}.depends", above, set(infos))
        elif above == name or {info.kind, infos[above].kind} != {Kind.OPTION}:
            yield (
                f"{resource.name}.fields: “{name}” and “{above}” both hold one option, for one depends on the other.",
                None,
            )
