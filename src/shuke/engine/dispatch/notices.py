"""Tells people what others did that concerns them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from shuke.engine.automation.telling import TOLD
from shuke.engine.commands.sight import who_of
from shuke.engine.dispatch.models import Notice
from shuke.engine.dispatch.wishes import who_does_not_want
from shuke.engine.events.models import Event
from shuke.engine.marks.marking import followers
from shuke.kernel.errors import NotFound
from shuke.resource.registry import resource_for

# As many as the bell counts.
MOST_UNREAD = 99
# How many notices user ``u`` has not read, counted no further than that (``organisation/actors.ask_along``).
UNREAD = (
    f"SELECT count(*) FROM (SELECT FROM {Notice._meta.db_table} n WHERE n.user_id = u.id AND n.read_at IS NULL "
    f"LIMIT {MOST_UNREAD + 1}) AS waiting"
)

# What followers are told of, and under which kind of notice.
_FOLLOWED = {
    "updated": "changed",
    "assigned": "changed",
    "claimed": "changed",
    "released": "changed",
    "commented": "commented",
    "attached": "filed",
}


def tell_new_owner(events: Sequence[Event]) -> None:
    """Who is handed records hears of it once, with their number; who takes them himself does not."""
    received: dict[tuple[int, int, str], list[Event]] = defaultdict(list)
    for event in events:
        owner = event.data.get("owner")
        if event.kind == "assigned" and owner and owner != event.actor_id:
            received[(owner, event.change_id, event.resource)].append(event)
    _store(
        Notice(
            user_id=owner,
            kind="assigned",
            change_id=change_id,
            resource=resource,
            object_id=group[0].object_id if len(group) == 1 else None,
            count=len(group),
        )
        for (owner, change_id, resource), group in received.items()
    )


def tell_mentioned(events: Sequence[Event]) -> None:
    """Who is called by name in a comment hears of it, if he sees the record; of others' records nobody learns so."""
    for event in events:
        if event.kind in ("commented", "corrected"):
            people = {pk for pk in event.data.get("mentions", ()) if pk != event.actor_id}
            _tell(event, "mentioned", people)


def tell_by_rule(events: Sequence[Event]) -> None:
    """Whom a rule tells something, if he sees the record; what one change says to a person is one notice."""
    for event in events:
        if event.kind == TOLD:
            texts = [one.data["text"] for one in events if one.kind == TOLD and one.object_id == event.object_id]
            _tell(event, "told", event.data["people"], "\n".join(dict.fromkeys(texts)))


def tell_followers(events: Sequence[Event]) -> None:
    """Who follows a record hears what others do with it: one notice for each change, as long as he sees the record."""
    by_resource: dict[str, dict[int, Event]] = defaultdict(dict)
    for event in events:
        if event.kind in _FOLLOWED:
            by_resource[event.resource].setdefault(event.object_id, event)
    for name, found in by_resource.items():
        for pk, people in followers(name, found).items():
            _tell(found[pk], _FOLLOWED[found[pk].kind], people - {found[pk].actor_id or 0})


def _tell(event: Event, kind: str, people: Iterable[int], text: str = "") -> None:
    try:
        resource = resource_for(event.resource)
    except NotFound:
        return
    people = set(people)
    _store(
        Notice(
            user_id=user_id,
            kind=kind,
            change_id=event.change_id,
            resource=event.resource,
            object_id=event.object_id,
            text=text,
        )
        for user_id in (who_of(resource, event.object_id, people) if people else ())
    )


def _store(notices: Iterable[Notice]) -> None:
    """Keep what its receivers want to hear of."""
    found = list(notices)
    refused = {kind: who_does_not_want(kind, {one.user_id for one in found}) for kind in {one.kind for one in found}}
    wanted = [one for one in found if one.user_id not in refused[one.kind]]
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)
