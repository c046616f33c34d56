"""What may be done to many records, by name and plain values, so that a job can be told of it as well as a command."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.many import edit_many
from shuke.engine.commands.ownership import assign, claim, release
from shuke.engine.commands.prepare import require
from shuke.engine.commands.removal import delete
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.commands.write import locked, update
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import start
from shuke.engine.options.tags import tags_meant
from shuke.kernel.errors import Invalid
from shuke.resource.describe import Kind, fields_of
from shuke.resource.spec import Resource

RUN = "bulk"
# So many are done while the person waits; more become a job.
AT_ONCE = 200
# More than this nobody means to change in one go.
MOST = 100_000


@dataclass(frozen=True)
class Work:
    """A verb – ``edit``, ``tag``, ``assign``, ``release``, ``claim``, ``delete`` or the object's own – and values.

    ``tag`` takes ``field`` and, each a list of tags' ids or names, ``add`` and ``remove``.
    """

    verb: str
    values: Mapping[str, Any] = field(default_factory=dict)


def act(actor: Actor, resource: Resource, work: Work, ids: Collection[int]) -> int:
    """Do it to all of the records or to none; returns the change's id. Raises what the command raises."""
    match work.verb:
        case "edit":
            return edit_many(actor, resource, ids, work.values)
        case "tag":
            return _tag_all(actor, resource, work.values, ids)
        case "assign":
            return assign(actor, resource, ids, int(work.values["owner"]))
        case "release":
            return release(actor, resource, ids, int(work.values["pool"]))
        case "claim":
            return claim(actor, resource, ids)
        case "delete":
            return delete(actor, resource, ids)
    return perform(actor, resource, ids, verb_of(resource, work.verb), dict(work.values))


def _tag_all(actor: Actor, resource: Resource, values: Mapping[str, Any], ids: Collection[int]) -> int:
    """Put tags on many records and take others off; each keeps the rest of what it has."""
    info = fields_of(resource).get(str(values.get("field", "")))
    if info is None or info.kind is not Kind.TAGS:
        raise Invalid(_("This field cannot be set on many records at once."))
    with change(actor, "bulk", resource.name) as opened:
        taken = set(tags_meant(info, list(values.get("remove") or []), may_make=False))
        for pk in ids:
            record = locked(actor, resource, pk, "edit")
            kept = [tag for tag in getattr(record, info.column) if tag not in taken]
            update(actor, resource, pk, {info.name: [*kept, *(values.get("add") or [])]})
    return opened.id


def order(actor: Actor, resource: Resource, work: Work, ids: Collection[int]) -> Job:
    """Have it done in the background, record by record: what is refused is told with its reason, the rest is done.

    Raises ``NotAllowed`` when the actor may not do such a thing at all, ``Invalid`` for too many records.
    """
    require(actor, resource, grant_of(resource, work))
    if len(ids) > MOST:
        raise Invalid(_("At most %(most)d records at once; please narrow your filter.") % {"most": MOST})
    arguments = {"resource": resource.name, "verb": work.verb, "values": dict(work.values), "ids": sorted(set(ids))}
    title = _("%(verb)s: %(count)d %(names)s") % {
        "verb": words_of(resource, work),
        "count": len(ids),
        "names": resource.label_plural,
    }
    return start(actor, RUN, title, arguments)


def grant_of(resource: Resource, work: Work) -> str:
    """The permission that it needs."""
    known = {"edit": "edit", "tag": "edit", "assign": "assign", "release": "edit", "claim": "edit", "delete": "delete"}
    return known.get(work.verb) or verb_of(resource, work.verb).grant


def words_of(resource: Resource, work: Work) -> str:
    """What is done, in the reader's language."""
    known = {
        "edit": _("Edit"),
        "tag": _("Tags"),
        "assign": _("Change owner"),
        "release": _("Put into a pool"),
        "claim": _("Claim"),
        "delete": _("Delete"),
    }
    return known.get(work.verb) or str(verb_of(resource, work.verb).label)
