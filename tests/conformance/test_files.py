"""Files on records of any object: who reaches the record reaches them; nothing that is sent runs or breaks anything."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from shuke.config.environment import read
from shuke.config.file_storage import attachment_storage
from shuke.engine.access.actor import Actor
from shuke.engine.files import sweeping
from shuke.engine.files.models import Attachment
from shuke.engine.organisation.models import Unit
from shuke.engine.stored import content
from shuke.engine.stored.content import safe_name
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from tests.conformance.api import Caller, signed_in
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    """The contents of this test lie in a folder of its own."""
    place = attachment_storage(read({"SHUKE_DATA": str(tmp_path)}))
    settings.STORAGES = {**settings.STORAGES, "attachments": place}


def picture(edge: int = 900, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (edge, edge // 2), "teal").save(out, kind)
    return out.getvalue()


def sent(name: str = "合同.txt", data: bytes = b"first") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def contents() -> int:
    """How many contents the storage holds."""
    place = storages["attachments"]
    try:
        return sum(len(place.listdir(folder)[1]) for folder in place.listdir("")[0])
    except FileNotFoundError:
        return 0


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.feature("SYS-27")
def test_a_file_goes_with_its_record(
    resource: Resource, samples: Samples, admin: Actor, person: Person, company: dict[str, Unit]
) -> None:
    path = f"/{resource.name}/{samples.make(resource).pk}/files"
    boss, stranger = Caller(admin), Caller(person("stranger", company["south"]))
    reader = Caller(person("reader", company["east"], {resource.name: {"view": "all"}}))
    kept = boss.upload(path, sent())
    assert kept.status_code == 201, kept.content.decode()
    mine = f"{path}/{kept.json()['id']}"
    assert body(reader.get(f"{mine}/content")) == b"first"
    assert [one["name"] for one in reader.get(path).json()] == ["合同.txt"]
    assert reader.upload(path, sent()).status_code == 403
    assert reader.delete(mine).status_code == 403
    for answer in (
        stranger.get(path),
        stranger.get(f"{mine}/content"),
        stranger.upload(path, sent()),
        stranger.delete(mine),
    ):
        assert answer.status_code in (403, 404)
    elsewhere = f"/{resource.name}/{samples.make(resource).pk}/files/{kept.json()['id']}"
    assert boss.get(f"{elsewhere}/content").status_code == 404
    assert boss.delete(elsewhere).status_code == 404
    assert contents() == 1


@pytest.mark.feature("SYS-27")
@pytest.mark.parametrize("name", ["图纸.dwg", "样品.zip", "录音.amr", "报价单.xlsx", "没有后缀"])
def test_files_of_any_kind_are_kept_as_they_are(samples: Samples, admin: Actor, name: str) -> None:
    caller, path = Caller(admin), f"/contacts/{samples.make(resource_for('contacts')).pk}/files"
    data = b"\x00\x01\xfe" + name.encode()
    kept = caller.upload(path, sent(name, data))
    assert kept.status_code == 201, kept.content.decode()
    assert body(caller.get(f"{path}/{kept.json()['id']}/content")) == data


def test_the_same_name_is_a_new_version_and_removal_comes_back(
    resource: Resource, samples: Samples, admin: Actor
) -> None:
    caller, path = Caller(admin), f"/{resource.name}/{samples.make(resource).pk}/files"
    caller.upload(path, sent("Plan.txt", b"one"))
    second = caller.upload(path, sent("plan.TXT", b"two")).json()
    assert second["version"] == 2
    assert [(one["id"], one["version"]) for one in caller.get(path).json()] == [(second["id"], 2)]
    versions = caller.get(f"{path}/{second['id']}/versions").json()
    assert [body(caller.get(f"{path}/{one['id']}/content")) for one in versions] == [b"two", b"one"]
    removed = caller.delete(f"{path}/{second['id']}").json()["change"]
    assert caller.get(path).json() == []
    assert caller.get(f"{path}/{versions[1]['id']}/content").status_code == 404
    assert caller.post(f"/changes/{removed}/undo").json()["rows"] == 2
    assert [one["version"] for one in caller.get(path).json()] == [2]


HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("name", "data"),
    [("page.html", HTML), ("picture.png", HTML), ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>"),
     ("polyglot.gif", b"GIF89a/*" + HTML), ("a.pdf", HTML)],
)  # fmt: skip
def test_what_could_run_in_a_browser_is_only_ever_saved(samples: Samples, admin: Actor, name: str, data: bytes) -> None:
    resource = resource_for("customers")
    pk = samples.make(resource).pk
    found = Caller(admin).upload(f"/customers/{pk}/files", sent(name, data)).json()
    browser = signed_in(admin)
    for address in ("", "/content"):
        answer = browser.get(f"/customers/{pk}/files/{found['id']}{address}")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    answer = Caller(admin).get(f"/customers/{pk}/files/{found['id']}/content")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.exe", b"x"), ("A.PHAR", b"x"), ("invoice.pdf.js", b"x"), ("a.php.txt", b"x"), ("readme", b"#!/bin/sh\n"),
     ("photo.png", b"MZ\x90\x00" + b"\0" * 80), ("photo.png", b"\x7fELF" + b"\0" * 80)],
)  # fmt: skip
def test_programs_stay_outside_whatever_they_are_called(samples: Samples, admin: Actor, name: str, data: bytes) -> None:
    pk = samples.make(resource_for("customers")).pk
    answer = Caller(admin).upload(f"/customers/{pk}/files", sent(name, data))
    assert answer.status_code == 422, answer.content.decode()
    assert contents() == 0
    assert not Attachment.objects.exists()


def test_a_file_beyond_the_limit_or_without_content_is_refused(samples: Samples, admin: Actor, settings: Any) -> None:
    settings.SHUKE_FILE_LIMIT = 10
    path = f"/customers/{samples.make(resource_for('customers')).pk}/files"
    assert Caller(admin).upload(path, sent(data=b"x" * 11)).status_code == 422
    assert Caller(admin).upload(path, sent(data=b"")).status_code == 422
    assert Caller(admin).upload(path, sent(data=b"x" * 10)).status_code == 201
    settings.SHUKE_LARGEST_UPLOAD = -(1024**2)
    assert Caller(admin).upload(path, sent()).status_code == 413


def test_no_name_leads_anywhere() -> None:
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("C:\\temp\\报价 单.xlsx") == "报价 单.xlsx"
    assert safe_name("x\u202egnp.exe\x00\n") == "xgnp.exe"
    assert safe_name("...") == "file"
    assert len(safe_name("长" * 300 + ".docx")) == 200
    assert safe_name("长" * 300 + ".docx").endswith(".docx")


def test_pictures_get_a_small_one_and_bombs_do_not(samples: Samples, admin: Actor, monkeypatch: Any) -> None:
    caller, path = Caller(admin), f"/customers/{samples.make(resource_for('customers')).pk}/files"
    small = caller.upload(path, sent("a.jpg", picture(kind="JPEG"))).json()
    assert small["preview"]
    with Image.open(io.BytesIO(body(caller.get(f"{path}/{small['id']}/preview")))) as shrunk:
        assert (shrunk.format, max(shrunk.size)) == ("WEBP", 480)
    monkeypatch.setattr(content, "_MOST_PIXELS", 1000)
    bomb = caller.upload(path, sent("b.png", picture())).json()
    assert not bomb["preview"]
    assert caller.get(f"{path}/{bomb['id']}/preview").status_code == 404
    broken = caller.upload(path, sent("c.png", picture()[:60])).json()
    assert not broken["preview"]


def test_contents_without_a_row_and_files_removed_long_ago_are_swept_up(
    samples: Samples, admin: Actor, settings: Any, monkeypatch: Any
) -> None:
    caller, path = Caller(admin), f"/customers/{samples.make(resource_for('customers')).pk}/files"
    caller.upload(path, sent("stays.png", picture()))
    gone = caller.upload(path, sent("goes.png", picture())).json()
    storages["attachments"].save("ab/left-over", sent())
    assert contents() == 5
    assert sweeping.sweep() == 0
    monkeypatch.setattr(sweeping, "_YOUNG", timedelta(seconds=-60))
    assert sweeping.sweep() == 1
    caller.delete(f"{path}/{gone['id']}")
    assert sweeping.drop_removed() == 0
    Attachment.objects.filter(pk=gone["id"]).update(removed_at=timezone.now() - timedelta(days=91))
    assert sweeping.drop_removed() == 1
    assert contents() == 2


def test_a_bucket_is_a_setting() -> None:
    place = attachment_storage(read({"SHUKE_S3_BUCKET": "crm", "SHUKE_S3_ENDPOINT": "https://s3.example.com"}))
    assert place["BACKEND"].endswith("S3Storage")
    assert place["OPTIONS"]["bucket_name"] == "crm"
    assert place["OPTIONS"]["default_acl"] is None
