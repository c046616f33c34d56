"""Commands run as an operator runs them: as processes of their own, on data folders of their own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from shuke.cli.postgres import cluster_in, server
from shuke.cli.postgres.lease import unused

Shuke = Callable[..., "subprocess.CompletedProcess[str]"]


def command_environment(data: Path, **extra: str) -> dict[str, str]:
    """The environment of an operator's shell: none of the test run's own settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT"} and not name.startswith("SHUKE_")
    }
    return {**kept, "SHUKE_DATA": str(data), **extra}


def run_shuke(data: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "shuke.cli.main", *arguments],
        env=command_environment(data, **extra),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Poll until the condition holds; the test fails with ``what`` when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds} s in vain: {what}")
        time.sleep(0.05)


@dataclass
class Serving:
    """A running ``shuke serve``."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shuke.cli.main", "serve"],
            env=command_environment(self.data, PORT=str(self.port), SHUKE_WORKERS="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_for(lambda: self.health() == 200 or self.process.poll() is not None, "serve does not answer")
        if self.process.poll() is not None:
            pytest.fail(f"serve ended: {self.process.communicate()[0]}")

    def health(self) -> int:
        """The status of /healthz; 0 when nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def family(self) -> list[psutil.Process]:
        """The process and everything it started, the database aside (that is nobody's child)."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Signal it; (exit code, all it printed)."""
        self.process.send_signal(number)
        said = self.process.communicate(timeout=60)[0]
        return self.process.returncode, said


@contextmanager
def data_folder() -> Iterator[Path]:
    """A new data folder, whose database is stopped afterwards whoever left it running.

    Not pytest's tmp_path: only its owner may pass that, and for root the database has another account.
    """
    folder = Path(tempfile.mkdtemp(prefix="shuke-cli-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        if (folder / "postgres").exists():
            wait_for(lambda: unused(folder), "a command still uses the database")
            server.stop(cluster_in(folder))
        shutil.rmtree(folder)


@pytest.fixture
def data() -> Iterator[Path]:
    """An empty data folder."""
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def migrated() -> Iterator[Path]:
    """A data folder with a migrated database, at rest; to be copied."""
    with data_folder() as folder:
        done = run_shuke(folder, "migrate")
        assert done.returncode == 0, done.stderr
        yield folder


@pytest.fixture(scope="module")
def installation(migrated: Path) -> Iterator[Path]:
    """A data folder with a migrated database, shared by the tests of a module."""
    with data_folder() as folder:
        subprocess.run(["cp", "-a", f"{migrated}/.", str(folder)], check=True)
        yield folder


@pytest.fixture
def serving(data: Path, migrated: Path) -> Iterator[Serving]:
    """A product to start on a database of its own, which is ended whatever happens."""
    subprocess.run(["cp", "-a", f"{migrated}/.", str(data)], check=True)
    running = Serving(data)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.process.kill()  # its children follow
        running.process.communicate()
