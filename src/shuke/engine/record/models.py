"""The base models: ``Record`` for every business object, ``Personal`` for those that belong to a person, ``Owned`` for
those that may wait in a pool instead."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shuke.engine.record.guarded import GuardedManager


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=label,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )


class Record(models.Model):
    """A stored business object. Only ``engine/commands`` writes it; triggers keep its history.

    ``version`` rises with every change made by a person (optimistic locking). ``deleted_at`` marks the recycle bin.
    ``haystack`` and ``grams`` are derived from the search fields (``kernel/grams``), ``keys`` from the duplicate rules,
    ``title_key`` (the title's pinyin, by which lists sort) from the title. Foreign keys to records have no reverse
    accessor, so that no path to rows goes around ``visible_to``.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    created_by = _person(_("created by"))
    updated_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)
    updated_by = _person(_("changed by"))
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True, editable=False)
    deleted_by = _person(_("deleted by"))
    haystack = models.TextField(default="", editable=False)
    grams = ArrayField(models.TextField(), default=list, editable=False)
    keys = ArrayField(models.TextField(), default=list, editable=False)
    title_key = models.CharField(max_length=80, default="", editable=False)

    objects = GuardedManager()
    plain: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "plain"
        default_manager_name = "plain"
        indexes: ClassVar = [
            models.Index(
                fields=["-updated_at", "-id"],
                name="%(class)s_updated",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["-deleted_at", "-id"],
                name="%(class)s_deleted",
                condition=Q(deleted_at__isnull=False),
            ),
            # Grams are many and are only searched: they wait, the worker puts them in (``engine/query/jobs.py``), and a
            # search looks through what waits (3 ms at most). The fuller the batch, the less each costs.
            # Keys are few and are looked up by the thousand in imports: they go in at once.
            GinIndex(fields=["grams"], name="%(class)s_grams", gin_pending_list_limit=16384),
            GinIndex(fields=["keys"], name="%(class)s_keys", fastupdate=False),
        ]


class Personal(Record):
    """A record that belongs to a person and through him to a unit.

    ``unit`` is the owner's unit, stamped when the owner is set; a child carries its parent's owner, unit and pool
    (``Scope.parent``), so that every scope has an index of its own.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    unit = models.ForeignKey(
        "organisation.Unit",
        models.PROTECT,
        verbose_name=_("department"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )

    class Meta(Record.Meta):
        abstract = True


class Owned(Personal):
    """A record that belongs to a person – or to nobody, while it waits in a pool."""

    pool = models.ForeignKey(
        "organisation.Pool",
        models.PROTECT,
        verbose_name=_("pool"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )

    class Meta(Personal.Meta):
        abstract = True


class Hanging(models.Model):
    """What hangs on record ``object_id`` of ``resource`` without being one: seen by who sees that; tracked."""

    resource = models.CharField(_("object"), max_length=64)
    object_id = models.BigIntegerField(_("record"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
