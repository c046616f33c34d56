"""One map from errors to pages: what happened, to what, and what to do next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from shuke.kernel.errors import Busy, ShukeError

log = logging.getLogger(__name__)

# SQLSTATEs of a statement that ran into statement_timeout, and of two transactions that stood in each other's way.
_CANCELED = "57014"
_DEADLOCKS = frozenset({"40P01", "40001", "55P03"})
_SWAPPED = (409, 422)
_WRONG_METHOD = 405
_API = "/api/"


class ErrorPages:
    """Middleware: an error of the kernel's family, or a query that took too long, becomes its page or its toast."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; errors arrive in ``process_exception``. Django answers a wrong method with an empty page."""
        response = self._get_response(request)
        if response.status_code != _WRONG_METHOD or request.path_info.startswith(_API):
            return response
        answer = error_answer(request, _WRONG_METHOD)
        answer["Allow"] = response["Allow"]
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A response for what a user can do something about; None for the rest (handler500)."""
        if request.path_info.startswith(_API):
            return None
        state = getattr(error.__cause__, "sqlstate", "") if isinstance(error, OperationalError) else ""
        if state == _CANCELED:
            error = Busy(_("That would take too long. Please narrow your filter."))
        elif state in _DEADLOCKS:
            error = Busy(_("Somebody worked with the same records in this moment. Please try again."))
        if isinstance(error, ShukeError):
            return error_answer(request, error.status, str(error))
        return None


def error_answer(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """A whole page for a page, plain words for a fragment (``requests.ts`` shows them as a toast)."""
    title, advice = _words(status)
    if getattr(request, "htmx", False):
        words = detail or title
        response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
        response["HX-Reswap"] = "none"
        # 409 and 422 are swapped like successes (``requests.ts``), so that no error event would tell of them.
        return (
            trigger_client_event(response, "sk:toast", {"text": words, "tone": "bad"})
            if status in _SWAPPED
            else response
        )
    context = {"status": status, "title": title, "detail": detail, "advice": advice}
    return render(request, "web/frame/error.html", context, status=status)


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (_("The request was not understood"), _("Go back and try again.")),
        403: (_("You may not do that"), _("Ask your administrator for the permission if you need it.")),
        404: (_("There is no such page"), _("It may have been moved or deleted. Go back, or search for it.")),
        405: (_("This address opens no page"), _("It belongs to a button. Go back, or begin at the home page.")),
        409: (_("Somebody was faster"), _("Go back, reload, and look at the current state.")),
        422: (_("Some input does not fit"), _("Go back and correct it.")),
        503: (_("This takes too long"), _("Narrow your filter, or try again in a moment.")),
    }
    fallback = (
        _("Something went wrong on our side"),
        _("Nothing was changed. Try again; if it keeps happening, tell the administrator."),
    )
    return known.get(status, fallback)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``."""
    log.info("bad request %s: %s", request.path, exception if isinstance(exception, SuspiciousOperation) else "")
    return error_answer(request, 400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler403``."""
    detail = str(exception) if isinstance(exception, PermissionDenied) else ""
    return error_answer(request, 403, detail)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``; never repeats the address that was asked for."""
    assert exception is None or isinstance(exception, Http404 | Exception)
    return error_answer(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """``handler500``; needs no database and no session, because those may be what broke."""
    context = {"status": 500, "title": _words(500)[0], "advice": _words(500)[1], "bare": True}
    return render(None, "web/frame/error.html", {**_bare(request), **context}, status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: the page was open too long or in another window."""
    log.info("csrf refused %s: %s", request.path, reason)
    return error_answer(request, 403, _("This page has expired. Reload it and try again."))


def _bare(request: HttpRequest) -> dict[str, Any]:
    from shuke.web.frame.look import look_of
    from shuke.web.frame.strings import script_strings

    return {"look": look_of(request), "strings": script_strings(), "support": None, "languages": ()}
