"""From a definition to a model field and to how people work with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language

from shuke.engine.customfields.models import CustomField
from shuke.engine.options.models import option_field, tags_field
from shuke.engine.record.fields import FilesField, MoneyField, PhoneField, RichTextField
from shuke.resource.registry import resource_for
from shuke.resource.spec import Field, Search

Kind = CustomField.Kind
TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.RICH_TEXT, Kind.PHONE, Kind.EMAIL, Kind.URL})
FILES = frozenset({Kind.FILES, Kind.PICTURES})
# What one cannot usefully sort by: texts of any length, and what stands elsewhere.
_UNSORTED = FILES | {Kind.LONG_TEXT, Kind.RICH_TEXT, Kind.LINK, Kind.OPTION, Kind.OPTIONS, Kind.BOOLEAN}
_UNFILTERED = frozenset({Kind.LONG_TEXT, Kind.RICH_TEXT})


def model_field(definition: CustomField) -> models.Field[Any, Any]:
    """The model field of a definition. Empty texts are "", no choices a list, the rest that is empty is NULL."""
    field = _MAKERS[Kind(definition.holds)](definition)
    field.verbose_name = label_of(definition)
    field.help_text = definition.help
    field.blank = not definition.required or definition.kind == Kind.FORMULA
    return field


def spec_of(definition: CustomField) -> Field:
    """How lists, forms and search treat the field."""
    kind = Kind(definition.holds)
    is_formula = definition.kind == Kind.FORMULA
    return Field(
        definition.name,
        search=Search.B if definition.search and kind in TEXTS else None,
        filter=definition.filter and kind not in _UNFILTERED,
        sort=definition.sort and kind not in _UNSORTED,
        quick=definition.quick and not is_formula,
        bulk=definition.bulk and not is_formula and kind not in FILES,
        badge=kind is Kind.OPTION,
        readonly=is_formula,
        dictionary=definition.dictionary,
        wide=kind in FILES | _UNFILTERED,
        fixed=kind is Kind.OPTIONS,
        depends=definition.depends if kind is Kind.OPTION else "",
    )


def label_of(definition: CustomField) -> Any:
    """The label in the reader's language."""

    def choose() -> str:
        english = (get_language() or "").startswith("en")
        return (definition.label_en if english else "") or definition.label

    return lazy(choose, str)()


def _text(definition: CustomField) -> models.Field[Any, Any]:
    return models.CharField(max_length=255)


def _link(definition: CustomField) -> models.Field[Any, Any]:
    target = resource_for(definition.target).model
    return models.ForeignKey(target, models.PROTECT, null=True, related_name="+", db_index=False)


_MAKERS: dict[Kind, Callable[[CustomField], models.Field[Any, Any]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: lambda _: models.TextField(),
    Kind.RICH_TEXT: lambda _: RichTextField(),
    Kind.INTEGER: lambda _: models.IntegerField(null=True),
    Kind.DECIMAL: lambda one: models.DecimalField(max_digits=18, decimal_places=one.places, null=True),
    Kind.MONEY: lambda _: MoneyField(null=True),
    Kind.BOOLEAN: lambda _: models.BooleanField(default=False),
    Kind.DATE: lambda _: models.DateField(null=True),
    Kind.DATETIME: lambda _: models.DateTimeField(null=True),
    Kind.OPTION: lambda _: option_field(""),
    Kind.OPTIONS: lambda _: tags_field(""),
    Kind.LINK: _link,
    Kind.PHONE: lambda _: PhoneField(),
    Kind.EMAIL: lambda _: models.EmailField(),
    Kind.URL: lambda _: models.URLField(max_length=500),
    Kind.FILES: lambda one: FilesField(most=one.most),
    Kind.PICTURES: lambda one: FilesField(most=one.most, pictures=True),
}
