"""Roles: named sets of rights (ORG-10)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.models import Record

# The built-in role whose members may do everything (ORG-22), and those whose members approve (ORG-12).
ADMINISTRATOR = "administrator"
ORDER_APPROVAL = "order-approval"
RECEIPT_APPROVAL = "receipt-approval"


class Role(Record):
    """A set of grants and field rules that users share.

    ``grants``: ``{"customers": {"view": "below", "edit": "own"}}`` – object, action, reach (``access.Reach``).
    ``field_rules``: ``{"customers": {"phone": "masked"}}`` – object, field, level (``access.FieldLevel``).
    ``builtin`` is the key of a role that the product relies on; it cannot be deleted (ORG-12).
    """

    name = models.CharField(_("role name"), max_length=64)
    builtin = models.CharField(
        _("built in"),
        max_length=32,
        blank=True,
        editable=False,
        choices=(
            (ADMINISTRATOR, _("system administration")),
            (ORDER_APPROVAL, _("approval of orders")),
            (RECEIPT_APPROVAL, _("approval of receipts")),
        ),
    )
    note = models.TextField(_("note"), blank=True)
    position = models.IntegerField(
        _("position"),
        default=0,
        help_text=_("Who has several roles gets the form layout of the one that stands first, the smallest."),
    )
    second_factor = models.BooleanField(
        _("demands a second factor"),
        default=False,
        help_text=_("Members set up one-time codes of their telephone before they go on working in the browser."),
    )
    grants = models.JSONField(_("permissions"), default=dict, blank=True)
    field_rules = models.JSONField(_("field rules"), default=dict, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = (
            models.UniqueConstraint(fields=("builtin",), name="role_builtin_once", condition=~models.Q(builtin="")),
        )

    def __str__(self) -> str:
        return self.name
