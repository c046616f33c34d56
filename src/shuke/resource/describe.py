"""What follows from a declaration and its model together: kinds, labels, choices of every field."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation

from shuke.resource.spec import Field, Label, Resource, Section

P = ParamSpec("P")
T = TypeVar("T")


class Kind(enum.StrEnum):
    """What sort of value a field holds; decides input, output, operators and formats everywhere."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    RICH_TEXT = "rich_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    OPTION = "option"
    LINK = "link"
    LINKS = "links"
    TAGS = "tags"
    FILES = "files"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    JSON = "json"


@dataclass(frozen=True)
class FieldInfo:
    """A declared field resolved against its model.

    ``column`` is the attribute to read (``owner_id`` for links), ``sort_column`` the one that rows are sorted by
    (titles stand in the order of their pinyin), ``nullable`` says whether SQL may hold NULL, ``required`` whether a
    person must fill it (a box that is not ticked says no), ``target`` the model a link points at.
    """

    spec: Field
    name: str
    column: str
    sort_column: str
    kind: Kind
    label: Label
    help: Label
    required: bool
    nullable: bool
    max_length: int | None
    choices: tuple[tuple[Any, Label], ...]
    target: type[models.Model] | None
    source: models.Field[Any, Any] | models.ManyToManyField[Any, Any]

    @property
    def is_text(self) -> bool:
        """Is the value a string that people type?"""
        return self.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.PHONE, Kind.EMAIL, Kind.URL)

    @property
    def narrowed(self) -> Mapping[str, Any]:
        """Which records a link takes, where it takes only some (the model's ``limit_choices_to``)."""
        return cast("Mapping[str, Any]", getattr(self.source, "get_limit_choices_to", dict)())

    @property
    def starts_filled(self) -> bool:
        """Has a new record a value in it by itself? An empty list is none."""
        return self.source.has_default() and self.source.get_default() != []


# The column of every record that holds its title's pinyin.
TITLE_KEY = "title_key"

# What every record has beside its own fields; appended to each resource that does not say them itself.
STANDARD = (
    Field("owner", filter=True, readonly=True),
    Field("unit", filter=True, readonly=True),
    Field("pool", filter=True, readonly=True),
    Field("created_at", filter=True, sort=True, readonly=True),
    Field("created_by", filter=True, readonly=True),
    Field("updated_at", filter=True, sort=True, readonly=True),
    Field("updated_by", readonly=True),
)


@dataclass(frozen=True)
class Added:
    """What was added to an object at run time: fields, and where they stand in its form."""

    fields: tuple[Field, ...] = ()
    sections: tuple[Section, ...] = ()


_added: dict[str, Added] = {}
_memories: list[Callable[[], None]] = []


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """``functools.cache`` for what follows from descriptions: forgotten when a field is added at run time."""
    kept = cache(function)
    _memories.append(kept.cache_clear)
    return cast("Callable[P, T]", kept)


def extend(added: Mapping[str, Added]) -> None:
    """Let exactly these fields be the added ones, by the object's name; their models must have them already."""
    _added.clear()
    _added.update(added)
    for forget in _memories:
        forget()


def _added_to(resource: Resource) -> Added:
    return _added.get(resource.name, Added())


def spellings(label: Label) -> set[str]:
    """A label in every language of the product, for it may be typed in any."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(str(label))
    return found


def form_of(resource: Resource) -> tuple[Section, ...]:
    """The sections of the form with the fields that were added: in a declared one of that title, or in one more."""
    more = {section.title: section.fields for section in _added_to(resource).sections}
    declared = [Section(one.title, one.fields + more.pop(one.title, ())) for one in resource.form]
    return (*declared, *(Section(title, fields) for title, fields in more.items()))


@remembered
def fields_of(resource: Resource) -> dict[str, FieldInfo]:
    """Every field of a resource by name: the declared ones in order, those added, then the standard ones it has."""
    declared = {spec.name for spec in resource.fields}
    names = {source.name for source in resource.model._meta.get_fields()}
    specs = (
        resource.fields + _added_to(resource).fields + tuple(spec for spec in STANDARD if spec.name in names - declared)
    )
    return {spec.name: _resolve(resource, spec) for spec in specs}


def field_of(resource: Resource, name: str) -> FieldInfo | None:
    """One field of a resource, or None."""
    return fields_of(resource).get(name)


@remembered
def search_fields(resource: Resource) -> tuple[FieldInfo, ...]:
    """The fields whose text leads to the record, those that name it first."""
    found = [info for info in fields_of(resource).values() if info.spec.search]
    return tuple(sorted(found, key=lambda info: info.spec.search.value if info.spec.search else ""))


@remembered
def dependents(resource: Resource) -> tuple[tuple[FieldInfo, FieldInfo], ...]:
    """The fields whose option depends on that of another, each with that other one."""
    infos = fields_of(resource)
    return tuple((info, infos[info.spec.depends]) for info in infos.values() if info.spec.depends in infos)


def _resolve(resource: Resource, spec: Field) -> FieldInfo:
    source = resource.model._meta.get_field(spec.name)
    assert isinstance(source, models.Field)
    column = source.attname if isinstance(source, models.ForeignKey) else spec.name
    kind = _kind(source, spec)
    return FieldInfo(
        spec=spec,
        name=spec.name,
        column=column,
        sort_column=TITLE_KEY if spec.name == resource.title else column,
        kind=kind,
        label=source.verbose_name,
        help=source.help_text,
        required=not source.blank and not spec.readonly and kind is not Kind.BOOLEAN,
        nullable=source.null,
        max_length=getattr(source, "max_length", None),
        choices=tuple(source.flatchoices),
        target=source.related_model if isinstance(source.related_model, type) else None,
        source=source,
    )


_KINDS: tuple[tuple[type[models.Field[Any, Any]], Kind], ...] = (
    (models.ManyToManyField, Kind.LINKS),
    (models.ForeignKey, Kind.LINK),
    (models.BooleanField, Kind.BOOLEAN),
    (models.DateTimeField, Kind.DATETIME),
    (models.DateField, Kind.DATE),
    (models.DecimalField, Kind.DECIMAL),
    (models.IntegerField, Kind.INTEGER),
    (models.JSONField, Kind.JSON),
    (models.EmailField, Kind.EMAIL),
    (models.URLField, Kind.URL),
    (models.TextField, Kind.LONG_TEXT),
    (models.CharField, Kind.TEXT),
)


def _kind(source: models.Field[Any, Any], spec: Field) -> Kind:
    if spec.dictionary:
        return Kind.TAGS if isinstance(source, ArrayField) else Kind.OPTION
    if source.choices:
        return Kind.CHOICE
    declared = getattr(source, "shuke_kind", None)
    if declared:
        return Kind(declared)
    return next(kind for base, kind in _KINDS if isinstance(source, base))
