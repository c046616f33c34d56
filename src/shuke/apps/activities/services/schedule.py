"""Rules of the schedule: collisions, participants, completing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shuke.apps.activities.models import ScheduleEntry
from shuke.engine.access.actor import Actor
from shuke.engine.access.models import Share
from shuke.engine.audit.context import change, open_change
from shuke.engine.audit.models import Entry
from shuke.engine.automation.telling import TOLD
from shuke.engine.commands.write import apply
from shuke.engine.events.outbox import emit
from shuke.engine.record.words import clauses
from shuke.kernel.errors import Conflict, Duplicate
from shuke.resource.registry import resource_of

# What has no end is taken for that long when one looks for collisions; nothing arranged lasts longer than the other.
_SHORT, _LONGEST = datetime.timedelta(minutes=30), datetime.timedelta(days=14)
_SHOWN = 3


def completed_is_locked(actor: Actor, entry: ScheduleEntry) -> None:
    """What is completed changes no more (CAL-02)."""
    rows = ScheduleEntry.objects.unscoped("is it completed already?")
    if entry.pk and rows.filter(pk=entry.pk, state=ScheduleEntry.State.DONE).exists():
        raise _locked(entry)


def completed_stays(actor: Actor, entry: ScheduleEntry) -> None:
    """What is completed is not deleted (CAL-02)."""
    if entry.state == ScheduleEntry.State.DONE:
        raise _locked(entry)


def _locked(entry: ScheduleEntry) -> Conflict:
    return Conflict(_("“%(entry)s” is completed: it can be neither changed nor deleted.") % {"entry": entry.title})


def complete(actor: Actor, entries: Sequence[ScheduleEntry], result: str) -> None:
    """Say what came of it (CAL-03); from then on the entry is locked."""
    resource = resource_of(ScheduleEntry)
    for entry in entries:
        entry.state, entry.result, entry.completed_at = ScheduleEntry.State.DONE, result, timezone.now()
        apply(actor, resource, entry, {"state", "result", "completed_at"})


# ---- collisions -----------------------------------------------------------------------------------------------------


def collides(actor: Actor, entry: ScheduleEntry) -> None:
    """Raises ``Duplicate`` when owner or participants have something else then (CAL-09); it may be saved nevertheless.

    Of what the actor may not see he learns only that the colleague is busy (CAL-13).
    """
    people = {entry.owner_id, *entry.participants.values_list("pk", flat=True)} - {None}
    found = _at_the_same_time(entry, people)
    if not found:
        return
    visible = set(
        ScheduleEntry.objects.visible_to(actor).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)
    )
    words = clauses(_in_words(one, is_seen=one.pk in visible) for one in found[:_SHOWN])
    raise Duplicate(
        _("This collides with: %(entries)s. Save it nevertheless?") % {"entries": words},
        [(one.pk, one.title) for one in found if one.pk in visible],
    )


def _at_the_same_time(entry: ScheduleEntry, people: set[Any]) -> list[ScheduleEntry]:
    start, end = entry.starts_at, _end_of(entry)
    rows = ScheduleEntry.objects.unscoped("colleagues are busy whether one sees with what or not")
    taking_part = ScheduleEntry.participants.through.objects.filter(user__in=people).values("scheduleentry")
    near = rows.filter(
        Q(owner__in=people) | Q(pk__in=taking_part),
        state=ScheduleEntry.State.OPEN,
        deleted_at=None,
        starts_at__lt=end,
        starts_at__gt=start - _LONGEST,
    )
    found = near.exclude(pk=entry.pk).select_related("owner").order_by("starts_at")
    return [one for one in found if _end_of(one) > start]


def _end_of(entry: ScheduleEntry) -> datetime.datetime:
    return entry.ends_at or entry.starts_at + _SHORT


def _in_words(entry: ScheduleEntry, *, is_seen: bool) -> str:
    person = entry.owner.name if entry.owner else ""
    start, end = timezone.localtime(entry.starts_at), timezone.localtime(_end_of(entry))
    time = f"{date_format(start, 'm-d H:i')}–{date_format(end, 'H:i')}"
    if not is_seen:
        return _("%(person)s is busy (%(time)s)") % {"person": person, "time": time}
    return _("%(person)s: %(entry)s (%(time)s)") % {"person": person, "entry": entry.title, "time": time}


# ---- what follows ---------------------------------------------------------------------------------------------------


def _left(entry: ScheduleEntry) -> set[int]:
    """Who was taken off the entry by the change under way; others may see it because somebody shared it with them."""
    opened = open_change()
    if opened is None:
        return set()
    through = ScheduleEntry.participants.through._meta
    gone = Entry.objects.filter(change_id=opened.id, relation=through.db_table, op="D")
    rows = gone.values_list("before__scheduleentry_id", "before__user_id")
    return {user for pk, user in rows if pk == entry.pk}


def tell_participants(actor: Actor, entry: ScheduleEntry, changed: frozenset[str]) -> None:
    """Who takes part sees the entry and hears of it, also when its time or place changes (CAL-12, CAL-14).

    So does its owner, when somebody else arranges or moves it.
    """
    if not changed & {"participants", "starts_at", "ends_at", "place"}:
        return
    resource = resource_of(ScheduleEntry)
    people = set(entry.participants.values_list("pk", flat=True))
    before = set(Share.objects.filter(resource=resource.name, object_id=entry.pk).values_list("user_id", flat=True))
    left = _left(entry) - people if "participants" in changed else ()
    Share.objects.filter(resource=resource.name, object_id=entry.pk, user_id__in=left, level=Share.Level.VIEW).delete()
    for user in people - before:
        Share.objects.create(resource=resource.name, object_id=entry.pk, user_id=user, level=Share.Level.VIEW)
    told = people | {entry.owner_id} if changed & {"starts_at", "ends_at", "place"} else people - before
    told -= {actor.user_id, None}
    if told:
        start = date_format(timezone.localtime(entry.starts_at), "m-d H:i")
        text = _("Arranged for %(time)s: %(entry)s") % {"time": start, "entry": entry.title}
        with change(actor, "edit", resource.name) as opened:
            emit(opened, TOLD, resource.name, [entry.pk], {"people": sorted(told), "text": text})
