"""What may be done to many records, by name and plain values, so that a job can be told of it as well as a command."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.bulk.doing import generic
from shuke.engine.commands.prepare import require
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import start
from shuke.engine.query.paging import Selection, get
from shuke.engine.record.values import storable
from shuke.kernel.errors import Invalid, ShukeError
from shuke.resource.spec import Resource

RUN = "bulk"
# So many are done while the person waits; more become a job.
AT_ONCE = 200
# More than this nobody means to change in one go.
MOST = 100_000


@dataclass(frozen=True)
class Work:
    """A verb – ``edit``, ``edit-loosely``, ``tag``, ``assign``, ``delete`` and so on, or the object's own – and values.

    ``edit`` takes fields, ``edit-loosely`` also empties options that do not fit them any more; ``tag`` takes ``field``
    and, each a list of tags' ids or names, ``add`` and ``remove``.
    """

    verb: str
    values: Mapping[str, Any] = field(default_factory=dict)


def act(actor: Actor, resource: Resource, work: Work, ids: Collection[int]) -> int:
    """Do it to all of the records or to none; returns the change's id. Raises what the command raises."""
    require(actor, resource, grant_of(resource, work))
    values = dict(work.values)
    known = generic(resource, work.verb)
    if known:
        return known.run(actor, resource, ids, values)
    return perform(actor, resource, ids, verb_of(resource, work.verb), values)


def attempt(actor: Actor, resource: Resource, work: Work, ids: Sequence[int]) -> dict[int, ShukeError]:
    """Do it to all at once if possible, else one by one, within the caller's change. Returns why some were refused."""
    if not (error := _error_of(actor, resource, work, ids)):
        return {}
    if len(ids) == 1:
        return {ids[0]: error}
    return {pk: error for pk in ids if (error := _error_of(actor, resource, work, [pk]))}


def _error_of(actor: Actor, resource: Resource, work: Work, ids: Sequence[int]) -> ShukeError | None:
    try:
        with transaction.atomic():
            act(actor, resource, work, ids)
    except ShukeError as error:
        return error
    return None


def do_some(actor: Actor, resource: Resource, work: Work, ids: Sequence[int]) -> tuple[int, dict[int, ShukeError]]:
    """Do what can be done as one change: its id, and why the others were refused. Raises when nothing can be done."""
    with change(actor, "bulk", resource.name) as opened:
        refused = attempt(actor, resource, work, ids)
        if len(refused) == len(ids):
            raise next(iter(refused.values()))
    return opened.id, refused


def told(actor: Actor, resource: Resource, refused: Mapping[int, ShukeError]) -> list[tuple[int, str, str]]:
    """Id, title – if the person may see the record – and reason of each that was refused."""
    found = []
    for pk, error in refused.items():
        row = get(actor, resource, pk, columns=(resource.title,)) if actor.may(resource.name, "view") else None
        title = str(getattr(row, resource.title)) if row else f"#{pk}"
        found.append((pk, title, storable(str(error)) or error.code))
    return found


def ids_of(selection: Selection) -> list[int]:
    """The ids of everything that a list shows, oldest first. Raises ``Invalid`` when they are too many."""
    ids = list(selection.all().order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    _not_too_many(ids)
    return ids


def _not_too_many(ids: Collection[int]) -> None:
    if len(ids) > MOST:
        raise Invalid(_("At most %(most)d records at once; please narrow your filter.") % {"most": MOST})


def order(actor: Actor, resource: Resource, work: Work, ids: Collection[int]) -> Job:
    """Have it done in the background, record by record: what is refused is told with its reason, the rest is done.

    Raises ``NotAllowed`` when the actor may not do such a thing at all, ``Invalid`` for too many records and for values
    that none of them could take.
    """
    require(actor, resource, grant_of(resource, work))
    if known := generic(resource, work.verb):
        known.check(actor, resource, work.values)
    _not_too_many(ids)
    arguments = {"resource": resource.name, "verb": work.verb, "values": dict(work.values), "ids": sorted(set(ids))}
    title = _("%(verb)s: %(count)d %(names)s") % {
        "verb": words_of(resource, work),
        "count": len(ids),
        "names": resource.label_plural,
    }
    return start(actor, RUN, title, arguments)


def grant_of(resource: Resource, work: Work) -> str:
    """The permission that it needs. Raises ``NotFound`` for a verb that the object does not know."""
    known = generic(resource, work.verb)
    return known.grant if known else verb_of(resource, work.verb).grant


def words_of(resource: Resource, work: Work) -> str:
    """What is done, in the reader's language."""
    known = generic(resource, work.verb)
    return str(known.label if known else verb_of(resource, work.verb).label)
