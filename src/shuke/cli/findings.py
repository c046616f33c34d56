"""What can be wrong with an installation, each as one small question with a remedy."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from shuke.cli.postgres.cluster import EXTENSIONS
from shuke.cli.product import pending_migrations, was_interrupted
from shuke.kernel.errors import ShukeError

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 15


@dataclass(frozen=True)
class Finding:
    """The answer to one question. ``remedy`` says what to do where ``state`` is not "ok"."""

    subject: str
    state: Literal["ok", "warning", "bad"]
    said: str
    remedy: str = ""


Question = Callable[[], Finding]

# Settings of the server: when one makes us slow (what it says in PostgreSQL's own units), and what it should be.
_ADVISED: dict[str, tuple[Callable[[str], bool], str]] = {
    "jit": (lambda said: said == "on", "off"),
    "wal_compression": (lambda said: said in ("on", "pglz"), "off"),
    "max_wal_size": (lambda said: int(said) < 4096, "4GB"),
    "checkpoint_timeout": (lambda said: int(said) < 900, "15min"),
}


def refuse_unfit_database() -> None:
    """Raise ShukeError, with the remedy, when the connected database cannot carry the product."""
    for question in FITNESS:
        finding = question()
        if finding.state == "bad":
            raise ShukeError(f"{finding.subject}: {finding.said}. {finding.remedy}")


def python() -> Finding:
    """Is Python new enough?"""
    said = ".".join(str(part) for part in sys.version_info[:3])
    if tuple(sys.version_info) < OLDEST_PYTHON:
        return Finding("Python", "bad", said, "Install Python 3.11 or newer and run `make run` again.")
    return Finding("Python", "ok", said)


def data_folder() -> Finding:
    """Can we write where everything is kept?"""
    from django.conf import settings

    try:
        with tempfile.TemporaryFile(dir=settings.SHUKE_DATA):
            pass
    except OSError as error:
        said = f"{settings.SHUKE_DATA}: {error.strerror}"
        return Finding(
            "Data folder", "bad", said, "Make it writable for this user, or set SHUKE_DATA to another folder."
        )
    return Finding("Data folder", "ok", str(settings.SHUKE_DATA))


def database_version() -> Finding:
    """Is the server new enough?"""
    version = _value("SHOW server_version")
    if int(_value("SHOW server_version_num")) < OLDEST_POSTGRESQL * 10000:
        return Finding("PostgreSQL", "bad", version, f"Upgrade it to {OLDEST_POSTGRESQL} or newer.")
    return Finding("PostgreSQL", "ok", version)


def database_characters() -> Finding:
    """Does the database know what a Chinese character is? With LC_CTYPE C it splits no Chinese text into trigrams."""
    ctype = _value("SELECT datctype FROM pg_database WHERE datname = current_database()")
    encoding = _value("SHOW server_encoding")
    said = f"encoding {encoding}, LC_CTYPE {ctype}"
    if encoding != "UTF8" or ctype in {"C", "POSIX"}:
        remedy = (
            "Make a new database with CREATE DATABASE shuke OWNER shuke TEMPLATE template0 ENCODING 'UTF8' "
            "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8', and move the data there with pg_dump and pg_restore."
        )
        return Finding("Characters", "bad", said, remedy)
    return Finding("Characters", "ok", said)


def database_role() -> Finding:
    """Do we work without superuser rights? A superuser would pass by every limit that the database sets us."""
    name = _value("SELECT current_user")
    if _value("SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user") == "true":
        remedy = "CREATE ROLE shuke LOGIN PASSWORD '…'; make it the owner of the database; put it into DATABASE_URL."
        return Finding("Database role", "bad", f"{name} is a superuser", remedy)
    return Finding("Database role", "ok", f"{name}, no superuser")


def database_owner() -> Finding:
    """Do we own our tables? Who does not can add no field, look after no index and go to no later version."""
    from django.apps import apps

    strangers = _value(
        "SELECT string_agg(DISTINCT relowner::regrole::text, ', ') FROM pg_class WHERE relkind IN ('r', 'p') "
        "AND relnamespace = current_schema()::regnamespace AND relname = ANY(%s) "
        "AND NOT pg_has_role(relowner, 'USAGE')",
        [model._meta.db_table for model in apps.get_models(include_auto_created=True)],
    )
    if strangers:
        me = _value("SELECT current_user")
        remedy = (
            f"Load the dump with pg_restore --no-owner --role={me}; or let an administrator run, in this database, "
            f"REASSIGN OWNED BY {strangers} TO {me};"
        )
        return Finding("Tables", "bad", f"of another role: {strangers}", remedy)
    return Finding("Tables", "ok", "all of this role")


def database_extensions() -> Finding:
    """Are the extensions there, or can we have them made?"""
    missing = [name for name in EXTENSIONS if not _value("SELECT count(*) FROM pg_extension WHERE extname = %s", name)]
    unavailable = [
        name for name in missing if not _value("SELECT count(*) FROM pg_available_extensions WHERE name = %s", name)
    ]
    if unavailable:
        remedy = "Install PostgreSQL's contrib modules (Debian has them in the server's own package)."
        return Finding("Extensions", "bad", f"not installed on the server: {', '.join(unavailable)}", remedy)
    if missing:
        remedy = "`shuke migrate` makes them; or an administrator: " + " ".join(
            f"CREATE EXTENSION {n};" for n in missing
        )
        return Finding("Extensions", "warning", f"not yet in this database: {', '.join(missing)}", remedy)
    return Finding("Extensions", "ok", ", ".join(EXTENSIONS))


def database_settings() -> Finding:
    """Is the server set for pages within milliseconds and imports into large tables? Its defaults are for neither."""
    said = {name: _value("SELECT setting FROM pg_settings WHERE name = %s", name) for name in _ADVISED}
    dear = [
        f"ALTER SYSTEM SET {name} = '{advised}';"
        for name, (is_dear, advised) in _ADVISED.items()
        if is_dear(said[name])
    ]
    if dear:
        remedy = f"{' '.join(dear)} SELECT pg_reload_conf();"
        return Finding("Database settings", "warning", "slower than they need be", remedy)
    return Finding("Database settings", "ok", "as they should be")


def migrations() -> Finding:
    """Is the database of this version?"""
    pending = pending_migrations()
    if pending:
        return Finding("Migrations", "bad", f"{len(pending)} missing, first {pending[0]}", "Run `shuke migrate`.")
    if was_interrupted():
        return Finding("Migrations", "bad", "the last run was interrupted", "Run `shuke migrate`.")
    return Finding("Migrations", "ok", "all applied")


def audit_triggers() -> Finding:
    """Does the database record every change of every record?"""
    from shuke.engine.audit.install import missing_triggers

    missing = sorted({table for _statement, table in missing_triggers()})
    if missing:
        return Finding("Audit triggers", "bad", f"missing on {', '.join(missing)}", "Run `shuke manage migrate`.")
    return Finding("Audit triggers", "ok", "on every tracked table")


def front_end() -> Finding:
    """Have the scripts and styles been built?"""
    import shuke

    build = Path(shuke.__file__).parent / "web" / "static" / "build"
    if not list(build.rglob("manifest.json")):
        return Finding(
            "Front end", "bad", f"not built ({build})", "Run `make run`, or `npm ci && npm run build` in frontend."
        )
    return Finding("Front end", "ok", "built")


def translations() -> Finding:
    """Have the Chinese texts been compiled, and since they were last changed?"""
    import shuke

    catalogue = Path(shuke.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    source = catalogue.with_suffix(".po")
    if not catalogue.exists() or (source.exists() and source.stat().st_mtime > catalogue.stat().st_mtime):
        return Finding("Translations", "bad", "not compiled", "Run `make run`, or `python tools/messages.py compile`.")
    return Finding("Translations", "ok", "compiled")


def outside_apps() -> Finding:
    """Which apps of outside packages are at work, and which are left out?"""
    from django.conf import settings

    from shuke.cli.extending import outside_apps as installed

    working = settings.OUTSIDE_APPS
    left_out = [str(app) for app in installed() if app not in working]
    said = ", ".join(map(str, working)) or "none of outside packages"
    if left_out:
        remedy = "Take it out of SHUKE_WITHOUT_APPS once it is mended, or uninstall its package."
        return Finding("Apps", "warning", f"{said}; left out: {', '.join(left_out)}", remedy)
    return Finding("Apps", "ok", said)


def descriptions() -> Finding:
    """Do all names that the descriptions of objects use lead somewhere?"""
    from shuke.resource.checks import check_resources

    wrong = check_resources()
    if wrong:
        said = "; ".join(f"{one.msg} {one.hint or ''}".strip() for one in wrong[:3])
        return Finding("Descriptions", "bad", said, "Mend the resource, or leave its app out with SHUKE_WITHOUT_APPS.")
    return Finding("Descriptions", "ok", "every name leads somewhere")


def jobs() -> Finding:
    """Is somebody working on queued jobs?"""
    alive = _value("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'")
    waiting = _value(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' "
        "AND (scheduled_at IS NULL OR scheduled_at < now() - interval '5 minutes')"
    )
    if alive:
        return Finding("Worker", "ok", f"{alive} at work")
    remedy = "Start `shuke serve`, or `shuke worker` on a machine that runs them apart."
    return Finding("Worker", "bad" if waiting else "warning", f"none at work, {waiting} jobs wait", remedy)


# What must be right before anything is written.
FITNESS: tuple[Question, ...] = (
    database_version,
    database_characters,
    database_role,
    database_owner,
    database_extensions,
)
INSTALLATION: tuple[Question, ...] = (
    python,
    data_folder,
    front_end,
    translations,
    outside_apps,
    descriptions,
    database_settings,
)
# Asked of a database of this version only.
RUNNING: tuple[Question, ...] = (audit_triggers, jobs)


def _value(query: str, *parameters: str | list[str]) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0]
