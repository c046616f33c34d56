"""The routes of one registered object: list, read, create, change, delete – built from its description.

No postponed annotations here: the schemas in them are made per object.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api import shapes
from shuke.api.answers import json_answer
from shuke.api.signing import actor_of
from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import Difference, history
from shuke.engine.commands import write
from shuke.engine.commands.prepare import require
from shuke.engine.commands.removal import delete
from shuke.engine.exchange.exporting import stream_csv
from shuke.engine.query.paging import count, get, page, select
from shuke.kernel.criteria import EVERYTHING, Criteria, parse
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.spec import Resource

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
    found = {
        "change": changed.pk if changed else None,
        "at": item.at,
        "by": {"id": changed.actor_id, "name": str(changed.actor)} if changed and changed.actor else None,
        "via": changed.via if changed else None,
        "verb": item.verb,
        "undone": item.undone,
        "fields": _told(item.differences),
    }
    if item.lines:
        found["lines"] = [
            {"title": one.title, "verb": one.verb, "fields": _told(one.differences)} for one in item.lines
        ]
    return found


def _told(differences: Sequence[Difference]) -> dict[str, Any]:
    return {one.info.name: {"before": one.before, "after": one.after} for one in differences}


def one(actor: Actor, resource: Resource, pk: int, fields: str | None = None) -> dict[str, Any]:
    """One record as JSON data. Raises ``NotFound``."""
    require(actor, resource, "view")
    presenter = shapes.presenter_for(actor, resource, fields)
    row = get(actor, resource, pk, columns=presenter.columns)
    if row is None:
        raise NotFound(
            _("There is no such record of %(objects)s, or you may not see it.") % {"objects": resource.label_plural}
        )
    with_lines = not fields or any(lines.name in fields.split(",") for lines in resource.lines)
    return shapes.record(presenter, row) | (shapes.lines_of(actor, resource, pk) if with_lines else {})


def _answer(actor: Actor, resource: Resource, saved: write.Saved, status: int = 200) -> HttpResponse:
    """The record after a write; where the actor may write but not read it, its id alone."""
    row = get(actor, resource, saved.record.pk) if actor.may(resource.name, "view") else None
    data: dict[str, Any] = {"id": saved.record.pk}
    if row:
        data = shapes.record(shapes.presenter_for(actor, resource, None), row)
        data |= shapes.lines_of(actor, resource, row.pk)
    return json_answer({**data, "change": saved.change}, status)


def _writing(router: Router, resource: Resource) -> None:
    out = shapes.output_schema(resource)
    new = shapes.input_body(resource, partial=False)
    patch = shapes.input_body(resource, partial=True)

    @router.post("", response={201: out}, operation_id=f"create_{resource.name}")
    def create(request: HttpRequest, data: new, duplicates: str = "allow") -> HttpResponse:  # type: ignore[valid-type]
        actor = actor_of(request)
        owner = _place(data, "owner", _("Choose a colleague who works here and may sign in."))
        missed = _("There is no such pool, or it is not open to you.")
        pool = _place(data, "pool", missed) if resource.scope.waits_in_pools else None
        allow = duplicates != "refuse"
        saved = write.create(actor, resource, data, owner=owner, pool=pool, allow_duplicates=allow)
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
    if not is_id(raw):
        raise Invalid(fields={"version": _("The version is the number that was read with the record.")})
    return int(raw)


def _place(values: dict[str, Any], name: str, refusal: str) -> int | None:
    """The person or the pool that a new record is for, if the caller names one; no fields like others."""
    raw = values.pop(name, None)
    raw = raw.get("id") if isinstance(raw, dict) else raw
    if raw is None:
        return None
    if not is_id(raw):
        raise Invalid(fields={name: refusal})
    return int(raw)


def is_id(raw: Any) -> bool:
    """Is it what an id in JSON looks like?"""
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63
