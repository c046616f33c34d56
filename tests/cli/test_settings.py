"""Reading the environment, and telling Django of a database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client, override_settings

from shuke.cli.product import signins_text
from shuke.config.database import django_database
from shuke.config.environment import read
from shuke.config.sign_in import captcha_challenge
from shuke.kernel.errors import Invalid


def test_an_empty_environment_runs() -> None:
    found = read({})
    assert (found.host, found.port, found.debug, found.https) == ("127.0.0.1", 8000, False, False)
    assert found.database_url is None
    assert found.data.is_absolute()


def test_empty_variables_count_as_not_set() -> None:
    found = read({"PORT": "", "DATABASE_URL": "", "SHUKE_DATA": "", "SHUKE_DEBUG": ""})
    assert found == read({})


def test_lists_are_split_at_commas() -> None:
    assert read({"SHUKE_ALLOWED_HOSTS": "crm.example.com, 10.0.0.5 ,"}).allowed_hosts == ("crm.example.com", "10.0.0.5")


def test_a_database_url_keeps_every_option() -> None:
    found = django_database("postgresql://me:p%40ss@db.example.com:6432/crm?sslmode=require", statement_timeout=5000)
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("crm", "me", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.example.com", "6432")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["options"] == "-c statement_timeout=5000"


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql://host/", "host=a dbname=b", "postgresql://h:x:y/z"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Invalid, match="DATABASE_URL"):
        django_database(url)


def test_sign_ins_are_shown_by_the_run_that_made_them_only(tmp_path: Path) -> None:
    assert signins_text(tmp_path, fresh=False) == ""
    kept = tmp_path / "demo-signins.json"
    kept.write_text('[{"login": "admin", "password": "s3cret", "role": "管理员"}]')
    assert "admin  s3cret  管理员" in signins_text(tmp_path, fresh=True)
    assert kept.stat().st_mode & 0o777 == 0o600
    later = signins_text(tmp_path, fresh=False)
    assert "s3cret" not in later
    assert str(kept) in later


def test_the_captcha_is_random_and_compared_without_case() -> None:
    seen = {captcha_challenge() for _ in range(50)}
    assert len(seen) > 40
    assert all(shown.lower() == typed and len(shown) == 4 for shown, typed in seen)


@pytest.mark.django_db
def test_healthz_is_open_uncached_and_says_ok(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_every_page_forbids_inline_scripts_and_framing(client: Client) -> None:
    answer = client.get("/healthz")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "evil.example.com"}).status_code == 400
    with override_settings(ALLOWED_HOSTS=["crm.example.com"]):
        assert client.get("/healthz", headers={"host": "crm.example.com"}).status_code == 200


@pytest.mark.feature("WRK-01")
@pytest.mark.django_db
def test_nothing_is_usable_before_signing_in(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")
