"""The list of all business objects, filled while the apps' ``resources`` packages are imported."""

from __future__ import annotations

from django.db import models

from shuke.kernel.errors import NotFound
from shuke.resource.spec import Beside, Related, Resource

_by_name: dict[str, Resource] = {}
_by_model: dict[type[models.Model], Resource] = {}
# By the model of the lines.
_documents: dict[type[models.Model], Resource] = {}


def register(resource: Resource) -> Resource:
    """Add a resource. Raises ``ValueError`` when its name or model is taken."""
    if resource.name in _by_name or resource.model in _by_model:
        raise ValueError(f"resource {resource.name} or its model {resource.model.__name__} is registered twice")
    _by_name[resource.name] = resource
    _by_model[resource.model] = resource
    _documents.update({lines.model: resource for lines in resource.lines})
    return resource


def unregister(resource: Resource) -> None:
    """Take a resource out again; for the engine's tests, which bring their own."""
    _by_name.pop(resource.name, None)
    _by_model.pop(resource.model, None)
    for lines in resource.lines:
        _documents.pop(lines.model, None)


def all_resources() -> tuple[Resource, ...]:
    """Every resource, in the order of registration."""
    return tuple(_by_name.values())


def resource_for(name: str) -> Resource:
    """The resource with this plural name. Raises ``NotFound``."""
    try:
        return _by_name[name]
    except KeyError:
        raise NotFound(f"There is no object called “{name}”.") from None


def resource_of(model: type[models.Model]) -> Resource:
    """The resource of a model. Raises ``LookupError`` when it has none."""
    return _by_model[model]


def has_resource(model: type[models.Model]) -> bool:
    """Is the model a registered business object?"""
    return model in _by_model


def parent_of(resource: Resource) -> Resource:
    """The resource that this one's rows go with. Raises ``LookupError`` when they go with none."""
    target = resource.model._meta.get_field(resource.scope.parent or "").related_model
    if not isinstance(target, type):
        raise LookupError(f"{resource.name} has no parent")
    return resource_of(target)


def children_of(resource: Resource) -> tuple[Resource, ...]:
    """The resources whose rows go with this one's (``Scope.parent``)."""
    return tuple(
        child
        for child in _by_name.values()
        if child.scope.parent and child.model._meta.get_field(child.scope.parent).related_model is resource.model
    )


def _place(resource: Resource) -> tuple[bool, int]:
    """What goes with a record first, then in the order of the menu."""
    return (not resource.scope.parent, resource.menu.position if resource.menu else 0)


def offers_at(resource: Resource) -> list[tuple[Resource, Beside]]:
    """What other objects offer to add to such records (``Beside.offer``), with the object that does."""
    return [
        (other, beside)
        for other in _by_name.values()
        for beside in other.beside
        if beside.offer and other.model._meta.get_field(beside.by).related_model is resource.model
    ]


def document_of(name: str) -> Resource | None:
    """The resource whose lines the object of that name is; None for what stands for itself."""
    resource = _by_name.get(name)
    return _documents.get(resource.model) if resource is not None else None


def independent() -> tuple[Resource, ...]:
    """Every object that is written by itself: all but the lines of documents."""
    return tuple(one for one in _by_name.values() if one.model not in _documents)


def related_of(resource: Resource) -> tuple[Related, ...]:
    """The tabs of a record's page: those it declares, then those that other objects put beside it."""
    others = [
        Related(other.model, beside.by, beside.columns)
        for other in sorted(_by_name.values(), key=_place)
        for beside in other.beside
        if any(one.name == beside.by and one.related_model is resource.model for one in other.model._meta.fields)
    ]
    return (*resource.related, *others)
