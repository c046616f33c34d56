"""Reads a workbook in a process of its own: a program, run by ``sheets.py``, that imports nothing of ours.

The parser holds a sheet as one block from its first to its last cell: a file of 5 KB with a cell in each corner asks
for 550 GB and takes its process along. This one has little to lose: its memory and time are limited, and the system
takes it first when memory runs out. It writes JSON lines: up to 200 rows each, a date as ``{"d": "2026-08-31"}``,
a time as ``{"t": "2026-08-31T14:30:00"}``, and at last ``"end"`` – or ``{"error": …}``.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import resource
import sys
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

MEMORY = 4 * 1024**3
SECONDS = 120
_AT_ONCE = 200


def main(path: str, columns: int) -> None:
    """Write the first sheet of the workbook to standard output, at most so many columns of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    try:
        _write(path, columns)
    except (CalamineError, IndexError, OSError) as error:
        _say({"error": str(error)})
    else:
        _say("end")


def _write(path: str, columns: int) -> None:
    waiting: list[list[Any]] = []
    for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows():
        waiting.append([_cell(value) for value in row[:columns]])
        if len(waiting) == _AT_ONCE:
            _say(waiting)
            waiting = []
    _say(waiting)


def _say(data: Any) -> None:
    sys.stdout.write(json.dumps(data) + "\n")


def _cell(value: Any) -> Any:
    """Numbers that are whole lose their “.0”, so that telephone numbers and codes stay what they were."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return int(value)
    if isinstance(value, datetime.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    return value


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
