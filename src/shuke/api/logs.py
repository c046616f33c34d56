"""The logs for programs of those who may look into them: what was done, and who came in (SYS-10)."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.signing import actor_of
from shuke.engine.logs.operations import Line, operations
from shuke.engine.logs.sign_ins import sign_ins
from shuke.engine.logs.stretch import MOST, Asked
from shuke.engine.signing.models import SignIn

router = Router(tags=["logs"])


class Lines(Schema):
    """Whose lines, of which days (both included), and behind which place."""

    person: int | None = Field(None, ge=1, le=2**63 - 1)
    since: datetime.date | None = Field(None, ge=datetime.date(1900, 1, 1), le=datetime.date(9998, 12, 31))
    until: datetime.date | None = Field(None, ge=datetime.date(1900, 1, 1), le=datetime.date(9998, 12, 31))
    before: str = Field("", max_length=80, description="`older` of the answer before.")
    limit: int = Field(50, ge=1, le=MOST)


class OperationLines(Lines):
    """… of which object, by which way in."""

    resource: str = Field("", max_length=64)
    via: str = Field("", max_length=16)


class SignInLines(Lines):
    """… of which kind."""

    kind: SignIn.Kind | None = None


@router.get("/operations", response=dict[str, Any])
def operation_log(request: HttpRequest, query: Query[OperationLines]) -> HttpResponse:
    """Every change by whomever, newest first; needs the right *logs* over users and reaches as far."""
    equal = {name: value for name, value in (("resource", query.resource), ("via", query.via)) if value}
    found = operations(actor_of(request), _asked(query, equal), before=query.before, limit=query.limit)
    return json_answer({"items": [_operation(line) for line in found.rows], "older": found.older})


@router.get("/sign-ins", response=dict[str, Any])
def sign_in_log(request: HttpRequest, query: Query[SignInLines]) -> HttpResponse:
    """Who signed in, was refused or left, made or ended tokens, newest first; needs the right *logs*."""
    equal = {"kind": query.kind.value} if query.kind else {}
    found = sign_ins(actor_of(request), _asked(query, equal), before=query.before, limit=query.limit)
    return json_answer({"items": [_sign_in(row) for row in found.rows], "older": found.older})


def _asked(query: Lines, equal: dict[str, str]) -> Asked:
    return Asked(person=query.person, since=query.since, until=query.until, equal=equal)


def _operation(line: Line) -> dict[str, Any]:
    one = line.change
    return {
        "id": one.pk,
        "at": one.at,
        "person": {"id": one.actor_id, "name": one.maker} if one.actor_id else None,
        "verb": one.verb,
        "resource": one.resource,
        "record": {"id": line.record, "name": line.title} if line.record is not None else None,
        "records": {"value": line.records, "exact": not line.many},
        "via": one.via,
        "address": one.address,
        "reason": one.reason,
        "undoes": one.undoes_id,
    }


def _sign_in(row: SignIn) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "kind": row.kind,
        "reason": row.reason,
        "person": {"id": row.user_id, "name": str(row.user)} if row.user else None,
        "login": row.login,
        "address": row.address,
        "device": row.device,
        "note": row.note,
    }
