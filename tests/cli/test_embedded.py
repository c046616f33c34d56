"""The embedded PostgreSQL: safe by default, shared by processes, back after any kill."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from shuke.cli.postgres import cluster_in, running, server
from shuke.cli.postgres.lease import unused
from tests.cli.conftest import command_environment, wait_for


def postmaster(data: Path) -> psutil.Process:
    return psutil.Process(int((data / "postgres/postmaster.pid").read_text().splitlines()[0]))


def test_the_role_is_no_superuser_and_owns_its_database(data: Path) -> None:
    with running(data) as cluster, psycopg.connect(cluster.url()) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert role == (False, False, False, False)
        owner = "SELECT pg_get_userbyid(datdba) = current_user FROM pg_database WHERE datname = current_database()"
        assert connection.execute(owner).fetchone() == (True,)


def test_chinese_is_text_to_it(data: Path) -> None:
    with running(data) as cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        (ctype,) = connection.execute("SELECT datctype FROM pg_database WHERE datname = 'shuke'").fetchone()
        assert ctype not in {"C", "POSIX"}
        assert connection.execute("SELECT cardinality(show_trgm('张三丰公司'))").fetchone()[0] > 0
        names = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
        assert {"pg_trgm", "btree_gin", "unaccent"} <= names


def test_only_this_machine_and_only_with_the_password_gets_in(data: Path) -> None:
    with running(data) as cluster:
        assert stat.S_IMODE((data / "postgres").stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "postgres.json").stat().st_mode) == 0o600
        assert postmaster(data).net_connections(kind="inet") == []
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(cluster.url().replace(cluster.password, "wrong"))


def test_it_stops_with_its_last_user(data: Path) -> None:
    with running(data) as cluster:
        first = postmaster(data).pid
        with running(data):
            assert postmaster(data).pid == first
        assert server.is_running(cluster)
    assert not server.is_running(cluster)


def test_two_commands_share_one_server(data: Path) -> None:
    hold = "import sys, pathlib\nfrom shuke.cli.postgres import running\n"
    hold += "with running(pathlib.Path(sys.argv[1])):\n    print('up', flush=True)\n    sys.stdin.read()"
    others = [
        subprocess.Popen(
            [sys.executable, "-c", hold, str(data)],
            env=command_environment(data),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    # Both start at the same moment on a folder in which there is nothing yet.
    assert [other.stdout.readline() for other in others] == ["up\n", "up\n"]
    cluster = cluster_in(data)
    others[0].communicate("", timeout=30)
    assert server.is_running(cluster)
    others[1].communicate("", timeout=30)
    assert not server.is_running(cluster)


def test_a_killed_user_gives_its_lease_back(data: Path) -> None:
    hold = "import sys, pathlib, time\nfrom shuke.cli.postgres import running\n"
    hold += "with running(pathlib.Path(sys.argv[1])):\n    print('up', flush=True)\n    time.sleep(600)"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(data)], env=command_environment(data), stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "up\n"
    other.kill()
    other.communicate()
    assert unused(data)
    cluster = cluster_in(data)
    assert server.is_running(cluster)  # nobody was left to stop it …
    with running(data):
        pass
    assert not server.is_running(cluster)  # … so the next user does


def test_a_killed_server_comes_back_with_everything(data: Path) -> None:
    with running(data) as cluster:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (name text)")
            connection.execute("INSERT INTO kept VALUES ('华江科技')")
        os.kill(postmaster(data).pid, signal.SIGKILL)
        wait_for(lambda: not server.is_running(cluster), "the killed server lives")
    assert (data / "postgres/postmaster.pid").exists()
    with running(data) as cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT name FROM kept").fetchall() == [("华江科技",)]


def test_a_pid_file_that_names_a_stranger_is_no_server(data: Path) -> None:
    with running(data):
        pass
    stale = data / "postgres/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{data / 'postgres'}\n0\n5432\n{data / 'postgres'}\n\n0 0\nready\n")
    with running(data) as cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_folder_half_made_is_made_anew(data: Path) -> None:
    (data / "postgres.new").mkdir()
    (data / "postgres.new/PG_VERSION").write_text("18\n")
    with running(data) as cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_long_path_still_gets_its_socket(data: Path) -> None:
    deep = data / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    with running(deep) as cluster, psycopg.connect(cluster.url()) as connection:
        assert cluster.sockets != cluster.folder
        assert connection.execute("SELECT 1").fetchone() == (1,)
    cluster.sockets.rmdir()


def test_a_cluster_of_another_version_is_refused_with_the_way_out(data: Path) -> None:
    with running(data):
        pass
    (data / "postgres/PG_VERSION").write_text("12\n")
    with pytest.raises(Exception, match=r"PostgreSQL 12.*pg_dump"), running(data):
        pass
