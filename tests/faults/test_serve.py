"""`shuke serve` under kill -9 and signals: nothing is lost, nothing stays behind, the next start works."""

from __future__ import annotations

import os
import signal

import psutil

from shuke.cli.postgres import cluster_in, server
from tests.cli.conftest import Serving, data, migrated, run_shuke, serving, wait_for

__all__ = ["data", "migrated", "serving"]


def gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_ctrl_c_stops_everything_including_the_database(serving: Serving) -> None:
    serving.start()
    family = serving.family()
    code, said = serving.end(signal.SIGINT)
    assert code == 0, said
    assert f"http://127.0.0.1:{serving.port}/" in said
    assert "shuke createadmin" in said  # nobody has an account: the next step is said
    assert gone(family)
    assert not server.is_running(cluster_in(serving.data))


def test_kill_9_loses_nothing_and_the_next_start_works(serving: Serving) -> None:
    serving.start()
    done = run_shuke(serving.data, "createadmin", "survivor")  # shares the server that is up
    assert done.returncode == 0, done.stderr
    assert serving.health() == 200
    family = serving.family()
    os.kill(serving.process.pid, signal.SIGKILL)
    serving.process.communicate()
    # Its children end with it, so that the port is free again and the database rests.
    wait_for(lambda: gone(family), "children outlive their parent")
    wait_for(lambda: not server.is_running(cluster_in(serving.data)), "the database runs for nobody")
    serving.start()
    assert serving.health() == 200
    assert run_shuke(serving.data, "token", "survivor").returncode == 0
    assert serving.end(signal.SIGTERM)[0] == 0


def test_kill_9_of_the_database_too_loses_nothing(serving: Serving) -> None:
    serving.start()
    assert run_shuke(serving.data, "createadmin", "survivor").returncode == 0
    family = serving.family()
    postmaster = int((serving.data / "postgres/postmaster.pid").read_text().splitlines()[0])
    for process in [psutil.Process(postmaster), *family]:
        process.kill()
    serving.process.communicate()
    serving.start()
    assert run_shuke(serving.data, "token", "survivor").returncode == 0


def test_when_one_part_dies_the_rest_stop_and_say_so(serving: Serving) -> None:
    serving.start()
    family = serving.family()
    (worker,) = [process for process in family if process.cmdline()[-1] == "worker"]
    worker.kill()
    said = serving.process.communicate(timeout=60)[0]
    assert serving.process.returncode == 1
    assert "stopped unexpectedly: worker" in said
    assert gone(family)
    assert not server.is_running(cluster_in(serving.data))


def test_not_ready_while_the_database_is_down_and_ready_again_after(serving: Serving) -> None:
    serving.start()
    cluster = cluster_in(serving.data)
    server.stop(cluster)
    assert serving.health() == 503
    server.start(cluster)
    wait_for(lambda: serving.health() == 200, "no recovery after the database came back")
