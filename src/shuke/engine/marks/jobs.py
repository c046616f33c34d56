"""The worker's nightly task for marks."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shuke.engine.marks.marking import forget_old


@app.periodic(cron="57 3 * * *")
@app.task(name="shuke.marks", queueing_lock="shuke.marks")
def tidy_marks(timestamp: int) -> None:
    """Drop what people looked at long ago."""
    forget_old()
