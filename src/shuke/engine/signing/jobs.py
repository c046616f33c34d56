"""The worker's nightly task: old lines of the log, and sessions that ran out."""

from __future__ import annotations

from procrastinate.contrib.django import app

from shuke.engine.signing.noting import clear_sign_ins
from shuke.engine.signing.sessions import clear_sessions


@app.periodic(cron="47 3 * * *")
@app.task(name="shuke.sign-ins.clear", queueing_lock="shuke.sign-ins.clear")
def clear(timestamp: int) -> None:
    """Every night: let go of what was kept long enough."""
    clear_sign_ins()
    clear_sessions()
