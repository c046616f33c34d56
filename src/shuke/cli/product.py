"""What several commands do to the product: have its database running, migrate it, fill it, let people in."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shuke.kernel.errors import Conflict, NotFound, ShukeError

Echo = Callable[[str], Any]

# Any number will do, so long as every release uses the same.
_MIGRATION_LOCK = 0x5348554B45
_TURN_SECONDS = 0.2

# Kept on the table of migrations while they run. What a release installs behind its last migration – triggers, indexes,
# regions – is in no list of migrations: after a kill there only this tells that it is missing.
_UNDER_WAY = "shuke is migrating"


@contextmanager
def database() -> Iterator[None]:
    """Django set up and its database answering for the length of the block; the embedded one is started if it is down.

    Raises ShukeError when the database cannot be had, or when the app of an outside package cannot be loaded.
    """
    from django.conf import settings
    from django.db import connections

    from shuke.cli.extending import load
    from shuke.cli.postgres import running

    load(settings.OUTSIDE_APPS)
    try:
        if settings.EMBEDDED_DATABASE:
            with running(settings.SHUKE_DATA):
                yield
                connections.close_all()
        else:
            _reach()
            yield
    finally:
        connections.close_all()


def _reach() -> None:
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        where = connection.settings_dict
        place = f"{where['HOST'] or 'this machine'}{':' + str(where['PORT']) if where['PORT'] else ''}"
        raise ShukeError(
            f"The database “{where['NAME']}” on {place} cannot be reached. "
            f"Is PostgreSQL running, and is DATABASE_URL right? It said: {str(error).strip().splitlines()[0]}"
        ) from error


def pending_migrations() -> list[str]:
    """The migrations that the database lacks, as ``app.name``, in the order in which they would run."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def was_interrupted() -> bool:
    """Did the last migrating end before it was done?"""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
        return bool(cursor.fetchone()[0] == _UNDER_WAY)


def migrate(echo: Echo) -> None:
    """Apply what is missing. One process works while others wait and then find nothing to do."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    with connection.cursor() as cursor:
        _await_turn(cursor)
        try:
            pending = pending_migrations()
            if pending or was_interrupted():
                echo(f"Applying {len(pending)} migrations …")
                _create_extensions()
                MigrationRecorder(connection).ensure_schema()
                cursor.execute(f"COMMENT ON TABLE django_migrations IS '{_UNDER_WAY}'")
                call_command("migrate", interactive=False, verbosity=0)
                cursor.execute("COMMENT ON TABLE django_migrations IS NULL")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def _await_turn(cursor: Any) -> None:
    """Hold the lock of migrations, asking for it anew: a statement that waits inside the database would itself be
    waited for by the indexes that the other process makes concurrently, for ever."""
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_MIGRATION_LOCK])
        if cursor.fetchone()[0]:
            return
        time.sleep(_TURN_SECONDS)


def _create_extensions() -> None:
    """All of ours are "trusted": the owner of a database may create them without being a superuser."""
    from django.db import ProgrammingError, connection

    from shuke.cli.postgres.cluster import EXTENSIONS

    with connection.cursor() as cursor:
        for name in EXTENSIONS:
            try:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
            except ProgrammingError as error:
                raise ShukeError(
                    f"The extension {name} is missing and could not be created: {str(error).strip()}. Make the role "
                    f"the owner of the database, or have an administrator run CREATE EXTENSION {name};"
                ) from error


def make_demo(*, customers: int, seed: int, reset: bool, echo: Echo, offices: int = 0) -> None:
    """Fill an empty database with the demo company. Raises Conflict when there is data already."""
    from django.conf import settings

    from shuke.cli.demo import fill

    signins = signins_file(settings.SHUKE_DATA)
    if reset:
        if has_people() and not signins.exists():
            raise Conflict("This database was not made by `shuke demo`: --reset would throw away real data. Refused.")
        _empty_database()
        signins.unlink(missing_ok=True)
    migrate(echo)
    if has_people():
        raise Conflict("There are people in this database already. An existing demo company is replaced by --reset.")
    fill(customers, seed, echo, offices=offices)


def signins_file(data: Path) -> Path:
    """Where the demo company's passwords are kept: ``[{"login", "password", "role"}]``, mode 0600."""
    return data / "demo-signins.json"


def signins_text(data: Path, *, fresh: bool) -> str:
    """What to tell about the demo sign-ins: right after they were made the passwords, later where they are kept."""
    path = signins_file(data)
    if not path.exists():
        return ""
    if not fresh:
        return f"Demo sign-ins are kept in {path}"
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    rows = json.loads(path.read_text(encoding="utf-8"))
    width = max((len(row["login"]) for row in rows), default=0)
    lines = [f"  {row['login']:<{width}}  {row['password']}  {row['role']}" for row in rows]
    return "\n".join(["Demo sign-ins (shown this once, kept in " + str(path) + "):", *lines])


def has_people() -> bool:
    """Has anybody an account?"""
    from shuke.engine.organisation.models import User

    return bool(User.objects.unscoped("is the database in use?").exists())


def create_admin(login: str, name: str) -> str:
    """A new system administrator's random password. Raises Conflict when the login is taken."""
    from shuke.apps.people.services.builtin import install
    from shuke.engine.commands.passwords import first_password
    from shuke.engine.organisation.models import User

    migrate(lambda _line: None)
    if User.objects.unscoped("is the login free?").filter(login__iexact=login, deleted_at__isnull=True).exists():
        raise Conflict(f"The login “{login}” is taken.")
    user = User(login=login, name=name, is_administrator=True)
    password = first_password(user)
    user.set_password(password)
    user.save()
    install()
    return password


def issue_token(login: str, label: str) -> str:
    """A new bearer token of the user with this login. Raises NotFound."""
    from shuke.engine.organisation.models import User
    from shuke.engine.signing import tokens

    people = User.objects.unscoped("whose token?").filter(deleted_at__isnull=True, is_active=True)
    user = people.filter(login__iexact=login).first()
    if user is None:
        raise NotFound(f"Nobody signs in as “{login}”.")
    return tokens.issue(user, label)


def _empty_database() -> None:
    """Our role owns the database, hence the schema; extensions come back with the first migration."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
