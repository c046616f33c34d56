"""The two kinds of long-running process: one answers browsers, one works on jobs."""

from __future__ import annotations

import os
import signal
import threading

LIFELINE = "SHUKE_LIFELINE"


def run_web(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve HTTP with granian until a signal ends it; what is None comes from the environment."""
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    follow_parent()
    Granian(
        "shuke.config.wsgi:application",
        address=host or settings.ENVIRONMENT.host,
        port=port or settings.ENVIRONMENT.port,
        interface=Interfaces.WSGI,
        workers=workers or settings.ENVIRONMENT.workers,
        blocking_threads=settings.ENVIRONMENT.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_level="warning",
    ).serve()


def run_worker() -> None:
    """Work on procrastinate's queues until a signal ends it; running jobs may finish for 20 seconds."""
    from procrastinate.contrib.django import app

    follow_parent()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(name="shuke", concurrency=2, shutdown_graceful_timeout=20)


def follow_parent() -> None:
    """End with the process that started this one, even if that is killed: its end of a pipe closes in any case."""
    number = os.environ.pop(LIFELINE, "")
    if number:
        threading.Thread(target=_wait_for_end, args=(int(number),), name="lifeline", daemon=True).start()


def _wait_for_end(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
