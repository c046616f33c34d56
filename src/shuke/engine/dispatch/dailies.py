"""Asks for what is to be written down every working day (``Daily``, CON-15): who has nothing yet is reminded in the
evening, and who is in charge of him hears whose is missing."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import SYSTEM, Actor
from shuke.engine.audit.context import change
from shuke.engine.automation.people import active, overseers
from shuke.engine.dispatch.models import Notice
from shuke.engine.dispatch.wishes import who_does_not_want
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import User
from shuke.engine.record.words import listed
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources, parent_of
from shuke.resource.spec import Resource

# The kind of such notices.
DAILY = "daily"
_SATURDAY = 5


def ask_for_dailies(now: datetime.datetime) -> int:
    """Remind on working days in the hour ``SHUKE_DAILY_HOUR``, each person once; returns how many are missing."""
    if now.weekday() >= _SATURDAY or now.hour != settings.SHUKE_DAILY_HOUR:
        return 0
    return sum(_ask(resource, now) for resource in all_resources() if resource.daily)


def asks_daily(actor: Actor, resource: Resource) -> bool:
    """Is the actor to write such a record every working day? Then he may, and owns what they belong to."""
    if not resource.daily or not actor.may(resource.name, "create"):
        return False
    return bool(_objects(parent_of(resource)).filter(owner_id=actor.user_id).exists())


def written_today(actor: Actor, resource: Resource) -> int:
    """How many of the day's records there are of the actor's own."""
    return len(_writers(resource, timezone.localtime(), [actor.user_id or 0]))


def _ask(resource: Resource, now: datetime.datetime) -> int:
    if Notice.objects.filter(kind=DAILY, resource=resource.name, at__gte=_midnight(now)).exists():
        return 0
    owners = _objects(parent_of(resource)).filter(owner__isnull=False).values_list("owner_id", flat=True).distinct()
    people = [user for user in active(owners) if actor_for(user, "job").may(resource.name, "create")]
    writers = set(_writers(resource, now, [user.pk for user in people]))
    missing = [user for user in people if user.pk not in writers]
    _store(resource, {user.pk: _own_words(resource) for user in missing})
    of_head: dict[int, list[User]] = defaultdict(list)
    for user in missing:
        for head in overseers(resource, user.pk):
            of_head[head].append(user)
    _store(resource, {head: _words_about(resource, theirs) for head, theirs in of_head.items()})
    return len(missing)


def _writers(resource: Resource, now: datetime.datetime, people: Iterable[int]) -> list[int]:
    """Who of the people wrote each of the day's records."""
    assert resource.daily is not None
    infos = fields_of(resource)
    by, on = infos[resource.daily.by].column, infos[resource.daily.on].column
    begin = _midnight(now)
    today = {f"{on}__gte": begin, f"{on}__lt": begin + datetime.timedelta(days=1)}
    return list(_objects(resource).filter(**{f"{by}__in": list(people)}, **today).values_list(by, flat=True))


def _midnight(now: datetime.datetime) -> datetime.datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _objects(resource: Resource) -> Any:
    rows = resource.model.objects.unscoped("who works with what, and did today")  # type: ignore[attr-defined]
    return rows.filter(deleted_at__isnull=True).order_by()


def _own_words(resource: Resource) -> str:
    return _("Nothing written down today yet: %(objects)s") % {"objects": resource.label_plural}


def _words_about(resource: Resource, people: Iterable[User]) -> str:
    places = {"objects": resource.label_plural, "people": listed([user.name for user in people])}
    return _("Nothing written down today (%(objects)s): %(people)s") % places


def _store(resource: Resource, texts: Mapping[int, str]) -> None:
    unwilling = who_does_not_want(DAILY, set(texts))
    with change(SYSTEM, "remind", resource.name) as opened:
        Notice.objects.bulk_create(
            Notice(user_id=user, kind=DAILY, change_id=opened.id, resource=resource.name, text=text)
            for user, text in texts.items()
            if user not in unwilling
        )
