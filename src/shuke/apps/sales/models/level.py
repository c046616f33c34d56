"""What a customer level means: how often such a customer is contacted."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuke.engine.options.models import Option
from shuke.engine.record.models import Record


class LevelPolicy(Record):
    """The policy of one customer level (CUS-16): its reminder days.

    ``key`` customers are watched by managers (CON-16).
    """

    name = models.CharField(_("level"), max_length=64)
    level = models.ForeignKey(Option, models.PROTECT, related_name="+", db_index=False, editable=False)
    days = models.PositiveIntegerField(
        _("reminder days"),
        validators=[MinValueValidator(1), MaxValueValidator(3_650)],
        help_text=_("A contact record that gives a customer this level sets the next contact so many days later."),
    )
    key = models.BooleanField(
        _("key customers"), default=False, help_text=_("Heads of department hear of contacts with these customers.")
    )

    class Meta(Record.Meta):
        verbose_name = _("customer level policy")
        verbose_name_plural = _("customer level policies")
        constraints = (
            models.UniqueConstraint(
                fields=("level",),
                name="level_policy_once",
                condition=models.Q(deleted_at=None),
                violation_error_message=_("This level has a policy already."),
            ),
        )

    def __str__(self) -> str:
        return self.name
