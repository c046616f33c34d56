"""What commands say and with which exit code, when all is well and when not."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader

from shuke.cli.postgres import running
from tests.cli.conftest import command_environment, run_shuke, wait_for


def test_a_taken_port_is_named_with_the_way_out(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run_shuke(data, "serve", PORT=str(port))
    assert done.returncode != 0
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (data / "postgres").exists(), "nothing is started before the port is known to be free"


@pytest.mark.parametrize("command", ["serve", "doctor", "migrate"])
def test_a_data_folder_that_cannot_be_written_is_named(data: Path, command: str) -> None:
    (data / "file").write_text("in the way")
    done = run_shuke(data / "file/data", command)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert f"The data folder {data / 'file/data'} cannot be used" in said
    assert "SHUKE_DATA" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["serve", "doctor", "migrate"])
def test_an_unreachable_database_is_named(data: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = run_shuke(data, command, DATABASE_URL=f"postgresql://shuke@127.0.0.1:{port}/crm")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert f"“crm” on 127.0.0.1:{port} cannot be reached" in said
    assert "DATABASE_URL" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PORT", "eighty", "PORT must be a whole number"),
        ("PORT", "70000", "from 1 to 65535"),
        ("SHUKE_DEBUG", "perhaps", "SHUKE_DEBUG must be 1 or 0"),
        ("DATABASE_URL", "mysql://root@localhost/crm", "must look like postgresql://"),
        ("DATABASE_URL", "postgresql://localhost:54x/", "DATABASE_URL"),
    ],
)
def test_a_senseless_setting_is_named(data: Path, variable: str, value: str, message: str) -> None:
    done = run_shuke(data, "migrate", **{variable: value})
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_kill_left_of_the_last_migration_is_made_up_for(migrated: Path, data: Path) -> None:
    subprocess.run(["cp", "-a", f"{migrated}/.", str(data)], check=True)
    with running(data) as own, psycopg.connect(own.url(), autocommit=True) as connection:
        connection.execute("TRUNCATE options_region CASCADE")
        connection.execute("COMMENT ON TABLE django_migrations IS 'shuke is migrating'")
        assert "✗ Migrations: the last run was interrupted" in run_shuke(data, "doctor").stdout
        assert run_shuke(data, "migrate").returncode == 0
        assert connection.execute("SELECT count(*) > 3000 FROM options_region").fetchone() == (True,)
        assert "✓ Migrations: all applied" in run_shuke(data, "doctor").stdout


def test_migrating_is_marked_while_it_lasts(data: Path) -> None:
    with running(data) as own, psycopg.connect(own.url(), autocommit=True) as connection:
        process = subprocess.Popen([sys.executable, "-m", "shuke.cli.main", "migrate"], env=command_environment(data))
        try:
            wait_for(lambda: marked(connection), "migrating is not marked")
        finally:
            process.kill()
            process.wait()
        assert marked(connection)
        assert run_shuke(data, "migrate").returncode == 0
        assert not marked(connection)


def test_two_commands_that_find_an_empty_database_wait_for_each_other(data: Path) -> None:
    command = [sys.executable, "-m", "shuke.cli.main", "createadmin"]
    both = [
        subprocess.Popen(
            [*command, name], env=command_environment(data), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for name in ("first", "second")
    ]
    for process in both:
        said, _nothing = process.communicate(timeout=120)
        assert process.returncode == 0, said


def test_a_kill_never_leaves_half_a_migration() -> None:
    migrations = MigrationLoader(None).disk_migrations
    loose = [key for key, found in migrations.items() if found.__module__.startswith("shuke.") and not found.atomic]
    assert loose == []


def marked(connection: psycopg.Connection) -> bool:
    """Does the database know that a migrating is under way, or was killed?"""
    found = connection.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')").fetchone()
    return found == ("shuke is migrating",)


def test_an_administrator_signs_in_with_the_password_printed_once(installation: Path) -> None:
    done = run_shuke(installation, "createadmin", "chief", "--name", "总经理")
    assert done.returncode == 0, done.stderr
    password = done.stdout.strip()
    assert len(password) >= 12
    assert "\n" not in password
    check = "from django.contrib.auth import get_user_model as m; "
    check += "u = m().objects.get_by_natural_key('CHIEF'); "
    check += f"print(u.name, u.is_administrator, u.check_password({password!r}))"
    assert run_shuke(installation, "manage", "shell", "-v0", "-c", check).stdout.split() == ["总经理", "True", "True"]

    again = run_shuke(installation, "createadmin", "Chief")
    assert again.returncode != 0
    assert "“Chief” is taken" in again.stderr


def test_a_token_is_the_only_thing_on_standard_output(installation: Path) -> None:
    assert run_shuke(installation, "createadmin", "robot").returncode == 0
    done = run_shuke(installation, "token", "robot")
    assert done.returncode == 0, done.stderr
    token = done.stdout.removesuffix("\n")
    assert token
    assert len(token.split()) == 1
    check = f"from shuke.engine.signing.tokens import user_of; print(user_of({token!r}).login)"
    assert run_shuke(installation, "manage", "shell", "-v0", "-c", check).stdout == "robot\n"


def test_a_token_for_nobody_is_refused(installation: Path) -> None:
    done = run_shuke(installation, "token", "nobody")
    assert done.returncode == 4
    assert done.stdout == ""
    assert "Nobody signs in as “nobody”" in done.stderr
    assert "Traceback" not in done.stderr


def test_secrets_are_made_once_and_readable_by_their_owner_only(installation: Path) -> None:
    key = installation / "secret.key"
    before = key.read_text()
    assert len(before) >= 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert run_shuke(installation, "migrate").returncode == 0
    assert key.read_text() == before


def test_manage_passes_everything_on(installation: Path) -> None:
    done = run_shuke(installation, "manage", "check", "--deploy", "--help")
    assert done.returncode == 0
    assert "--fail-level" in done.stdout


def test_demo_does_not_touch_a_database_in_use(installation: Path) -> None:
    run_shuke(installation, "createadmin", "owner")
    done = run_shuke(installation, "demo", "--customers", "10")
    assert done.returncode != 0
    assert "people in this database already" in done.stderr
    reset = run_shuke(installation, "demo", "--customers", "10", "--reset")
    assert reset.returncode != 0
    assert "not made by `shuke demo`" in reset.stderr
    assert run_shuke(installation, "token", "owner").returncode == 0


def test_a_page_may_not_keep_the_database_busy_but_a_command_may(installation: Path) -> None:
    ask = "from django.db import connection as c; k = c.cursor(); k.execute('SHOW statement_timeout'); "
    ask += "print(k.fetchone()[0])"
    assert run_shuke(installation, "manage", "shell", "-v0", "-c", ask).stdout == "0\n"
    with running(installation):
        web = subprocess.run(
            [sys.executable, "-c", f"import shuke.config.wsgi; {ask}"],
            env=command_environment(installation, SHUKE_STATEMENT_TIMEOUT_MS="4000"),
            capture_output=True,
            text=True,
            check=True,
        )
    assert web.stdout == "4s\n"
