"""The worker's side of imports and exports: batches that can be resumed, reports, files of failed rows."""

from __future__ import annotations

import datetime
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from shuke.engine.audit.context import change
from shuke.engine.exchange import documents, lacking
from shuke.engine.exchange.differences import changes_of
from shuke.engine.exchange.exporting import Shape, write_file
from shuke.engine.exchange.importing import batches, check, fill_in, keys_of, start_checks, store
from shuke.engine.exchange.plan import Plan
from shuke.engine.exchange.resolve import Resolver
from shuke.engine.exchange.rows import Row
from shuke.engine.exchange.sheets import open_sheet
from shuke.engine.exchange.uploads import clear_uploads
from shuke.engine.jobs.runner import Run, handles
from shuke.engine.query.paging import count as count_rows
from shuke.engine.query.paging import select
from shuke.engine.record.values import storable
from shuke.engine.record.words import clauses
from shuke.kernel.criteria import parse
from shuke.kernel.json import plain
from shuke.resource.registry import resource_for

IMPORT = "import"
DRY_RUN = "dry-run"
EXPORT = "export"

# So many failed rows are told on the screen; the file has all of them.
_TOLD = 200
_FAILED = "failed.jsonl"
_TELL_S = 1.0


def plan_of(run: Run) -> Plan:
    """The plan that a job's arguments describe."""
    given = run.arguments
    return Plan(
        actor=run.actor.coming("import"),
        resource=resource_for(given["resource"]),
        sheet=open_sheet(Path(given["path"]), given["name"]),
        header_line=given["header_line"],
        fields=tuple(given["fields"]),
        duplicates=given["duplicates"],
        key=given.get("key", ""),
    )


@handles(DRY_RUN)
def dry_run(run: Run) -> dict[str, Any]:
    """What the import would do: counts, the reasons of the rows that would fail, the options that are lacking.

    Writes nothing.
    """
    plan = plan_of(run)
    columns = start_checks(plan)
    resolver = Resolver(plan.actor)
    counts: Counter[str] = Counter()
    done = 0
    told: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    seen: set[str] = set()
    (run.folder / _FAILED).unlink(missing_ok=True)
    with _failures(run, 0) as failed:
        for batch in batches(plan):
            check(plan, batch, columns, resolver)
            _count_repeats(plan, batch, seen)
            for row in batch:
                if row.outcome == "updated":
                    fill_in(plan, row)
            wrong = [row for row in batch if row.outcome == "failed"]
            failed.writelines(_line(row) for whole in wrong for row in whole.rows)
            counts.update(row.outcome for row in batch)
            done += sum(len(row.rows) for row in batch)
            told += _told(wrong, _TOLD - len(told))
            changes += changes_of(plan, batch, _TOLD - len(changes))
            run.advance(done, {"counts": dict(counts), "failures": told, "changes": changes})
    file = _failed_file(run, run.arguments.get("titles", [])) if counts["failed"] else None
    found = lacking.told(resolver.lacking)
    return {"counts": dict(counts), "failures": told, "changes": changes, "file": file, "lacking": found}


def _count_repeats(plan: Plan, rows: Sequence[Row], seen: set[str]) -> None:
    """A dry run stores nothing, so repeats of rows in earlier batches have to be remembered here."""
    if plan.duplicates == "create":
        return
    for row in rows:
        if row.outcome != "created" and not (plan.lists and row.outcome == "updated"):
            continue
        keys = set(keys_of(plan, row))
        if keys & seen and plan.lists and plan.duplicates in ("update", "fill"):
            row.outcome, row.errors[""] = "failed", documents.apart()
        elif keys & seen:
            row.outcome = {"update": "updated", "fill": "updated", "skip": "skipped", "fail": "failed"}[plan.duplicates]
            if row.outcome == "failed":
                row.errors[""] = _("This looks like a duplicate of an earlier row.")
        seen |= keys


@handles(IMPORT)
def import_rows(run: Run) -> dict[str, Any]:
    """Import batch by batch; a killed job goes on behind the last stored batch, and one change takes all of it back."""
    plan = plan_of(run)
    columns = start_checks(plan)
    resolver = Resolver(plan.actor)
    counts = Counter(run.job.report.get("counts", {}))
    done = run.job.done
    told = list(run.job.report.get("failures", []))
    with _failures(run, run.job.report.get("failed_bytes", 0)) as failed:
        for batch in batches(plan, skip=done):
            done += sum(len(row.rows) for row in batch)
            with change(plan.actor, "import", plan.resource.name, goes_on=run.job.change_id) as opened:
                run.job.change_id = opened.id
                check(plan, batch, columns, resolver)
                store(plan, batch)
                counts.update(row.outcome for row in batch)
                wrong = [row for row in batch if row.outcome == "failed"]
                told += _told(wrong, _TOLD - len(told))
                failed.writelines(_line(row) for whole in wrong for row in whole.rows)
                failed.flush()
                report = {"counts": dict(counts), "failures": told, "failed_bytes": failed.tell()}
                run.advance(done, report)
    titles = run.arguments.get("titles", [])
    file = _failed_file(run, titles) if counts["failed"] else None
    return {"counts": dict(counts), "failures": told, "file": file, "change": run.job.change_id}


def _failures(run: Run, stored: int) -> Any:
    """The growing list of failed rows; what a killed worker wrote beyond its last stored batch is cut off."""
    path = run.folder / _FAILED
    path.touch()
    file = path.open("r+", encoding="utf-8")
    file.truncate(stored)
    file.seek(0, 2)
    return file


def _told(wrong: Sequence[Row], most: int) -> list[dict[str, Any]]:
    """What is wrong, by the line of the sheet; of a document at the lines that it is refused for."""
    return [
        {"line": row.line, "errors": {name: storable(str(message)) for name, message in row.errors.items()}}
        for whole in wrong
        for row in whole.rows
        if row.errors
    ][:most]


def _line(row: Row) -> str:
    cells = [row.line, [str(message) for message in row.errors.values()], row.cells]
    return json.dumps(cells, ensure_ascii=False, default=plain) + "\n"


def _failed_file(run: Run, titles: Sequence[str]) -> str:
    """An xlsx of the failed rows as they were, with the line and the reasons: mend it and import it again."""
    path = run.folder / "failed.xlsx"
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(titles) - 1), 18)
    sheet.set_column(len(titles), len(titles), 8)
    sheet.set_column(len(titles) + 1, len(titles) + 1, 60, book.add_format({"font_color": "#C92A2A"}))
    sheet.write_row(0, 0, [*titles, _("line"), _("what is wrong")], book.add_format({"bold": True}))
    with (run.folder / _FAILED).open(encoding="utf-8") as file:
        for at, text in enumerate(file, start=1):
            line, messages, cells = json.loads(text)
            padded = [*cells, *[""] * (len(titles) - len(cells))]
            sheet.write_row(at, 0, [*padded, line, clauses(messages)])
    book.close()
    return path.name


@handles(EXPORT)
def export_rows(run: Run) -> dict[str, Any]:
    """Write the selected rows into a file that only the person who asked for it can fetch."""
    given = run.arguments
    resource, criteria = resource_for(given["resource"]), parse(given["filter"])
    selection = select(run.actor, resource, criteria=criteria, q=given["q"], action="export")
    # No transaction around it: how far it is shows outside, and nothing holds up the database's housekeeping.
    file, count = write_file(
        run.actor,
        resource,
        run.folder,
        Shape(given["kind"], given["columns"], given.get("codes", False)),
        criteria=criteria,
        q=given["q"],
        progress=_now_and_then(run, count_rows(selection, cap=None).value),
    )
    return {"file": file.name, "rows": count}


def _now_and_then(run: Run, total: int) -> Callable[[int], None]:
    """Tells how far an export is, once a second: each time costs a commit."""
    told = 0.0

    def progress(done: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_S:
            run.advance(min(done, total), {}, total=total)
            told = time.monotonic()

    return progress


@app.periodic(cron="27 * * * *")
@app.task(name="shuke.clear-uploads", queueing_lock="shuke.clear-uploads")
def clear(timestamp: int) -> None:
    """Remove uploaded spreadsheets that have been kept long enough."""
    clear_uploads(time.time() - datetime.timedelta(days=settings.SHUKE_JOB_DAYS).total_seconds())
