"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shuke.engine.organisation.models.company import Language
from shuke.engine.organisation.models.role import Role
from shuke.engine.organisation.models.unit import Unit
from shuke.engine.record.fields import PhoneField
from shuke.engine.record.guarded import GuardedQuerySet
from shuke.engine.record.models import Record


class UserManager(BaseUserManager["User"].from_queryset(GuardedQuerySet)):  # type: ignore[misc]
    """The guarded manager, with what Django's sign-in asks for."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The living user with this login, whatever its case; for signing in only."""
        living = self.unscoped("signing in").alias(lower=Lower("login")).filter(deleted_at__isnull=True)
        found: User = living.get(lower=Lower(models.Value(username or "")))
        return found


class User(AbstractBaseUser, Record):
    """A person of the company with a login account (ORG-04).

    The first administrator, whom the command line makes, has no department, e-mail or gender until he fills them in.
    ``grants`` are personal permissions on top of the roles' (ORG-13), in the roles' form.
    """

    class Gender(models.TextChoices):
        """As the staff file has it."""

        FEMALE = "f", _("Female")
        MALE = "m", _("Male")
        UNSTATED = "x", _("Not stated")

    login = models.CharField(_("login"), max_length=64)
    name = models.CharField(_("full name"), max_length=64)
    email = models.EmailField(_("e-mail"), blank=True)
    gender = models.CharField(_("gender"), max_length=1, choices=Gender.choices, blank=True, default="")
    mobile = PhoneField(_("mobile"), blank=True)
    phone = PhoneField(_("telephone"), blank=True)
    title = models.CharField(_("job title"), max_length=64, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("department"), null=True, blank=True, related_name="+"
    )
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_administrator = models.BooleanField(_("system administrator"), default=False)
    roles = models.ManyToManyField(
        Role, verbose_name=_("roles"), through="organisation.Membership", related_name="+", blank=True
    )
    grants = models.JSONField(_("personal permissions"), default=dict, blank=True)
    language = models.CharField(
        _("language"), max_length=12, choices=Language.choices, default=Language.CHINESE, blank=True
    )
    preferences = models.JSONField(_("preferences"), default=dict, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    plain: ClassVar[models.Manager[Any]] = models.Manager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta(Record.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.UniqueConstraint(
                Lower("login"),
                name="user_login_once",
                condition=Q(deleted_at__isnull=True),
                violation_error_message=_("This login is taken."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's place in a role."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("role member")
        verbose_name_plural = _("role members")
        constraints = (models.UniqueConstraint(fields=("user", "role"), name="membership_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.role_id}"
