"""Sharing one embedded server among processes: it runs as long as somebody uses it, the last one out stops it.

Locks are the kernel's (flock), so a process that is killed gives its lease back without doing anything.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from shuke.cli.keeping import unusable
from shuke.cli.postgres import server
from shuke.cli.postgres.cluster import Cluster, cluster_in


@contextmanager
def running(data: Path, overrides: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """The data folder's server, running for the length of the block. ``overrides`` are server settings for a new start.

    Raises ShukeError when it cannot be started.
    """
    cluster = cluster_in(data)
    with _open(data / "postgres.lease") as lease:
        with _starting(data):
            fcntl.flock(lease, fcntl.LOCK_SH)
            server.start(cluster, overrides)
        try:
            yield cluster
        finally:
            with _starting(data):
                if _is_last(lease):
                    server.stop(cluster)


def unused(data: Path) -> bool:
    """Does no living process hold a lease on the data folder's server? (A kill may have left it running.)"""
    with _open(data / "postgres.lease") as lease:
        return _is_last(lease)


@contextmanager
def _starting(data: Path) -> Iterator[None]:
    with _open(data / "postgres.starting") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_last(lease: IO[str]) -> bool:
    fcntl.flock(lease, fcntl.LOCK_UN)
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> IO[str]:
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise unusable(path.parent, error) from error
