"""Several visitors at once on the list page."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from bench.client import Client
from bench.measure import percentile

CLIENTS = 8
SECONDS = 8.0
LEAST_PER_SECOND = 150


@dataclass(frozen=True)
class Crowd:
    """Pages a second, the times of single pages in milliseconds, and how many answers were wrong."""

    per_second: float
    p50: float
    p95: float
    errors: int

    @property
    def within(self) -> bool:
        """Is it fast enough, without an error?"""
        return self.per_second >= LEAST_PER_SECOND and self.errors == 0


def run(visitor: Client, path: str = "/customers") -> Crowd:
    """Let eight visitors with the session of `visitor` ask for a page as fast as they are answered."""
    times: list[float] = []
    errors: list[int] = []
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=_visit, args=(visitor, path, begun + SECONDS, times, errors)) for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    return Crowd(len(times) / spent, percentile(times, 0.5), percentile(times, 0.95), len(errors))


def _visit(visitor: Client, path: str, until: float, times: list[float], errors: list[int]) -> None:
    client = Client(visitor.port, cookies=dict(visitor.cookies))
    while time.perf_counter() < until:
        answer = client.get(path)
        if answer.status == 200:
            times.append(answer.ms)
        else:
            errors.append(answer.status)
    client.close()
