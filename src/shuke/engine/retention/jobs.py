"""The worker's nightly task for the recycle bin."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shuke.engine.retention.purge import purge_old


@app.periodic(cron="7 4 * * *")
@app.task(name="shuke.purge", queueing_lock="shuke.purge")
def empty_bin(timestamp: int) -> None:
    """Delete for good what has waited long enough."""
    purge_old()
