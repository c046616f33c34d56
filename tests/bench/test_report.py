"""What the benchmark prints and keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import report
from bench.client import Answer, Client, WrongAnswer
from bench.crowd import Crowd
from bench.measure import Case, Row, percentile, run
from bench.reading import next_page
from bench.transfer import Moved


def row(name: str, p50: float, **other: object) -> Row:
    known = {"queries": 4, "server": 9.0, "database": 2.0, "raw": 0.5, "budget": 50.0, "most_queries": 8}
    return Row(name=name, p50=p50, p95=p50 * 2, **{**known, **other})  # type: ignore[arg-type]


def found(size: str, *rows: Row) -> dict[str, object]:
    moved = [Moved("import", 20_000, 2.0, 5_000), Moved("export to csv", 100, 1.0, 20_000)]
    crowd = Crowd(160.0, 40.0, 90.0, 0)
    facts = {"contacts": 15_000, "filled_s": 0.0, "cold_start_s": 2.123, "worker_mb": 120.456}
    return report.result(size, rows, moved, crowd, **facts)


def test_percentiles_are_nearest_ranks() -> None:
    assert percentile([5.0, 1.0, 4.0, 2.0, 3.0], 0.5) == 3.0
    assert percentile([1.0], 0.95) == 1.0


def test_budgets_hold_for_time_and_queries() -> None:
    assert row("list", 20.0).within
    assert not row("list", 30.0).within
    assert not row("list", 20.0, queries=9).within
    assert not row("list", 20.0, error="answered with 500").within


def test_the_result_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    result = found("10k", row("list", 20.0), row("broken", float("nan"), error="answered with 500"))
    report.show(result)
    printed = capsys.readouterr().out
    assert "answered with 500" in printed
    assert "under budget" in printed
    again = json.loads(json.dumps(result, allow_nan=False))
    assert again["cases"][0]["ratio"] == 40.0
    assert again["transfers"][0]["per_second"] == 10_000


def test_growth_is_measured_against_the_next_smaller_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    report.keep(found("10k", row("list", 10.0)))
    grown = found("100k", row("list", 20.0), row("new", 5.0))
    assert [case["growth"] for case in grown["cases"]] == [2.0, None]  # type: ignore[attr-defined, index]


def test_a_wrong_answer_ends_the_case_and_not_the_run() -> None:
    case = Case("list", 50, (0,), lambda _client, _choice: Answer(500, {}, b"", 1.0))
    assert run(case, Client(0), None).error == "answered with 500"  # type: ignore[arg-type]


def test_the_next_page_is_found() -> None:
    page = b'<a class="btn" href="/customers?cursor=x&amp;start=51" hx-get="/customers" data-key-next>'
    assert next_page(Answer(200, {}, page, 1.0)) == "/customers?cursor=x&start=51"
    with pytest.raises(WrongAnswer):
        next_page(Answer(200, {}, b"<p>the end</p>", 1.0))
