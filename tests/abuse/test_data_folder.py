"""The data folder – database, secret key, backups, logs, uploads – lies out of reach of every address of files."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.test import Client

from shuke.engine.access.actor import Actor
from tests.conformance.api import signed_in

pytestmark = pytest.mark.django_db


def served() -> list[Path]:
    """Every file that is handed out as it lies there."""
    return [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]


def test_only_the_folders_of_static_files_are_served() -> None:
    data = Path(settings.SHUKE_DATA).resolve()
    files = served()
    assert files
    for file in files:
        assert "static" in file.parts, file
        assert not file.resolve().is_relative_to(data), file
    assert getattr(settings, "WHITENOISE_ROOT", None) is None
    assert not settings.STATICFILES_DIRS


@pytest.mark.parametrize("folder", ["", "files", "files/uploads/1", "backups", "static", "static/build"])
def test_no_address_leads_to_what_lies_in_the_data_folder(db: None, admin: Actor, folder: str) -> None:
    place = Path(settings.SHUKE_DATA) / folder
    place.mkdir(parents=True, exist_ok=True)
    file = place / "geheim.json"
    file.write_text('"streng geheim"', encoding="utf-8")
    inside = file.relative_to(settings.SHUKE_DATA).as_posix()
    climbs = ["../" * deep for deep in range(8)]
    ways = [inside, f"data/{inside}", f"media/{inside}", f"files/{inside}", f"static/{inside}", f"static/{file}"]
    ways += [f"static/{climb}{path}" for climb in climbs for path in (inside, str(file).lstrip("/"))]
    try:
        for client in (Client(raise_request_exception=False), signed_in(admin)):
            for way in ways:
                for address in (f"/{way}", f"/{quote(way, safe='')}", f"/{way.replace('../', '%2e%2e/')}"):
                    assert client.get(address).status_code in (302, 400, 404), address
    finally:
        file.unlink()
