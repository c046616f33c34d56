"""Counts the queries of a request and the time the database took for them, and says both in headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

QUERIES = "X-Bench-Queries"
DATABASE_MS = "X-Bench-Database-Ms"
SERVER_MS = "X-Bench-Server-Ms"


def count_queries(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware; it stands outside of all others so that sessions and sign-in are counted, too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        spent: list[float] = []

        def execute(run: Callable[..., Any], *arguments: Any) -> Any:
            begun = time.perf_counter()
            try:
                return run(*arguments)
            finally:
                spent.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        with connection.execute_wrapper(execute):
            response = get_response(request)
        response[QUERIES] = str(len(spent))
        response[DATABASE_MS] = f"{sum(spent) * 1000:.2f}"
        response[SERVER_MS] = f"{(time.perf_counter() - begun) * 1000:.2f}"
        return response

    return middleware
