"""Runs one case often enough to say something about it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.client import Answer, Client, WrongAnswer

Ask = Callable[[Client, Any], Answer]

WARM_UP = 6
SAMPLES = 40


@dataclass(frozen=True)
class Case:
    """One row of the table.

    `ask` sends the request for the n-th choice of `choices` and gives its answer; `floor` does the same in SQL.
    `answers` are the statuses that count as done. `budget_ms` is for the 95th percentile.
    """

    name: str
    budget_ms: float
    choices: Sequence[Any]
    ask: Ask
    floor: Callable[[psycopg.Connection, Any], Any] | None = None
    most_queries: int | None = None
    answers: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Row:
    """What was measured, in milliseconds; None where it does not apply."""

    name: str
    p50: float
    p95: float
    queries: int | None
    server: float | None
    database: float | None
    raw: float | None
    budget: float
    most_queries: int | None
    error: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the raw SQL time the whole answer takes."""
        return self.p50 / self.raw if self.raw and not self.error else None

    @property
    def within(self) -> bool:
        """Does the case keep its budgets?"""
        few = self.most_queries is None or self.queries is None or self.queries <= self.most_queries
        return not self.error and self.p95 <= self.budget and few


def run(case: Case, client: Client, connection: psycopg.Connection) -> Row:
    """Measure a case, one request at a time, warm. A wrong answer ends the case, not the run; the row tells it."""
    try:
        return _run(case, client, connection)
    except WrongAnswer as error:
        nothing = float("nan")
        return Row(case.name, nothing, nothing, None, None, None, None, case.budget_ms, case.most_queries, str(error))


def _run(case: Case, client: Client, connection: psycopg.Connection) -> Row:
    answers = [_ask(case, client, number) for number in range(WARM_UP + SAMPLES)][WARM_UP:]
    times = [answer.ms for answer in answers]
    queries = [answer.queries for answer in answers if answer.queries is not None]
    return Row(
        name=case.name,
        p50=statistics.median(times),
        p95=percentile(times, 0.95),
        queries=max(queries, default=None),
        server=_median([answer.server_ms for answer in answers]),
        database=_median([answer.database_ms for answer in answers]),
        raw=_floor(case, connection),
        budget=case.budget_ms,
        most_queries=case.most_queries,
    )


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _ask(case: Case, client: Client, number: int) -> Answer:
    answer = case.ask(client, case.choices[number % len(case.choices)])
    if answer.status not in case.answers:
        raise WrongAnswer(f"answered with {answer.status}")
    return answer


def _floor(case: Case, connection: psycopg.Connection) -> float | None:
    if case.floor is None:
        return None
    times = []
    for number in range(WARM_UP + SAMPLES):
        begun = time.perf_counter()
        case.floor(connection, case.choices[number % len(case.choices)])
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[WARM_UP:])


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
