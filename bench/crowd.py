"""Several visitors at once on the list page."""

from __future__ import annotations

import socket
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
    """Bytes out, bytes in: visitors share the two cores with the product, and are not what is measured."""
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-hans\r\nCookie: {cookies}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=120) as line, line.makefile("rb") as answers:
        while (begun := time.perf_counter()) < until:
            line.sendall(asked)
            status = int(answers.readline().split()[1])
            length = 0
            while header := answers.readline().strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if status == 200 and length and len(answers.read(length)) == length:
                times.append((time.perf_counter() - begun) * 1000)
            else:
                errors.append(status)
                break
