"""What follows from a customer's level."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.apps.sales.models import LevelPolicy
from shuke.engine.access.actor import Actor
from shuke.engine.options.catalogue import define, forget, store
from shuke.engine.options.models import Dictionary, Option
from shuke.kernel.errors import Invalid

DICTIONARY = "customer-level"
# When the working day begins: nobody is to be called in the night because that is when his record was written.
_MORNING = datetime.time(9)


def next_contact(level_id: int, happened_at: datetime.datetime) -> datetime.datetime | None:
    """When a customer who has got this level is contacted again; None for a level without a policy.

    That is the record's day and the level's reminder days (CUS-17).
    """
    rows = LevelPolicy.objects.unscoped("a policy holds for everybody")
    days = rows.filter(level_id=level_id, deleted_at=None).values_list("days", flat=True).first()
    if days is None:
        return None
    day = timezone.localtime(happened_at).date() + datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, _MORNING))


def is_key(level_id: int | None) -> bool:
    """Are customers of this level watched by managers (CON-16)?"""
    rows = LevelPolicy.objects.unscoped("a policy holds for everybody")
    return level_id is not None and rows.filter(level_id=level_id, key=True, deleted_at=None).exists()


def level_is_an_option(actor: Actor, policy: LevelPolicy) -> None:
    """The level of a new policy is the option of that name; a new one can be chosen at once (CUS-03)."""
    options = Option.plain.filter(dictionary__key=DICTIONARY, name=policy.name)
    if policy.level_id is not None and options.exclude(pk=policy.level_id).exists():
        raise Invalid(fields={"name": _("There is another level of this name.")})
    if policy.level_id is None:
        dictionary = Dictionary.plain.filter(key=DICTIONARY).first() or define(DICTIONARY, "客户等级", ())
        found = options.first()
        if found is None:
            last = Option.plain.filter(dictionary=dictionary).order_by("-position").first()
            found = Option(dictionary=dictionary, name=policy.name, position=last.position + 10 if last else 0)
            store(found)
            forget()
        policy.level = found


def name_is_the_levels(actor: Actor, policy: LevelPolicy, changed: frozenset[str]) -> None:
    """A policy under another name renames its level."""
    if "name" in changed and policy.level.name != policy.name:
        Option.plain.filter(pk=policy.level_id).update(name=policy.name)
        forget()
