"""``shuke serve``: everything that a running product needs, as one process to start and one to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import click

from shuke.cli.processes import PARENT
from shuke.kernel.errors import Conflict, ShukeError

_READY_WITHIN_S = 60
_STOP_WITHIN_S = 30
# By default glibc gives each thread an arena, and keeps what was large once – checking a password takes 16 MB for a
# moment – for the next time: 20 MB a web worker each.
_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}
_NOBODY_YET = """Nobody can sign in yet. In another terminal, with the same settings:

    shuke createadmin LOGIN     prints a password; whoever signs in with it is led through setting up
"""


def serve(*, host: str | None, port: int | None, workers: int | None, with_demo: bool) -> int:
    """Run the product until a signal or until one of its processes dies. Returns the exit code; raises ShukeError."""
    from django.conf import settings
    from django.db import connections

    from shuke.cli import product
    from shuke.cli.findings import refuse_unfit_database

    host, port = host or settings.ENVIRONMENT.host, port or settings.ENVIRONMENT.port
    require_free(host, port)
    with product.database():
        refuse_unfit_database()
        product.migrate(click.echo)
        is_empty = not product.has_people()
        fresh = with_demo and is_empty
        if fresh:
            product.make_demo(customers=2000, seed=7, reset=False, echo=click.echo)
        connections.close_all()
        web = ["web", "--host", host, "--port", str(port), "--workers", str(workers or settings.ENVIRONMENT.workers)]
        with _children({"web": web, "worker": ["worker"]}) as children:
            stop = _stop_event()
            if _is_ready(host, port, children, stop):
                click.echo(f"\n熟客 Shuke is ready: {address(host, port)}   (Ctrl-C stops it)")
                if is_empty and not with_demo:
                    click.echo(_NOBODY_YET)
                if with_demo:
                    click.echo(product.signins_text(settings.SHUKE_DATA, fresh=fresh))
            return _watch(children, stop)


def require_free(host: str, port: int) -> None:
    """Raises Conflict when another program listens there, ShukeError when this machine cannot listen there at all."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise ShukeError(
                f"Port {port} is reserved for the system: choose one above 1023, e.g. PORT=8000."
            ) from error
        except socket.gaierror as error:
            raise ShukeError(f"There is no address “{host}” to listen on.") from error
        except OSError as error:
            raise Conflict(
                f"Port {port} on {host} is taken by another program ({error.strerror}). "
                f"Stop that program, or choose another port: PORT={port + 1}."
            ) from error


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the product."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


@contextmanager
def _children(commands: dict[str, list[str]]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Our own commands as child processes: in sessions of their own, so that Ctrl-C reaches only us; ended with us."""
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, arguments in commands.items():
            started[name] = subprocess.Popen(
                [sys.executable, "-m", "shuke.cli.main", *arguments],
                env={**_MEMORY, **os.environ, PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        yield started
    finally:
        _end(started)


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + _STOP_WITHIN_S
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            # The whole session: granian's workers must not outlive it and keep the port.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _is_ready(host: str, port: int, children: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> bool:
    """Wait for the first good answer; False when we are to stop, a child died, or it takes too long."""
    url = address(host, port) + "healthz"
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline and not stop.is_set() and not _dead(children):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return True
        stop.wait(0.1)
    if not stop.is_set() and not _dead(children):
        click.echo(f"shuke: {url} does not say ok yet; the reason should stand above.", err=True)
    return False


def _watch(children: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> int:
    while not stop.wait(0.25):
        if dead := _dead(children):
            names = ", ".join(f"{name} (exit code {children[name].returncode})" for name in dead)
            click.echo(f"shuke: stopped unexpectedly: {names}. Stopping the rest; the reason stands above.", err=True)
            return 1
    click.echo("Stopping …")
    return 0


def _dead(children: dict[str, subprocess.Popen[bytes]]) -> list[str]:
    return [name for name, child in children.items() if child.poll() is not None]
