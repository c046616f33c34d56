"""The worker's nightly task for files."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shuke.engine.files.sweeping import drop_let_go, drop_removed, sweep


@app.periodic(cron="37 3 * * *")
@app.task(name="shuke.files", queueing_lock="shuke.files")
def tidy_files(timestamp: int) -> None:
    """Let go of what was removed long ago, and of contents that belong to nothing."""
    drop_removed()
    drop_let_go()
    sweep()
