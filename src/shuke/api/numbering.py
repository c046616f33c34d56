"""Numbering rules for programs of administrators; a change is taken back like any other."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.signing import actor_of
from shuke.engine.numbering import rules

router = Router(tags=["numbering"])


class RuleInput(Schema):
    """A rule: ``next`` is the next serial; without it numbers go on behind those that exist."""

    pattern: str = Field(..., min_length=1, max_length=64, examples=["C{yyyy}-{seq:5}"])
    reset: Literal["never", "year", "month", "day"]
    next: int | None = Field(None, ge=1, lt=10**15)


@router.get("", response=list[dict[str, Any]])
def numbering(request: HttpRequest) -> HttpResponse:
    """The rule of every numbered object, with its next numbers."""
    return json_answer([_told(one) for one in rules.outlooks(actor_of(request))])


@router.get("/{resource}/preview", response=dict[str, Any])
def preview(request: HttpRequest, resource: str, rule: Query[RuleInput]) -> HttpResponse:
    """The numbers that a rule would give; 422 for a rule whose numbers would come twice."""
    return json_answer(_told(rules.preview(actor_of(request), resource, rule.pattern, rule.reset, rule.next)))


@router.put("/{resource}", response=dict[str, Any])
def keep(request: HttpRequest, resource: str, rule: RuleInput) -> HttpResponse:
    """Number what comes by another rule; numbers that were given stay."""
    actor = actor_of(request)
    change = rules.keep(actor, resource, rule.pattern, rule.reset, rule.next)
    now = next(one for one in rules.outlooks(actor) if one.resource.name == resource)
    return json_answer(_told(now) | {"change": change})


def _told(one: rules.Outlook) -> dict[str, Any]:
    return {
        "resource": one.resource.name,
        "pattern": one.pattern,
        "reset": one.reset,
        "next": one.next,
        "numbers": list(one.numbers),
        "first_of_next_period": one.later or None,
    }
