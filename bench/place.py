"""The bench's own installation for each size: filled once, served by the real command on a loopback port."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.client import WrongAnswer

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
# Branch offices of 25 people in 5 units: with the head office a thousand people in two hundred units.
OFFICES = {"10k": 0, "100k": 10, "1m": 38}
SEED = 7
# What the contents of the database depend on: they are made anew when one of these files changes.
MAKERS = ("**/migrations/*.py", "cli/demo/*", "kernel/grams.py", "kernel/pinyin.py", "engine/record/index_text.py")
_READY_WITHIN_S = 120.0
_NOT_OURS = frozenset({"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"})


def folder(size: str) -> Path:
    """Where the installation of a size keeps its data."""
    return Path(os.environ.get("SHUKE_DATA") or ROOT / "data").absolute() / "bench" / size


def environment(data: Path, port: int = 0) -> dict[str, str]:
    """What our commands are started with: their own data, never somebody's DATABASE_URL, and compiled code kept."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src"), kept.get("PYTHONPATH", "")])
    ours = {"SHUKE_DATA": str(data), "SHUKE_BENCH": "1", "DJANGO_SETTINGS_MODULE": "bench.settings"}
    return {**kept, **ours, "PYTHONPATH": paths.rstrip(os.pathsep), "PORT": str(port or 8000)}


def fill(size: str) -> float:
    """Make the installation of a size unless it is there. Returns the seconds that it took, 0 when it was there."""
    data = folder(size)
    mark = data / "filled.json"
    wanted = {"customers": SIZES[size], "offices": OFFICES[size], "seed": SEED, "made_by": digest()}
    if mark.exists() and json.loads(mark.read_text("utf-8")) == wanted:
        return 0.0
    # What an interrupted run left behind is not worth mending.
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    begun = time.perf_counter()
    command = ["demo", "--customers", str(SIZES[size]), "--seed", str(SEED), "--offices", str(OFFICES[size])]
    subprocess.run([sys.executable, "-m", "shuke.cli.main", *command], env=environment(data), check=True)
    mark.write_text(json.dumps(wanted), "utf-8")
    return time.perf_counter() - begun


def digest() -> str:
    """One number for everything that decides what is in the database."""
    package = ROOT / "src" / "shuke"
    files = sorted({path for pattern in MAKERS for path in package.glob(pattern) if path.is_file()})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


@dataclass(frozen=True)
class Served:
    """The running product: its port, its process, the seconds from the command to the first page."""

    port: int
    process: int
    cold_start_s: float


@contextmanager
def served(size: str) -> Iterator[Served]:
    """`shuke serve` for as long as the block runs."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "shuke.cli.main", "serve", "--port", str(port), "--workers", "2"],
        env=environment(folder(size), port),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_page(process, port)
        yield Served(port, process.pid, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_page(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when the sign-in page is answered. Raises WrongAnswer when the server ends or never answers."""
    deadline = time.perf_counter() + _READY_WITHIN_S
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise WrongAnswer(f"the server ended with exit code {process.returncode}; the reason stands above")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5):
            return
        time.sleep(0.05)
    raise WrongAnswer(f"no page within {_READY_WITHIN_S:.0f} s")


def database(size: str) -> psycopg.Connection:
    """A connection of our own to the installation's database, which is running."""
    from shuke.cli.postgres import cluster_in

    return psycopg.connect(cluster_in(folder(size)).url(), autocommit=True)


def password(size: str, role: str) -> tuple[str, str]:
    """Login and password of the first demo account with this job title."""
    entries = json.loads((folder(size) / "demo-signins.json").read_text("utf-8"))
    found = next(entry for entry in entries if entry["role"] == role)
    return found["login"], found["password"]


def token(size: str, login: str) -> str:
    """A fresh bearer token of a demo account."""
    command = [sys.executable, "-m", "shuke.cli.main", "token", login]
    done = subprocess.run(command, env=environment(folder(size)), check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def web_memory_mb(process: int) -> float | None:
    """The largest resident set among the web workers under a process, in MB; None where /proc is not there."""
    if not Path("/proc").is_dir():
        return None
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parents.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(int(path.parent.name))
    waiting, sizes = [process], []
    while waiting:
        current = waiting.pop()
        waiting += parents.get(current, [])
        with contextlib.suppress(OSError):
            arguments = (Path("/proc") / str(current) / "cmdline").read_bytes().split(b"\0")
            if current != process and b"worker" not in arguments and b"postgres" not in arguments[0]:
                sizes.append(_resident_mb(current))
    return max(sizes, default=None)


def _resident_mb(process: int) -> float:
    lines = (Path("/proc") / str(process) / "status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
