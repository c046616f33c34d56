"""`shuke doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shuke.cli.postgres import Cluster, running
from tests.cli.conftest import free_port, run_shuke


@pytest.fixture
def cluster(data: Path) -> Iterator[Cluster]:
    """A server of the operator's own, reached through DATABASE_URL."""
    with running(data / "own", {"fsync": "off"}) as own:
        yield own


def test_all_is_well_in_a_good_installation(installation: Path) -> None:
    done = run_shuke(installation, "doctor")
    for line in (
        "✓ Python: 3",
        f"✓ Data folder: {installation}",
        "✓ PostgreSQL: 18",
        "✓ Characters: encoding UTF8, LC_CTYPE",
        "✓ Database role: shuke, no superuser",
        "✓ Tables: all of this role",
        "✓ Extensions: ",
        "✓ Database settings: as they should be",
        "✓ Migrations: all applied",
        "✓ Audit triggers: on every tracked table",
        "! Worker: none at work",
    ):
        assert line in done.stdout
    assert done.returncode == (1 if "✗" in done.stdout else 0)


def test_settings_that_make_a_large_database_slow_are_named(data: Path) -> None:
    slow = {"fsync": "off", "wal_compression": "on", "max_wal_size": "1GB"}
    with running(data / "own", slow) as own:
        said = run_shuke(data, "doctor", DATABASE_URL=own.url()).stdout
    assert "! Database settings: slower than they need be" in said
    assert "ALTER SYSTEM SET wal_compression = 'off'; ALTER SYSTEM SET max_wal_size = '4GB'; SELECT" in said
    assert "jit" not in said


def test_missing_migrations_are_found_and_nothing_that_follows_from_them(data: Path, cluster: Cluster) -> None:
    done = run_shuke(data, "doctor", DATABASE_URL=cluster.url())
    assert done.returncode == 1
    assert "✗ Migrations: " in done.stdout
    assert "→ Run `shuke migrate`.\n1 to mend" in done.stdout
    assert "Traceback" not in done.stderr


def test_tables_of_another_role_are_refused_with_the_way_out(migrated: Path, data: Path) -> None:
    subprocess.run(["cp", "-a", f"{migrated}/.", str(data)], check=True)
    with running(data) as own:
        with psycopg.connect(own.superuser_url("shuke"), autocommit=True) as connection:
            connection.execute("CREATE ROLE keeper; GRANT CREATE ON SCHEMA public TO keeper")
            connection.execute("ALTER TABLE sales_customer OWNER TO keeper; GRANT ALL ON sales_customer TO shuke")
        doctor = run_shuke(data, "doctor")
        served = run_shuke(data, "serve", PORT=str(free_port()))
    assert "✗ Tables: of another role: keeper" in doctor.stdout
    assert "REASSIGN OWNED BY keeper TO shuke;" in doctor.stdout
    assert served.returncode == 1
    assert "REASSIGN OWNED BY keeper TO shuke;" in served.stderr


def test_a_dropped_audit_trigger_is_found_and_mended(installation: Path) -> None:
    with running(installation) as own, psycopg.connect(own.url(), autocommit=True) as connection:
        table, trigger = connection.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND c.relname = 'organisation_user' ORDER BY t.tgname LIMIT 1"
        ).fetchone()
        connection.execute(f'DROP TRIGGER "{trigger}" ON "{table}"')
    done = run_shuke(installation, "doctor")
    assert done.returncode == 1
    assert "✗ Audit triggers: missing on organisation_user" in done.stdout
    assert run_shuke(installation, "manage", "migrate").returncode == 0
    assert "✓ Audit triggers" in run_shuke(installation, "doctor").stdout


def test_a_database_that_does_not_know_chinese_is_refused(data: Path, cluster: Cluster) -> None:
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE plain OWNER shuke TEMPLATE template0 ENCODING 'UTF8' "
            "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    url = cluster.url("plain")
    done = run_shuke(data, "doctor", DATABASE_URL=url)
    assert done.returncode == 1
    assert "✗ Characters: encoding UTF8, LC_CTYPE C" in done.stdout
    assert "LC_CTYPE 'C.UTF-8'" in done.stdout
    served = run_shuke(data, "serve", DATABASE_URL=url, PORT=str(free_port()))
    assert served.returncode != 0
    assert "LC_CTYPE C." in served.stderr


def test_serve_refuses_a_superuser_and_changes_nothing(data: Path, cluster: Cluster) -> None:
    url = cluster.superuser_url("shuke")
    assert "✗ Database role: postgres is a superuser" in run_shuke(data, "doctor", DATABASE_URL=url).stdout
    done = run_shuke(data, "serve", DATABASE_URL=url, PORT=str(free_port()))
    assert done.returncode != 0
    assert "is a superuser" in done.stderr
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
