"""Who sees a record, and by which way: page after page of people, one question for each page's worth of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BooleanField, Case, Q, Value, When

from shuke.engine.access.scope import sources
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import AccessStamp, User
from shuke.resource.spec import Resource

_BATCH = 50
# Further than this one request does not look; the next page goes on from there.
_FURTHEST = 1_000


@dataclass(frozen=True)
class Seer:
    """A person who sees the record, and the ways: ``all``, ``owner``, ``unit``, ``share``, ``pool``."""

    user: User
    ways: tuple[str, ...]


@dataclass(frozen=True)
class Seers:
    """Some of those who see it; ``next`` is the id behind which the search goes on."""

    people: list[Seer]
    next: int | None


def seers(resource: Resource, pk: int, *, after: int = 0, limit: int = 25) -> Seers:
    """Those who may sign in and see the record, in the order in which their accounts were made."""
    stamp = AccessStamp.objects.filter(pk=1).values_list("value", flat=True).first() or 0
    rows = User.objects.unscoped("who sees the record").filter(is_active=True, deleted_at__isnull=True).order_by("pk")
    found: list[Seer] = []
    for _number in range(_FURTHEST // _BATCH):
        people = list(rows.filter(pk__gt=after).select_related("unit")[:_BATCH])
        for person in people:
            person.access_stamp = stamp
        for seer in _seeing(resource, pk, people):
            found.append(seer)
            if len(found) == limit:
                return Seers(found, seer.user.pk)
        if len(people) < _BATCH:
            return Seers(found, None)
        after = people[-1].pk
    return Seers(found, after)


def _seeing(resource: Resource, pk: int, people: list[User]) -> list[Seer]:
    asked: dict[str, tuple[User, str]] = {}
    questions = {}
    for person in people:
        for number, source in enumerate(sources(actor_for(person, "web"), resource)):
            key = f"of_{person.pk}_{number}"
            asked[key] = (person, source.why)
            condition = source.condition if source.condition != Q() else Q(pk=pk)
            questions[key] = Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
    objects = resource.model.objects.unscoped("who sees the record")  # type: ignore[attr-defined]
    row = (
        objects.filter(pk=pk, deleted_at__isnull=True).annotate(**questions).values(*questions).first()
        if asked
        else None
    )
    ways: dict[int, list[str]] = {}
    for key, (person, why) in asked.items():
        if row and row[key]:
            ways.setdefault(person.pk, []).append(why)
    return [Seer(person, tuple(ways[person.pk])) for person in people if person.pk in ways]
