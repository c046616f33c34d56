"""Under which system account the database server runs.

PostgreSQL refuses to run as root. For root we take an unprivileged account: the owner of an existing cluster, else the
system account ``shuke`` (made when the machine can), else ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shuke.kernel.errors import ShukeError

ACCOUNT = "shuke"


@dataclass(frozen=True)
class Account:
    """A system account by its numbers."""

    uid: int
    gid: int


def account_for(folder: Path) -> Account | None:
    """The account that must run the server of this cluster folder; None: the present user is fine."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        owner = folder.stat()
        return Account(owner.st_uid, owner.st_gid)
    entry = _entry(ACCOUNT) or _made(ACCOUNT) or _entry("nobody")
    if entry is None:
        raise ShukeError("PostgreSQL cannot run as root, and there is no other account: run as an ordinary user.")
    return Account(entry.pw_uid, entry.pw_gid)


def give(folder: Path, account: Account | None) -> None:
    """Make ``folder`` private to the account."""
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def open_way(paths: Iterable[Path], account: Account | None) -> None:
    """Let the account reach ``paths``: folders above that it may not pass get ``o+x`` (pass, not list); says so.

    A root whose checkout lies in /root would have no database otherwise. Raises ShukeError when that is impossible.
    """
    if account is None:
        return
    for folder in sorted({parent for path in paths for parent in path.resolve().parents}):
        mode = folder.stat()
        if _may_pass(mode, account):
            continue
        try:
            folder.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH)
        except OSError as error:
            raise ShukeError(
                f"The database's account cannot pass {folder}: {error.strerror}. "
                "Set SHUKE_DATA to a folder that every account can reach, e.g. /var/lib/shuke."
            ) from error
        print(f"shuke: let the database's account pass {folder} (o+x)", file=sys.stderr)


def make_readable(folder: Path, account: Account | None) -> None:
    """Let the account read and run everything below ``folder`` (an installation made under a strict umask)."""
    if account is None or folder.stat().st_mode & stat.S_IROTH:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(stat.S_IMODE(mode) | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _may_pass(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _made(name: str) -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    subprocess.run(command, check=False, capture_output=True)
    return _entry(name)
