"""The table that is printed, and the file that later runs are compared with."""

from __future__ import annotations

import datetime
import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.crowd import CLIENTS, LEAST_PER_SECOND, Crowd
from bench.measure import Row
from bench.place import SIZES
from bench.transfer import Moved

RESULTS = Path(__file__).resolve().parent / "results"
# A page that grows by more than this from one size to the next is a defect.
MOST_GROWTH = 1.5
_DECADE = {"100k": "10k", "1m": "100k"}


def rounded(value: float | None, digits: int = 2) -> float | None:
    """For the file: no more digits than mean something."""
    return None if value is None else round(value, digits)


def result(size: str, rows: Sequence[Row], moved: Sequence[Moved], crowd: Crowd | None, **facts: Any) -> dict[str, Any]:
    """Everything that was measured, as it is written to the file."""
    before = earlier(_DECADE.get(size, ""))
    return {
        "size": size,
        "customers": SIZES[size],
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(), "python": platform.python_version(),
            "loops_per_second": loops_per_second(), "system": platform.platform(),
        },
        **{name: rounded(value) if isinstance(value, float) else value for name, value in facts.items()},
        "cases": [_case(row, before) for row in rows],
        "transfers": [
            {**{name: rounded(value) if isinstance(value, float) else value for name, value in asdict(one).items()},
             "per_second": round(one.per_second), "within": one.within}
            for one in moved
        ],
        "crowd": None if crowd is None else {
            "clients": CLIENTS, "per_second": rounded(crowd.per_second, 1), "p50_ms": rounded(crowd.p50),
            "p95_ms": rounded(crowd.p95), "errors": crowd.errors, "least_per_second": LEAST_PER_SECOND,
            "within": crowd.within,
        },
    }  # fmt: skip


def loops_per_second() -> int:
    """How fast this machine is just now: rounds of a small sum in Python, the best of five tenths of a second."""
    found = []
    for _try in range(5):
        rounds, until = 0, time.perf_counter() + 0.1
        while time.perf_counter() < until:
            sum(number * number for number in range(1_000))
            rounds += 1
        found.append(rounds * 10)
    return max(found)


def _case(row: Row, before: dict[str, float]) -> dict[str, Any]:
    old = before.get(row.name)
    return {
        "name": row.name,
        "error": row.error,
        "p50_ms": None if row.error else rounded(row.p50),
        "p95_ms": None if row.error else rounded(row.p95),
        "server_ms": rounded(row.server),
        "database_ms": rounded(row.database),
        "queries": row.queries,
        "raw_ms": rounded(row.raw, 3),
        "ratio": rounded(row.ratio, 1),
        "growth": rounded(row.p50 / old) if old and not row.error else None,
        "budget_ms": row.budget,
        "most_queries": row.most_queries,
        "within": row.within,
    }


def earlier(size: str) -> dict[str, float]:
    """Name of a case -> its p50 in the latest result of another size."""
    files = sorted(RESULTS.glob(f"*-{size}.json")) if size else []
    if not files:
        return {}
    return {case["name"]: case["p50_ms"] for case in json.loads(files[-1].read_text("utf-8"))["cases"]}


def keep(found: dict[str, Any]) -> Path:
    """Write the result to `bench/results/<date>-<size>.json`; a later run of the day replaces it."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{found['at'][:10]}-{found['size']}.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def show(found: dict[str, Any]) -> None:
    """Print the table."""
    print(f"\n{found['customers']:,} customers, {found['contacts']:,} contacts. Milliseconds, one request at a time:")
    heads = ("p50", "p95", "budget", "queries", "server", "in SQL", "raw", "ratio", "growth")
    print(f"{'':44}" + "".join(f"{head:>{9 if head == 'queries' else 8}}" for head in heads))
    for case in found["cases"]:
        cells = [_text(case[name]) for name in ("p50_ms", "p95_ms", "budget_ms")]
        queries = "" if case["queries"] is None else str(case["queries"])
        more = [_text(case[name]) for name in ("server_ms", "database_ms", "raw_ms")]
        growth = f"{case['growth']:.2f}×" if case["growth"] else ""
        mark = "" if case["within"] else f"  {case['error'] or 'over budget'}"
        mark += "  grows" if (case["growth"] or 0) > MOST_GROWTH else ""
        line = f"{case['name']:<44}" + "".join(f"{cell:>8}" for cell in cells) + f"{queries:>9}"
        print(line + "".join(f"{cell:>8}" for cell in more) + f"{_text(case['ratio']):>8}{growth:>8}{mark}")
    for one in found["transfers"]:
        mark = "" if one["within"] else "  under budget"
        print(f"{one['name']:<44}{one['per_second']:>8,} rows/s (at least {one['least']:,}){mark}")
    if crowd := found["crowd"]:
        mark = "" if crowd["within"] else "  under budget"
        print(
            f"{crowd['clients']} visitors on the list page{'':17}{crowd['per_second']:>8} pages/s "
            f"(at least {crowd['least_per_second']}), p95 {crowd['p95_ms']} ms, {crowd['errors']} errors{mark}"
        )
    print(f"from the command to the first page {found['cold_start_s']} s; a web worker holds {found['worker_mb']} MB")


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
