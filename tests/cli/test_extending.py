"""docs/adding-an-object.md holds what it promises: its files and commands, taken as they stand, make a new object."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shuke.cli.postgres import running
from tests.cli.conftest import Serving, command_environment, data_folder, run_shuke

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"```\w+ (file=(\S+)|run|test)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Outside:
    """The installed package: where its source lies, and the environment in which Python finds it."""

    source: Path
    environment: dict[str, str]


def blocks(kind: str) -> list[tuple[str, str]]:
    """(file name or "", text) of the page's blocks: ``file``, ``run`` or ``test``."""
    page = (ROOT / "docs/adding-an-object.md").read_text(encoding="utf-8")
    return [(match[2] or "", match[3]) for match in _BLOCK.finditer(page) if match[1].startswith(kind)]


def shell(commands: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a block of the page as somebody would who pastes it; any failing line fails the test."""
    path = os.pathsep.join((str(Path(sys.executable).parent), environment.get("PATH", "")))
    done = subprocess.run(
        ["sh", "-ec", commands],
        cwd=folder,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as the page says, file by file."""
    folder = tmp_path_factory.mktemp("shuke-machines")
    for name, text in blocks("file"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def outside(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """What lets Python find it: the package is installed into a folder, not into the environment of the other tests."""
    target = tmp_path_factory.mktemp("installed")
    paths = os.pathsep.join([str(written), str(target), *filter(None, sys.path)])
    return Outside(written, {"PYTHONPATH": paths, "PIP_TARGET": str(target), "PIP_QUIET": "1", "PIP_NO_INDEX": "1"})


@pytest.fixture(scope="module")
def machinery(outside: Outside) -> Iterator[Path]:
    """A data folder on which the commands of the page were run, doctor's answer kept beside."""
    with data_folder() as folder:
        ((_none, commands),) = blocks("run")
        said = shell(
            commands.replace("shuke doctor", "shuke doctor || true"), outside.source, environment(outside, folder)
        )
        (folder / "doctor.txt").write_text(said, encoding="utf-8")
        yield folder


def environment(outside: Outside, data: Path) -> dict[str, str]:
    """An operator's shell in which the package is installed."""
    return command_environment(data, **outside.environment)


def test_the_doctor_lists_the_package_and_finds_its_migration_applied(machinery: Path) -> None:
    said = (machinery / "doctor.txt").read_text(encoding="utf-8")
    for line in ("✓ Apps: machines (shuke-machines 0.1.0)", "✓ Descriptions: ", "✓ Migrations: all applied"):
        assert line in said
    assert "✓ Audit triggers: on every tracked table" in said


@pytest.mark.feature("SYS-31")
def test_machines_are_listed_made_searched_and_kept_from_others(machinery: Path, outside: Outside) -> None:
    for login in ("boss", "other"):
        assert run_shuke(machinery, "createadmin", login, **outside.environment).returncode == 0
    boss, other = (
        run_shuke(machinery, "token", login, **outside.environment).stdout.strip() for login in ("boss", "other")
    )
    with running(machinery) as own, psycopg.connect(own.url(), autocommit=True) as connection:
        connection.execute("UPDATE organisation_user SET is_administrator = false WHERE login = 'other'")
        serving = Serving(machinery)
        with_package(serving, outside)
        try:
            customer = ask(serving, boss, "POST", "/customers", {"name": "宁波机械厂"})[1]["id"]
            values = {"name": "数控车床", "serial": "SN-0042", "customer": customer}
            status, machine = ask(serving, boss, "POST", "/machines", {**values, "guaranteed_until": "2030-01-31"})
            assert status == 201, machine
            for words in ("skcc", "数控", "0042"):
                status, found = ask(serving, boss, "GET", f"/machines?q={urllib.parse.quote(words)}")
                assert [one["id"] for one in found["items"]] == [machine["id"]], words
            wrong = {"delivered_on": "2030-02-01", "version": machine["version"]}
            status, refused = ask(serving, boss, "PATCH", f"/machines/{machine['id']}", wrong)
            assert (status, "保修不能在交付之前结束" in json.dumps(refused, ensure_ascii=False)) == (422, True)
            assert ask(serving, boss, "GET", f"/machines/{machine['id']}")[0] == 200
            for refused_to in (f"/machines/{machine['id']}", "/machines"):
                assert ask(serving, other, "GET", refused_to)[0] in (403, 404)
            assert "/api/v1/machines" in json.dumps(ask(serving, boss, "GET", "/openapi.json")[1])
        finally:
            serving.end()


def test_the_tests_of_the_page_and_the_conformance_suite_pass(machinery: Path, outside: Outside) -> None:
    ((_none, commands),) = blocks("test")
    # The whole suite takes minutes; what stands for lists, search, permissions and the API is enough here.
    commands = commands.replace("tests/conformance -k machines", "tests/conformance/test_access.py -k machines")
    said = shell(commands, ROOT, {**environment(outside, machinery), "PACKAGE": str(outside.source)})
    assert said.count(" passed") == 2
    assert " failed" not in said


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("resources.py", "1 / 0\n", "ZeroDivisionError"),
        ("models.py", "import shuke_nowhere\n", "shuke_nowhere"),
        ("services.py", "def (\n", "SyntaxError"),
    ],
)
def test_a_broken_package_is_named_and_can_be_left_out(
    machinery: Path, outside: Outside, written: Path, file: str, text: str, said: str
) -> None:
    path = written / "shuke_machines" / file
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        doctor = run_shuke(machinery, "doctor", **outside.environment)
        assert doctor.returncode == 1
        assert "✗ Installation: The app machines (shuke-machines 0.1.0) cannot be loaded: " in doctor.stdout
        assert said in doctor.stdout
        migrating = run_shuke(machinery, "migrate", **outside.environment)
        assert (migrating.returncode, "Traceback" in migrating.stderr) == (1, False)
        without = run_shuke(machinery, "doctor", SHUKE_WITHOUT_APPS="machines", **outside.environment)
        assert "! Apps: none of outside packages; left out: machines (shuke-machines 0.1.0)" in without.stdout
    finally:
        path.write_text(before, encoding="utf-8")


def with_package(serving: Serving, outside: Outside) -> None:
    """Start the product so that it finds the package."""
    kept = dict(os.environ)
    os.environ.update(outside.environment)
    try:
        serving.start()
    finally:
        os.environ.clear()
        os.environ.update(kept)


def ask(serving: Serving, token: str, method: str, path: str, data: Any = None) -> tuple[int, Any]:
    """One call of the API: (status, what it says)."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{serving.port}/api/v1{path}",
        json.dumps(data).encode() if data is not None else None,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
