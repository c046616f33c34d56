"""How the form of an object is arranged for a role, a company, both, or for everybody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shuke.engine.organisation.models import Role, Unit
from shuke.engine.record.models import Record
from shuke.resource.registry import independent


def objects() -> list[tuple[str, str]]:
    """The objects that have a form."""
    return [(one.name, one.label_plural) for one in independent() if one.form]


class FormLayout(Record):
    """The arrangement of one object's form.

    ``sections``: ``[{"title": "…", "fields": [{"name": "phone", "wide": true, "required": true}, …]}, …]``; ``wide``
    left out means as the object has it. ``left_out``: names of fields that the form does not have. Without sections
    the object's own ones stand. Names that the object does not know (any more) do nothing.
    """

    name = models.CharField(_("layout name"), max_length=80)
    object = models.CharField(_("object"), max_length=64, choices=objects)
    role = models.ForeignKey(
        Role,
        models.PROTECT,
        verbose_name=_("role"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty: for everybody whose roles have no layout of their own."),
    )
    company = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name=_("company it is for"),
        related_name="+",
        limit_choices_to={"kind": Unit.Kind.COMPANY},
        null=True,
        blank=True,
        help_text=_("Empty: for the people of every company. Companies below one have its layout, too."),
    )
    sections = models.JSONField(_("sections"), default=list, blank=True)
    left_out = models.JSONField(_("left out"), default=list, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("form layout")
        verbose_name_plural = _("form layouts")
        constraints = (
            models.UniqueConstraint(
                fields=("object", "role", "company"),
                name="form_layout_once",
                condition=Q(deleted_at__isnull=True),
                nulls_distinct=False,
                violation_error_message=_("This object has a layout for these people already. Change that one."),
            ),
        )

    def __str__(self) -> str:
        return self.name
