"""The two kinds of long-running process: one answers browsers, one works on jobs."""

from __future__ import annotations

import os
import signal
import threading
import time

# In the environment of a command that `shuke serve` starts: the number of that process.
PARENT = "SHUKE_PARENT"
# How much less eager than the web processes the worker is for the processor (``nice``).
_BEHIND = 5


def run_web(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve HTTP with granian until a signal ends it; what is None comes from the environment."""
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _follow_starter()
    Granian(
        "shuke.config.wsgi:application",
        address=host or settings.ENVIRONMENT.host,
        port=port or settings.ENVIRONMENT.port,
        interface=Interfaces.WSGI,
        workers=workers or settings.ENVIRONMENT.workers,
        blocking_threads=settings.ENVIRONMENT.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_level=LogLevels.warning,
    ).serve()


def give_way() -> None:
    """Let the web processes go first, from their start on: who waits for a page goes before work nobody looks at."""
    os.nice(_BEHIND)


def run_worker() -> None:
    """Work on procrastinate's queues until a signal ends it. Short work is finished, long work stops where it is."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    _follow_starter()
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(name="shuke", concurrency=2, shutdown_graceful_timeout=2)


def was_started() -> bool:
    """Is this a process that `shuke serve` started?"""
    return PARENT in os.environ


def follow_parent(parent: int) -> None:
    """End this process when the process ``parent`` ends, even by kill -9: it must not keep the port or the jobs."""
    threading.Thread(target=_watch, args=(parent,), name="follow-parent", daemon=True).start()


def _follow_starter() -> None:
    number = os.environ.pop(PARENT, "")
    if number:
        follow_parent(int(number))


def _watch(parent: int) -> None:
    # An orphan gets another parent. There is no portable way to be told.
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
