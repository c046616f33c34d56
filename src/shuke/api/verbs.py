"""Verbs on one record and on many: the generic ones every object has, then the object's own.

No postponed annotations here: the schemas in them are made per object.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from shuke.api import shapes
from shuke.api.answers import json_answer
from shuke.api.records import Id, criteria_of, is_id
from shuke.api.signing import actor_of
from shuke.api.transfer import job_shape
from shuke.engine.access.actor import Actor
from shuke.engine.bulk.acting import AT_ONCE, MOST, Work, act, do_some, ids_of, order, told
from shuke.engine.commands.prepare import require
from shuke.engine.query.paging import get, select
from shuke.kernel.errors import Invalid
from shuke.resource.spec import Resource

_BULK = shapes.json_object(
    "Bulk",
    {
        "ids": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": MOST},
        "filter": {"description": "In place of ids: criteria of the records, as in lists."},
        "q": {"type": "string", "maxLength": 200, "description": "In place of ids, or with a filter: a search text."},
    },
    more=True,
)
# Most verbs ask for nothing: their body may be left out.
_PARAMETERS = shapes.json_object("Parameters", {}, more=True, optional=True)


def add_verbs(router: Router, resource: Resource) -> None:
    """The routes by which one object's verbs are done."""

    @router.post(
        "/bulk/{verb}",
        operation_id=f"bulk_{resource.name}",
        response={200: dict[str, Any], 202: dict[str, Any]},
        description=f"At most {AT_ONCE} records are done at once; for more the answer is a job (202).",
    )
    def many(request: HttpRequest, verb: str, data: _BULK) -> HttpResponse:  # type: ignore[valid-type]
        actor = actor_of(request)
        _offered_for_many(resource, verb)
        ids = _chosen(actor, resource, data)
        work = Work(verb, data)
        if len(ids) > AT_ONCE:
            return json_answer(job_shape(order(actor, resource, work, ids)), 202)
        changed, refused = do_some(actor, resource, work, ids)
        reasons = [{"id": pk, "title": title, "reason": text} for pk, title, text in told(actor, resource, refused)]
        return json_answer({"change": changed, "done": len(ids) - len(refused), "refused": reasons})

    @router.post("/{int:id}/{verb}", operation_id=f"do_{resource.name}", response=shapes.output_schema(resource))
    def do(request: HttpRequest, id: Id, verb: str, data: _PARAMETERS) -> HttpResponse:  # type: ignore[valid-type] # noqa: A002
        actor = actor_of(request)
        changed = act(actor, resource, Work(verb, data or {}), [id])
        row = get(actor, resource, id)
        shown = shapes.record(shapes.presenter_for(actor, resource, None), row) if row else {"id": id}
        return json_answer({**shown, "change": changed})


def _offered_for_many(resource: Resource, name: str) -> None:
    """Some of an object's own verbs, such as one that sets a password, make sense for one record only."""
    if any(verb.name == name and not verb.bulk for verb in resource.verbs):
        raise Invalid(_("This can be done to one record at a time only."))


def _chosen(actor: Actor, resource: Resource, values: dict[str, Any]) -> Sequence[int]:
    """The records that are meant: ``ids``, or all that ``filter`` and ``q`` select; these leave ``values``."""
    if "ids" not in values and values.keys() & {"filter", "q"}:
        require(actor, resource, "view")
        raw, q = values.pop("filter", None), values.pop("q", "")
        if not isinstance(q, str) or len(q) > 200:
            raise Invalid(fields={"q": _("“q” is a search text of at most 200 characters.")})
        criteria = criteria_of(raw if isinstance(raw, str) else json.dumps(raw) if raw else None)
        found = ids_of(select(actor, resource, criteria=criteria, q=q))
        if not found:
            raise Invalid(_("Nothing matches; no record was changed."))
        return found
    ids = values.pop("ids", None)
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST or not all(is_id(item) for item in ids):
        raise Invalid(fields={"ids": _("“ids” lists 1 to %(most)d records by their ids.") % {"most": MOST}})
    return sorted(set(ids))
