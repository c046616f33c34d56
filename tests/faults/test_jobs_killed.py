"""A worker killed in the middle of an import, a bulk edit and an export: each goes on, and nothing is done twice."""

from __future__ import annotations

import json
from typing import Any

import psutil
import psycopg

from shuke.cli.postgres import cluster_in
from tests.cli.conftest import Serving, data, migrated, run_shuke, serving, wait_for

__all__ = ["data", "migrated", "serving"]

ROWS = 8_000
# A worker counts as dead after half a minute of silence, and the dead are looked for once a minute.
_REVIVED_WITHIN_S = 150.0

_AS_ADMIN = """
import csv, io, json
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.undo import undo
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import folder_of
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import User
admin = actor_for(User.plain.get(login="root"), "web")
"""
_MAKE = f"""
from shuke.engine.commands.many import insert_many
insert_many(admin, customers, [Customer(name=f"老客户{{n:05d}}", owner_id=admin.user_id) for n in range({ROWS})])
print(Customer.plain.count())
"""
_ORDER = f"""
from shuke.engine.bulk.acting import Work, order
from shuke.engine.exchange.exporting import Shape
from shuke.engine.exchange.orders import order_export, order_import
from shuke.engine.exchange.uploads import keep, sheet_of
text = "客户名称\\n" + "\\n".join(f"新客户{{n:05d}}" for n in range({ROWS}))
sheet = sheet_of(admin, keep(admin, "new.csv", [text.encode()]), "new.csv")
old = {{"field": "name", "op": "begins", "value": "老客户"}}
jobs = [
    order_import(admin, customers, sheet, header_line=1, fields=["name"], duplicates="create", dry=False),
    order(admin, customers, Work("edit", {{"probability": 60}}), list(Customer.plain.values_list("pk", flat=True))),
    order_export(admin, customers, Shape("csv", ["name"]), criteria=old, q=""),
]
print(json.dumps([job.pk for job in jobs]))
"""
# Asked of the database itself: by the time that a process has started to ask, all might be done.
_AT_WORK = "SELECT 1 FROM jobs_job WHERE 0 < done AND done < %s"
_RUNS = "print(json.dumps(max(Job.objects.values_list('runs', flat=True))))"
_STATES = "print(json.dumps({job.pk: [job.state, job.done] for job in Job.objects.all()}))"
_FOUND = """
old, new = (Customer.plain.filter(name__startswith=word, deleted_at=None) for word in ("老客户", "新客户"))
exported = sum(1 for _line in (folder_of(%d) / "customers.csv").open(encoding="utf-8-sig")) - 1
print(json.dumps({
    "new": new.count(), "names": new.values("name").distinct().count(),
    "edited": old.filter(probability=60, version=2).count(), "exported": exported,
}))
"""
_UNDO = """
for pk in %r:
    undo(admin, Job.objects.get(pk=pk).change_id)
print(json.dumps([Customer.plain.filter(deleted_at=None).count(), Customer.plain.exclude(probability=None).count()]))
"""


def ask(serving: Serving, code: str) -> Any:
    """Run code in the installation's own Python and give back what it prints as JSON on its last line."""
    done = run_shuke(serving.data, "manage", "shell", "-v", "0", "-c", _AS_ADMIN + code)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_killed_jobs_go_on_and_do_nothing_twice(serving: Serving) -> None:
    serving.start()
    assert run_shuke(serving.data, "createadmin", "root").returncode == 0
    assert ask(serving, _MAKE) == ROWS
    importing, editing, exporting = ask(serving, _ORDER)

    with psycopg.connect(cluster_in(serving.data).url(), autocommit=True) as watching:
        wait_for(lambda: bool(watching.execute(_AT_WORK, [ROWS]).fetchone()), "no job was seen at work")
        (worker,) = [process for process in serving.family() if process.cmdline()[-1] == "worker"]
        worker.kill()
    assert serving.process is not None
    serving.process.communicate(timeout=60)
    psutil.wait_procs([worker])
    serving.start()

    def all_are_done() -> bool:
        return all(state == "done" for state, _done in ask(serving, _STATES).values())

    wait_for(all_are_done, "the jobs of the killed worker were not taken up again", _REVIVED_WITHIN_S)
    assert ask(serving, _RUNS) > 1, "every job was done before the worker was killed"
    assert ask(serving, _FOUND % exporting) == {"new": ROWS, "names": ROWS, "edited": ROWS, "exported": ROWS}
    assert ask(serving, _UNDO % [importing, editing]) == [ROWS, 0]
