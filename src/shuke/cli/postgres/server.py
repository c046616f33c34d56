"""Making, starting and stopping an embedded cluster. Callers hold the cluster's start lock (see lease)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from shuke.cli.postgres import tuning
from shuke.cli.postgres.account import Account, account_for, give, make_readable, open_way
from shuke.cli.postgres.cluster import DATABASE, EXTENSIONS, ROLE, SUPERUSER, Cluster, binaries
from shuke.kernel.errors import ShukeError

# Recovery after a crash of a big database can take minutes; more means that something is broken.
_PATIENCE_S = 300

_CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8")


def start(cluster: Cluster, overrides: Mapping[str, str] | None = None) -> None:
    """Have the cluster running and set up: made if new, recovered if it was killed. Raises ShukeError."""
    account = account_for(cluster.folder)
    programs = binaries()
    open_way((cluster.folder, programs / "postgres"), account)
    make_readable(programs.parent, account)
    if not (cluster.folder / "PG_VERSION").exists():
        _create(cluster, account)
    _check_version(cluster)
    _prepare_sockets(cluster, account)
    if _launch(cluster, account, overrides):
        _set_up(cluster)


def stop(cluster: Cluster) -> None:
    """Stop the server, letting running statements roll back. Nothing happens when it is not running."""
    if _postmaster(cluster) is None:
        return
    account = account_for(cluster.folder)
    _run(
        "pg_ctl", ["stop", "-D", str(cluster.folder), "-m", "fast", "-w", "-t", str(_PATIENCE_S)], account, check=False
    )


def is_running(cluster: Cluster) -> bool:
    """Is a server process at work on this cluster?"""
    return _postmaster(cluster) is not None


def _create(cluster: Cluster, account: Account | None) -> None:
    """Make the cluster beside its place and move it there whole, so that a kill half-way leaves no broken one."""
    draft = cluster.folder.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    give(draft, account)
    descriptor, passwords = tempfile.mkstemp(prefix="shuke-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(cluster.superuser_password + "\n")
        if account is not None:
            os.chown(passwords, account.uid, account.gid)
        _initdb(draft, passwords, account)
    finally:
        Path(passwords).unlink()
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude_if_exists = 'shuke.conf'\n")
    draft.rename(cluster.folder)


def _initdb(folder: Path, passwords: str, account: Account | None) -> None:
    """UTF-8 with a character classification that knows Chinese: with LC_CTYPE C trigrams of Chinese text are empty."""
    problem = ""
    for ctype in _CTYPES:
        options = [
            "-D",
            str(folder),
            "-U",
            SUPERUSER,
            f"--pwfile={passwords}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
        ]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={ctype}", "--lc-messages=C"]
        done = _run("initdb", options + locale, account, check=False)
        if done.returncode == 0:
            return
        problem = done.stderr.strip()
        shutil.rmtree(folder)
        folder.mkdir()
        give(folder, account)
    raise ShukeError(f"The embedded database could not be created: {problem}")


def _check_version(cluster: Cluster) -> None:
    made_by = (cluster.folder / "PG_VERSION").read_text(encoding="ascii").strip()
    has = _run("postgres", ["--version"], None).stdout.split()[-1].split(".")[0]
    if made_by != has:
        raise ShukeError(
            f"The database in {cluster.folder} was made by PostgreSQL {made_by}, the installed one is {has}. "
            "Install the Shuke release that made it, dump with pg_dump, and load the dump into a new data folder."
        )


def _prepare_sockets(cluster: Cluster, account: Account | None) -> None:
    if cluster.sockets == cluster.folder:
        return
    cluster.sockets.mkdir(mode=0o700, exist_ok=True)
    if cluster.sockets.is_symlink() or cluster.sockets.stat().st_uid not in {
        os.geteuid(),
        account.uid if account else -1,
    }:
        raise ShukeError(f"{cluster.sockets} belongs to someone else: remove it, or shorten the path in SHUKE_DATA.")
    give(cluster.sockets, account)


def _launch(cluster: Cluster, account: Account | None, overrides: Mapping[str, str] | None) -> bool:
    """Wait for a server that is up or coming up, else start one. True when this call started it."""
    started, end = False, time.monotonic() + _PATIENCE_S
    while True:
        problem = _answers(cluster)
        if problem is None:
            return started
        if time.monotonic() > end:
            raise ShukeError(f"The embedded database does not answer: {problem.strip()}")
        if _postmaster(cluster) is None and not _orphans(cluster):
            if started:
                raise ShukeError(f"The embedded database stopped at once: {_log_tail(cluster)}")
            _spawn(cluster, account, overrides)
            started = True
        else:
            time.sleep(0.1)


def _spawn(cluster: Cluster, account: Account | None, overrides: Mapping[str, str] | None) -> None:
    # PostgreSQL would take a zombie, or a stranger with the same number, for the server that left these.
    for stale in (cluster.folder / "postmaster.pid", cluster.sockets / ".s.PGSQL.5432.lock"):
        stale.unlink(missing_ok=True)
    _configure(cluster, account, overrides)
    arguments = ["start", "-D", str(cluster.folder), "-w", "-t", str(_PATIENCE_S)]
    done = _run("pg_ctl", [*arguments, "-l", str(cluster.folder / "start.log")], account, check=False)
    if done.returncode != 0:
        raise ShukeError(f"The embedded database did not start: {_log_tail(cluster) or done.stderr.strip()}")


def _log_tail(cluster: Cluster) -> str:
    logs = [*cluster.folder.glob("log/*.log"), *cluster.folder.glob("start.log")]
    newest = max(logs, key=lambda path: path.stat().st_mtime, default=None)
    return newest.read_text(encoding="utf-8", errors="replace")[-1500:].strip() if newest else ""


def _configure(cluster: Cluster, account: Account | None, overrides: Mapping[str, str] | None) -> None:
    path = cluster.folder / "shuke.conf"
    path.write_text(tuning.configuration(str(cluster.sockets), overrides), encoding="utf-8")
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _answers(cluster: Cluster) -> str | None:
    """None when the server takes connections, else why it does not."""
    try:
        with psycopg.connect(cluster.superuser_url(), connect_timeout=5):
            return None
    except psycopg.OperationalError as error:
        return str(error)


def _postmaster(cluster: Cluster) -> psutil.Process | None:
    """The server's main process. A pid file left by a killed server may name a stranger by now: that is none."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        pid = int((cluster.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE and str(cluster.folder) in process.cmdline():
            return process
    return None


def _orphans(cluster: Cluster) -> bool:
    """Do parts of a killed server still hold its memory? They notice within a moment, and no new one starts before."""
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error):
            if process.info["name"] == "postgres" and Path(process.cwd()) == cluster.folder.resolve():
                return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _set_up(cluster: Cluster) -> None:
    """The application's role (no superuser), its database and the extensions; each only where missing."""
    with psycopg.connect(cluster.superuser_url("template1"), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    sql.Identifier(ROLE), sql.Literal(cluster.password)
                )
            )
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(ROLE))
            )


def _run(
    program: str, arguments: list[str], account: Account | None, *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs under the account. Output goes to files: a server would keep a pipe open."""
    command = [str(binaries() / program), *arguments]
    identity: dict[str, Any] = (
        {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    )
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", check=False, **identity
        )
        out.seek(0)
        err.seek(0)
        result = subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())
    if check and result.returncode != 0:
        raise ShukeError(f"{program} failed: {result.stderr.strip() or result.stdout.strip()}")
    return result
