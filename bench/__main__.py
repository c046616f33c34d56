"""`python -m bench --size 10k|100k|1m [--only WORD]`: fill once, serve, measure, print, keep.

The last line of the output is the whole result as one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import psycopg

from bench import crowd, daily, floor, place, reading, report, transfer, writing
from bench.client import Client, WrongAnswer, sign_in
from bench.measure import Case, Row, run

_CAPTCHA = "SELECT response FROM captcha_captchastore WHERE hashkey = %s"


def main() -> int:
    """Returns 0 when everything could be measured, whether within budget or not."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure the running product against its budgets.")
    parser.add_argument("--size", choices=sorted(place.SIZES, key=lambda size: place.SIZES[size]), default="10k")
    parser.add_argument("--only", default="", help="measure only the cases whose name holds this word; keep nothing")
    asked = parser.parse_args()
    try:
        found = measure(asked.size, asked.only)
    except WrongAnswer as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    report.show(found)
    if not asked.only:
        print(f"kept in {report.keep(found).relative_to(place.ROOT)}")
    print(json.dumps(found, ensure_ascii=False))
    return 0


def measure(size: str, only: str) -> dict[str, object]:
    """Everything, in an order in which nothing disturbs the next: reading, crowds, writing, moving many rows."""
    say(f"Looking for the installation with {place.SIZES[size]:,} customers …")
    filled_s = place.fill(size)
    with place.served(size) as server, place.database(size) as connection:
        admin = visitor(server.port, size, "系统管理员", connection)
        rows = run_all(reading.cases(connection, place.SIZES[size]), admin, connection, only)
        rows += run_all([*daily.everyones_cases(), *daily.offices_cases()], admin, connection, only)
        rows += scoped(server.port, size, connection, only)
        rows += through_the_api(server.port, size, connection, only)
        crowded = None if only else crowd.run(admin)
        with writing.cleaned(connection):
            rows += run_all(writing.cases(connection), admin, connection, only)
            moved = (
                []
                if only
                else [
                    *transfer.exports(admin, connection),
                    *transfer.imports(admin, connection),
                    *transfer.edits(admin, connection),
                ]
            )
        return report.result(
            size,
            rows,
            moved,
            crowded,
            contacts=floor.value(connection, "SELECT count(*) FROM sales_contact"),
            filled_s=filled_s,
            cold_start_s=server.cold_start_s,
            worker_mb=place.web_memory_mb(server.process),
        )


def visitor(port: int, size: str, role: str, connection: psycopg.Connection) -> Client:
    """A client signed in as the first demo account with this job title."""
    client = Client(port)
    login, password = place.password(size, role)
    sign_in(client, login, password, lambda key: floor.value(connection, _CAPTCHA, key))
    client.get("/customers")
    return client


def run_all(cases: Sequence[Case], client: Client, connection: psycopg.Connection, only: str) -> list[Row]:
    """Measure the cases one after the other."""
    rows = []
    for case in cases:
        if only in case.name:
            say(f"  {case.name}")
            rows.append(run(case, client, connection))
    return rows


def scoped(port: int, size: str, connection: psycopg.Connection, only: str) -> list[Row]:
    """What a salesperson and a manager open."""
    rows = []
    for role, title in (("业务员", "salesperson"), ("华南销售经理", "manager")):
        login, _password = place.password(size, role)
        user = floor.value(connection, "SELECT id FROM organisation_user WHERE login = %s", login)
        asked = [*reading.scoped_cases(connection, user), *daily.everyones_cases(), *daily.own_cases(connection, user)]
        cases = [_named(case, title) for case in asked]
        if any(only in case.name for case in cases):
            rows += run_all(cases, visitor(port, size, role, connection), connection, only)
    return rows


def through_the_api(port: int, size: str, connection: psycopg.Connection, only: str) -> list[Row]:
    """The API's pages; none while the product has no API for customers."""
    client = Client(port, token=place.token(size, "admin"))
    if client.get("/api/v1/customers?limit=1").status == 404:
        say("  (there is no API for customers)")
        return []
    return run_all(reading.api_cases(connection), client, connection, only)


def _named(case: Case, who: str) -> Case:
    return Case(f"{case.name} ({who})", case.budget_ms, case.choices, case.ask, case.floor, case.most_queries)


def say(text: str) -> None:
    """Progress goes to the error stream: the output ends with the result."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
