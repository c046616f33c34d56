"""The routes of one registered object: list, read, create, change, delete, verbs – built from its description.

No postponed annotations here: the schemas in them are made per object.
"""

import json
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api import shapes
from shuke.api.answers import json_answer
from shuke.api.signing import actor_of
from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import history
from shuke.engine.commands import verbs, write
from shuke.engine.commands.ownership import assign, claim, release
from shuke.engine.commands.prepare import require
from shuke.engine.commands.removal import delete, restore
from shuke.engine.commands.sharing import share, unshare
from shuke.engine.exchange.exporting import stream_csv
from shuke.engine.query.paging import count, get, page, select
from shuke.kernel.criteria import EVERYTHING, Criteria, parse
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.spec import Resource

# More than this at once would hold its rows locked for too long.
AT_ONCE = 5_000

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class ListQuery(Schema):
    """What a list may be asked for."""

    q: str = Field("", max_length=200, description="Characters, pinyin, initials or digits; spaces mean and.")
    filter: str | None = Field(None, max_length=20_000, description="Criteria as JSON.")
    sort: str | None = Field(None, max_length=64, description="A field, “-” before it for descending.")
    fields: str | None = Field(None, max_length=2_000, description="Names separated by commas; all when left out.")
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=2_000)
    exact: bool = Field(False, description="Count to the end, however many there are.")


_BULK = shapes.json_object(
    "Bulk",
    {"ids": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": AT_ONCE}},
    ("ids",),
    more=True,
)
# Most verbs ask for nothing: their body may be left out.
_PARAMETERS = shapes.json_object("Parameters", {}, more=True, optional=True)


def criteria_of(text: str | None) -> Criteria:
    """The criteria in a query parameter. Raises ``Invalid`` when it is no JSON or no criteria."""
    if not text:
        return EVERYTHING
    try:
        return parse(json.loads(text))
    except (ValueError, RecursionError):
        raise Invalid(fields={"filter": _("“filter” is no valid JSON.")}) from None


def router_for(resource: Resource) -> Router:
    """All routes of one object."""
    router = Router(tags=[resource.label_plural])
    _reading(router, resource)
    _writing(router, resource)
    _doing(router, resource)
    return router


def _reading(router: Router, resource: Resource) -> None:
    out = shapes.output_schema(resource)

    @router.get("", response=shapes.list_schema(resource, out), operation_id=f"list_{resource.name}")
    def listing(request: HttpRequest, query: Query[ListQuery]) -> HttpResponse:
        actor = actor_of(request)
        require(actor, resource, "view")
        presenter = shapes.presenter_for(actor, resource, query.fields)
        chosen = select(actor, resource, criteria=criteria_of(query.filter), q=query.q)
        found = page(chosen, columns=presenter.columns, sort=query.sort, cursor=query.cursor, limit=query.limit)
        total = count(chosen, None) if query.exact else count(chosen)
        return json_answer(
            {
                "items": shapes.records(presenter, found.rows),
                "next": found.next,
                "count": {"value": total.value, "exact": total.exact},
            }
        )

    @router.get("/export", operation_id=f"export_{resource.name}", response={200: str})
    def export(request: HttpRequest, query: Query[ListQuery]) -> StreamingHttpResponse:
        actor = actor_of(request)
        columns = [name.strip() for name in query.fields.split(",")] if query.fields else None
        pieces = stream_csv(actor, resource, columns=columns, criteria=criteria_of(query.filter), q=query.q)
        answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{resource.name}.csv"'
        return answer

    @router.get("/{int:id}", response=out, operation_id=f"read_{resource.name}")
    def read(request: HttpRequest, id: Id, fields: str | None = None) -> HttpResponse:  # noqa: A002
        return json_answer(one(actor_of(request), resource, id, fields))

    @router.get("/{int:id}/history", operation_id=f"history_{resource.name}", response=list[dict[str, Any]])
    def changes(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
        actor = actor_of(request)
        one(actor, resource, id, "id")
        return json_answer([happening(item) for item in history(actor, resource, id)])


def happening(item: Any) -> dict[str, Any]:
    """One happening of the history as JSON data."""
    changed = item.change
    return {
        "change": changed.pk if changed else None,
        "at": item.at,
        "by": {"id": changed.actor_id, "name": str(changed.actor)} if changed and changed.actor else None,
        "via": changed.via if changed else None,
        "verb": item.verb,
        "undone": item.undone,
        "fields": {found.info.name: {"before": found.before, "after": found.after} for found in item.differences},
    }


def one(actor: Actor, resource: Resource, pk: int, fields: str | None = None) -> dict[str, Any]:
    """One record as JSON data. Raises ``NotFound``."""
    require(actor, resource, "view")
    presenter = shapes.presenter_for(actor, resource, fields)
    row = get(actor, resource, pk, columns=presenter.columns)
    if row is None:
        raise NotFound(
            _("There is no such record of %(objects)s, or you may not see it.") % {"objects": resource.label_plural}
        )
    return shapes.record(presenter, row)


def _answer(actor: Actor, resource: Resource, saved: write.Saved, status: int = 200) -> HttpResponse:
    """The record after a write; where the actor may write but not read it, its id alone."""
    row = get(actor, resource, saved.record.pk) if actor.may(resource.name, "view") else None
    data = shapes.record(shapes.presenter_for(actor, resource, None), row) if row else {"id": saved.record.pk}
    return json_answer({**data, "change": saved.change}, status)


def _writing(router: Router, resource: Resource) -> None:
    out = shapes.output_schema(resource)
    new = shapes.input_body(resource, partial=False)
    patch = shapes.input_body(resource, partial=True)

    @router.post("", response={201: out}, operation_id=f"create_{resource.name}")
    def create(request: HttpRequest, data: new, duplicates: str = "allow") -> HttpResponse:  # type: ignore[valid-type]
        actor = actor_of(request)
        owner = _owner(data)
        saved = write.create(actor, resource, data, owner=owner, allow_duplicates=duplicates != "refuse")
        return _answer(actor, resource, saved, 201)

    @router.patch("/{int:id}", response=out, operation_id=f"change_{resource.name}")
    def change(request: HttpRequest, id: Id, data: patch, duplicates: str = "allow") -> HttpResponse:  # type: ignore[valid-type] # noqa: A002
        actor = actor_of(request)
        version = _version(data)
        saved = write.update(actor, resource, id, data, version=version, allow_duplicates=duplicates != "refuse")
        return _answer(actor, resource, saved)

    @router.delete("/{int:id}", operation_id=f"delete_{resource.name}", response=dict[str, int])
    def remove(request: HttpRequest, id: Id) -> HttpResponse:  # noqa: A002
        return json_answer({"id": id, "change": delete(actor_of(request), resource, [id])})


def _version(values: dict[str, Any]) -> int | None:
    raw = values.pop("version", None)
    if raw is None:
        return None
    if not _is_id(raw):
        raise Invalid(fields={"version": _("The version is the number that was read with the record.")})
    return int(raw)


def _owner(values: dict[str, Any]) -> int | None:
    """The person a new record is for, if the caller names one; not a field like others, as it needs another right."""
    if "owner" not in values:
        return None
    raw = values.pop("owner")
    raw = raw.get("id") if isinstance(raw, dict) else raw
    if raw is None:
        return None
    if not _is_id(raw):
        raise Invalid(fields={"owner": _("Choose a colleague who works here and may sign in.")})
    return int(raw)


def _doing(router: Router, resource: Resource) -> None:
    @router.post("/bulk/{verb}", operation_id=f"bulk_{resource.name}", response=dict[str, int])
    def bulk(request: HttpRequest, verb: str, data: _BULK) -> HttpResponse:  # type: ignore[valid-type]
        ids = _ids(data)
        changed = act(actor_of(request), resource, verb, ids, data)
        return json_answer({"change": changed, "done": len(set(ids))})

    @router.post("/{int:id}/{verb}", operation_id=f"do_{resource.name}", response=shapes.output_schema(resource))
    def do(request: HttpRequest, id: Id, verb: str, data: _PARAMETERS) -> HttpResponse:  # type: ignore[valid-type] # noqa: A002
        actor = actor_of(request)
        changed = act(actor, resource, verb, [id], data or {})
        row = get(actor, resource, id)
        shown = shapes.record(shapes.presenter_for(actor, resource, None), row) if row else {"id": id}
        return json_answer({**shown, "change": changed})


def _ids(values: dict[str, Any]) -> list[int]:
    ids = values.pop("ids", None)
    if not isinstance(ids, list) or not 1 <= len(ids) <= AT_ONCE or not all(_is_id(item) for item in ids):
        raise Invalid(fields={"ids": _("“ids” lists 1 to %(most)d records by their ids.") % {"most": AT_ONCE}})
    return ids


def _is_id(raw: Any) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63


def act(actor: Actor, resource: Resource, verb: str, ids: list[int], values: dict[str, Any]) -> int:
    """A verb on records: the generic ones every object has, then the object's own. Returns the change's id."""
    generic = {"delete": delete, "restore": restore}
    if verb in generic:
        _no_more(values)
        return generic[verb](actor, resource, ids)
    if resource.scope.shareable and verb in ("share", "unshare"):
        return _share(actor, resource, verb, ids, values)
    if resource.scope.pool and not resource.scope.parent:
        if verb in ("assign", "release", "claim"):
            require(actor, resource, "assign" if verb == "assign" else "edit")
        if verb == "assign":
            return assign(actor, resource, ids, _number(values, "owner"))
        if verb == "release":
            return release(actor, resource, ids, _number(values, "pool"))
        if verb == "claim":
            _no_more(values)
            return claim(actor, resource, ids)
    return verbs.perform(actor, resource, ids, verbs.verb_of(resource, verb), values)


def _share(actor: Actor, resource: Resource, verb: str, ids: list[int], values: dict[str, Any]) -> int:
    """``{"user": 5, "level": "edit"}``, or a ``unit``, or a ``role``."""
    require(actor, resource, "share")
    level = str(values.pop("level", "view")) if verb == "share" else ""
    kind = next((kind for kind in ("user", "unit", "role") if kind in values), "user")
    grantee = _number(values, kind)
    if verb == "unshare":
        return unshare(actor, resource, ids, kind=kind, grantee=grantee)
    return share(actor, resource, ids, kind=kind, grantee=grantee, level=level)


def _no_more(values: dict[str, Any]) -> None:
    if values:
        raise Invalid(fields={name: _("The verb has no such parameter.") for name in values})


def _number(values: dict[str, Any], name: str) -> int:
    raw: Any = values.pop(name, None)
    _no_more(values)
    raw = raw.get("id") if isinstance(raw, dict) else raw
    if not _is_id(raw):
        raise Invalid(fields={name: _("%(parameter)s: please choose or enter a value.") % {"parameter": name}})
    return int(raw)
