"""Errors as problem details (RFC 9457), the same for every route."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from shuke.kernel.errors import Conflict, Duplicate, Invalid, ShukeError
from shuke.kernel.json import dumps

_log = logging.getLogger(__name__)
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    422: "Invalid input",
    500: "Internal error",
    503: "Busy",
}


def problem(status: int, code: str, detail: object, **extra: Any) -> HttpResponse:
    """One problem document."""
    body = {"type": f"urn:shuke:{code}", "title": _TITLES.get(status, "Error"), "status": status, "detail": str(detail)}
    # A message quotes what came in, and that may hold half characters.
    text = dumps({**body, **extra}).encode("utf-8", "replace")
    return HttpResponse(text, status=status, content_type="application/problem+json")


def of_error(error: ShukeError) -> HttpResponse:
    """The problem document of one of the product's own errors."""
    extra: dict[str, Any] = {}
    if isinstance(error, Invalid) and error.fields:
        extra["fields"] = {name: [str(message) for message in messages] for name, messages in error.fields.items()}
    if isinstance(error, Duplicate):
        extra["matches"] = [{"id": pk, "title": title} for pk, title in error.matches]
    if isinstance(error, Conflict) and error.version is not None:
        extra |= {"version": error.version, "theirs": error.theirs}
    return problem(error.status, error.code, error, **extra)


# SQLSTATEs of two transactions that stood in each other's way.
_DEADLOCKS = frozenset({"40P01", "40001", "55P03"})


def _busy(state: str) -> str:
    if state == "57014":
        return _("This takes too long; narrow your filter.")
    if state in _DEADLOCKS:
        return _("Somebody worked with the same records in this moment. Please try again.")
    return _("The database cannot be reached just now; try again in a moment.")


def _database(_request: HttpRequest, error: Exception) -> HttpResponse:
    state = getattr(error.__cause__, "sqlstate", "") or ""
    if isinstance(error, OperationalError):
        return problem(503, "busy", _busy(state))
    if isinstance(error, DataError) or state.startswith("22"):
        return problem(422, "invalid", _("A value is out of the range that can be stored."))
    _log.exception("database error", exc_info=error)
    return problem(500, "error", _("An unexpected error; it has been logged."))


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for item in error.errors:
        place = [str(part) for part in item.get("loc", ()) if part not in ("body", "query", "path", "data")]
        fields.setdefault(".".join(place), []).append(str(item.get("msg", "")))
    return problem(422, "invalid", _("Please correct the marked fields."), fields=fields)


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    ShukeError: lambda _request, error: of_error(error),
    AuthenticationError: lambda _request, _error: problem(401, "not-signed-in", _("Send a valid token.")),
    Http404: lambda _request, _error: problem(404, "not-found", _("There is no such address.")),
    HttpError: lambda _request, error: problem(error.status_code, "bad-request", error),
    RequestDataTooBig: lambda _request, _error: problem(413, "too-large", _("The request is larger than allowed.")),
    DatabaseError: _database,
    ValidationError: _invalid,
}


def install(api: NinjaAPI) -> None:
    """Teach the API to answer every error with a problem document."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)
