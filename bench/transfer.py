"""Import and export of many rows, through the pages and the background worker as a person orders them."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import floor
from bench.client import Answer, Client, WrongAnswer
from shuke.cli.demo import names
from shuke.cli.demo.vocabulary import places, seeded

ROWS = 20_000
LEAST_IMPORTED, LEAST_EXPORTED = 5_000, 20_000
LEAST_EDITED = 1_000
_WITHIN_S = 600.0
_SELECTED = re.compile(r'<select[^>]*name="(column-\d+)"[^>]*>(.*?)</select>', re.DOTALL)
_OPTION = re.compile(r'<option value="([^"]*)"[^>]*\bselected')
_HIDDEN = re.compile(r'<input[^>]*name="(header_line|columns)"[^>]*value="(\d+)"')


@dataclass(frozen=True)
class Moved:
    """Rows moved, the seconds from the first to the last, and the rows a second that are asked for."""

    name: str
    rows: int
    seconds: float
    least: int
    raw_seconds: float | None = None

    @property
    def per_second(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds if self.seconds else 0.0

    @property
    def within(self) -> bool:
        """Is that enough?"""
        return self.per_second >= self.least


def imports(client: Client, connection: psycopg.Connection) -> list[Moved]:
    """Upload a clean spreadsheet of new customers, check it, run it."""
    found = client.get("/customers/import")
    sent = client.upload("/customers/import", "bench.csv", spreadsheet())
    if found.status != 200 or sent.status != 302:
        raise WrongAnswer(f"the upload was answered with {sent.status}")
    wizard = client.get(sent.headers["location"])
    form = dict(_HIDDEN.findall(wizard.text)) | {"duplicates": "skip"}
    for name, options in _SELECTED.findall(wizard.text):
        chosen = _OPTION.search(options)
        form[name] = chosen[1] if chosen else ""
    checked = _job(client.post(sent.headers["location"], form))
    check = _finished(connection, checked)
    client.get(f"/jobs/{checked}")
    done = _finished(connection, _job(client.post(f"/customers/import/run/{checked}", {})))
    return [_moved("import, check only", check), _moved("import", done)]


def exports(client: Client, connection: psycopg.Connection) -> list[Moved]:
    """Export every customer to xlsx and to csv."""
    begun = time.perf_counter()
    floor.export(connection, 0)
    raw = time.perf_counter() - begun
    rows = floor.value(connection, "SELECT count(*) FROM sales_customer WHERE deleted_at IS NULL")
    return [_export(client, connection, kind, rows, raw) for kind in ("xlsx", "csv")]


def edits(client: Client, connection: psycopg.Connection) -> list[Moved]:
    """Set the source of all important customers – of a million nearly a hundred thousand – and take it back."""
    level, source = (
        floor.value(connection, "SELECT id FROM options_option WHERE name = %s", name) for name in ("重要客户", "展会")
    )
    rows = floor.value(
        connection, "SELECT count(*) FROM sales_customer WHERE deleted_at IS NULL AND level_id = %s", level
    )
    client.get("/customers")
    form = {"field": "source", "source": str(source), "whole": "1", "query": f"level={level}"}
    answer = client.post("/customers/bulk/edit", form, htmx="sk-dialog-pane")
    found = re.search(r"/jobs/(\d+)", answer.headers.get("hx-redirect", ""))
    if not found:
        raise WrongAnswer(f"no job was started: {answer.status} {answer.text[:300]}")
    row = _finished(connection, int(found[1]))
    begun = time.perf_counter()
    back = client.post(f"/changes/{row['change_id']}/undo", {})
    spent = time.perf_counter() - begun
    if "/jobs/" in back.headers.get("location", ""):
        spent = _seconds(_finished(connection, _job(back)))
    if not floor.value(connection, "SELECT count(*) FROM audit_change WHERE undoes_id = %s", row["change_id"]):
        raise WrongAnswer(f"nothing was taken back: {back.status} {back.headers.get('location', '')}")
    return [
        Moved("bulk edit", rows, _seconds(row), LEAST_EDITED),
        Moved("undo of the bulk edit", rows, spent, LEAST_EDITED),
    ]


def _export(client: Client, connection: psycopg.Connection, kind: str, rows: int, raw: float) -> Moved:
    client.get("/customers")
    begun = time.perf_counter()
    answer = client.post("/customers/export", {"kind": kind, "query": ""})
    spent = time.perf_counter() - begun
    if answer.status == 302:
        spent = _seconds(_finished(connection, _job(answer)))
    elif answer.status != 200:
        raise WrongAnswer(f"the export was answered with {answer.status}")
    return Moved(f"export to {kind}", rows, spent, LEAST_EXPORTED, raw)


def spreadsheet() -> bytes:
    """20,000 new customers as a CSV file in UTF-8."""
    random = seeded("bench", "import")
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("客户名称", "电话", "客户等级", "客户来源", "地址", "备注"))
    for number in range(ROWS):
        place = places().draw(random)
        name = f"{names.brand(random)}{number:05d}{names.customer(random, place).text}"
        table.writerow((name, f"19{number:09d}", "普通客户", "展会", names.address(random, place), ""))
    return file.getvalue().encode("utf-8-sig")


def _job(answer: Answer) -> int:
    found = re.search(r"/jobs/(\d+)", answer.headers.get("location", ""))
    if not found:
        raise WrongAnswer(f"no job was started: {answer.status} {answer.text[:300]}")
    return int(found[1])


def _finished(connection: psycopg.Connection, job: int) -> dict[str, Any]:
    """The job's row when it has ended. Raises WrongAnswer when it failed or takes longer than ten minutes."""
    deadline = time.perf_counter() + _WITHIN_S
    cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
    while time.perf_counter() < deadline:
        row = cursor.execute("SELECT * FROM jobs_job WHERE id = %s", [job]).fetchone()
        if row and row["state"] == "done":
            return row
        if row and row["state"] in ("failed", "cancelled"):
            raise WrongAnswer(f"“{row['title']}” failed: {row['report']}")
        time.sleep(0.2)
    raise WrongAnswer(f"job {job} did not end within {_WITHIN_S:.0f} s; does the worker run?")


def _seconds(row: dict[str, Any]) -> float:
    return float((row["finished_at"] - row["started_at"]).total_seconds())


def _moved(name: str, row: dict[str, Any]) -> Moved:
    counts = row["report"].get("counts", {})
    if counts.get("created") != ROWS:
        raise WrongAnswer(f"{name}: {counts} instead of {ROWS} new customers")
    return Moved(name, ROWS, _seconds(row), LEAST_IMPORTED)
