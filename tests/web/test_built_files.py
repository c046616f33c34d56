"""A browser side that is built anew while the server runs: the new files come, the old ones are gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from shuke.web.frame import assets

BUILD = assets._MANIFEST.parent


@pytest.fixture
def built() -> Iterator[Path]:
    """A file of a build that was made after the server started."""
    file = BUILD / "later-AbCdEfGh.js"
    file.write_text("export {};\n", encoding="utf-8")
    yield file
    file.unlink(missing_ok=True)


def test_a_file_built_while_the_server_runs_is_served_and_an_old_one_is_not_found(built: Path) -> None:
    client = Client(raise_request_exception=False)
    address = f"/static/build/{built.name}"
    served = client.get(address)
    assert (served.status_code, b"".join(served)) == (200, b"export {};\n")
    assert "immutable" in served["Cache-Control"]
    built.unlink()
    assert client.get(address).status_code == 404
    assert client.get("/static/build/never-was.js").status_code == 404
    assert client.get("/static/../settings.py").status_code == 404


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the manifest of the builds of one test lies; what was read of it is forgotten afterwards."""
    monkeypatch.setattr(assets, "_MANIFEST", tmp_path / "manifest.json")
    yield tmp_path / "manifest.json"
    assets._opened.cache_clear()
    assets._manifest.cache_clear()


def test_pages_name_the_files_of_the_newest_build(manifest: Path) -> None:
    for number in (1, 2):
        manifest.write_text(json.dumps({"src/main.ts": {"file": f"main-{number}.js"}}), encoding="utf-8")
        assert assets.script("main") == f"/static/build/main-{number}.js"
