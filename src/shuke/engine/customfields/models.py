"""The definition of a field that an administrator added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.models import Record
from shuke.resource.registry import all_resources, has_resource

# Names of custom fields begin with this, so that they never meet one that a later version brings.
PREFIX = "c_"


def objects() -> list[tuple[str, str]]:
    """The objects that fields can be added to."""
    return [(one.name, capfirst(one.label_plural)) for one in all_resources() if is_extensible(one.model)]


def is_extensible(model: type[models.Model]) -> bool:
    """Can fields be added to the model? To every registered record but the definitions themselves."""
    return has_resource(model) and issubclass(model, Record) and model is not CustomField


class CustomField(Record):
    """One field of one object. In the recycle bin it is retired: its values stay, nobody is offered it any more.

    ``key`` is the field's name for programs (``c_…``, the column's name as well) and never changes, nor do ``object``
    and ``kind``; ``options`` holds the choices of the kinds *option* and *options*, one a line.
    """

    class Kind(models.TextChoices):
        """What sort of value it holds."""

        TEXT = "text", _("Text, one line")
        LONG_TEXT = "long_text", _("Text, several lines")
        RICH_TEXT = "rich_text", _("Text with formatting")
        INTEGER = "integer", _("Whole number")
        DECIMAL = "decimal", _("Number with decimals")
        MONEY = "money", _("Amount of money")
        BOOLEAN = "boolean", _("Yes or no")
        DATE = "date", _("Date")
        DATETIME = "datetime", _("Date and time")
        OPTION = "option", _("Choice from a list")
        OPTIONS = "options", _("Several choices from a list")
        LINK = "link", _("Link to another record")
        PHONE = "phone", _("Telephone number")
        EMAIL = "email", _("E-mail address")
        URL = "url", _("Web address")
        FILES = "files", _("Files")
        PICTURES = "pictures", _("Pictures")
        FORMULA = "formula", _("Formula")

    class Result(models.TextChoices):
        """What a formula comes to."""

        DECIMAL = "decimal", _("Number")
        TEXT = "text", _("Text")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")

    object = models.CharField(_("object"), max_length=64, choices=objects)
    label = models.CharField(_("field name"), max_length=64)
    label_en = models.CharField(_("name in English"), max_length=64, blank=True)
    key = models.CharField(
        _("identifier"), max_length=40, blank=True, help_text=_("For programs; made from the name when left empty.")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.TEXT)
    options = models.TextField(_("choices"), blank=True, help_text=_("For choices from a list: one a line."))
    depends = models.CharField(
        _("depends on"),
        max_length=64,
        blank=True,
        help_text=_("For “choice from a list”: another such field. Write the choices as “choice there > choice here”."),
    )
    target = models.CharField(
        _("links to"), max_length=64, blank=True, choices=objects, help_text=_("For “link to another record”.")
    )
    result = models.CharField(
        _("result"), max_length=16, choices=Result.choices, default=Result.DECIMAL, help_text=_("For “formula”.")
    )
    formula = models.TextField(
        _("formula"), blank=True, help_text=_('For “formula”, e.g. IF(credit_limit > 100000, "A", "B").')
    )
    places = models.IntegerField(_("decimals"), default=2, help_text=_("0 to 6."))
    most = models.IntegerField(_("how many files"), default=10, help_text=_("1 to 50 in one record."))
    help = models.CharField(_("hint"), max_length=200, blank=True, help_text=_("Stands below the input."))
    section = models.CharField(
        _("section"), max_length=64, blank=True, help_text=_("Title of the part of the form where it stands.")
    )
    position = models.IntegerField(_("position"), default=0)
    required = models.BooleanField(_("required"), default=False)
    filter = models.BooleanField(_("can be filtered by"), default=True)
    sort = models.BooleanField(_("can be sorted by"), default=False)
    search = models.BooleanField(_("found by search"), default=False)
    bulk = models.BooleanField(_("can be set on many at once"), default=True)
    quick = models.BooleanField(_("in quick create"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = (
            models.UniqueConstraint(
                fields=("object", "key"),
                name="custom_field_once",
                condition=~Q(key=""),
                violation_error_message=_("There is, or was, a field with this key already."),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def holds(self) -> str:
        """The kind of the values in its column."""
        return self.result if self.kind == self.Kind.FORMULA else self.kind

    @property
    def name(self) -> str:
        """The field's name in filters, the API and the database."""
        return f"{PREFIX}{self.key}"

    @property
    def dictionary(self) -> str | None:
        """The key of the dictionary that holds its choices."""
        return f"{self.object}-{self.key}" if self.kind in (self.Kind.OPTION, self.Kind.OPTIONS) else None
