"""The company's profile: shown everywhere, changed by administrators, taken back like any change."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from shuke.apps.people.resources.user import users
from shuke.engine.audit.models import Change
from shuke.engine.commands.write import create, update
from shuke.engine.company.profile import profile
from shuke.engine.organisation.models import Company as Row
from shuke.engine.organisation.models import User
from shuke.engine.signing.tokens import issue
from tests.browser.company import Company

ClientOf = Callable[..., Client]

TYPED = {
    "name": "深圳市熟客商贸有限公司",
    "short_name": "熟客商贸",
    "phone": "0755-12345678",
    "address": "深圳市南山区",
    "support": "QQ: 123456",
    "language": "en",
}


@pytest.fixture(autouse=True)
def files_here(settings: Any, tmp_path: Any) -> None:
    """Logos lie in a folder of this test."""
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "attachments": place}


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), name: str = "logo.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, (20, 120, 90)).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def api(login: str, method: str, path: str, **options: Any) -> Any:
    token = issue(User.objects.get_by_natural_key(login), "test")
    return getattr(Client(), method)(
        f"/api/v1/company{path}",
        headers={"Authorization": f"Bearer {token}"},
        content_type="application/json",
        **options,
    )


@pytest.mark.feature("WRK-02", "WRK-03")
def test_what_the_administrator_sets_stands_on_every_page_and_at_the_door(
    company: Company, client_of: ClientOf
) -> None:
    admin = client_of("admin")
    assert "熟客 CRM" in client_of("zhang").get("/customers").content.decode()
    assert admin.post("/company", TYPED).status_code == 302
    page = client_of("zhang").get("/customers").content.decode()
    assert '<span class="sk-name">熟客商贸</span>' in page
    assert "熟客商贸</title>" in page
    door = Client().get("/sign-in").content.decode()
    assert "<h1>深圳市熟客商贸有限公司</h1>" in door
    assert "uin=123456" in door
    assert "uin=123456" in page
    assert "深圳市熟客商贸有限公司" in client_of("zhang").get("/customers/print").content.decode()


@pytest.mark.feature("WRK-02")
def test_without_a_contact_of_its_own_the_operators_is_shown(company: Company, settings: Any) -> None:
    settings.SHUKE_SUPPORT_CONTACT = "support@example.com"
    assert "mailto:support@example.com" in Client().get("/sign-in").content.decode()
    Row.objects.create(pk=1, support="0755-1")
    door = Client().get("/sign-in").content.decode()
    assert "mailto:" not in door
    assert "tel:07551" in door


@pytest.mark.feature("WRK-02")
@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("https://kefu.example.com/chat?id=1", "https://kefu.example.com/chat?id=1"),
        ("QQ：123456", "https://wpa.qq.com/msgrd?v=3&amp;uin=123456&amp;site=qq&amp;menu=yes"),
        ("help@example.com", "mailto:help@example.com"),
        ("0755-1234 5678", "tel:075512345678"),
    ],
    ids=["online", "QQ", "mail", "telephone"],
)
def test_every_kind_of_contact_can_be_clicked_at_the_door(company: Company, contact: str, address: str) -> None:
    Row.objects.create(pk=1, support=contact)
    assert f'<a href="{address}" rel="noopener">' in Client().get("/sign-in").content.decode()


def test_a_change_is_in_the_history_and_taken_back(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    admin.post("/company", TYPED)
    change = Change.objects.get(resource="company")
    assert "公司名称" in admin.get("/company").content.decode()
    assert admin.post(f"/changes/{change.pk}/undo").status_code == 302
    assert profile().name == ""
    assert "熟客 CRM" in client_of("zhang").get("/").content.decode()
    admin.post("/company", {"name": ""})
    assert not Change.objects.filter(resource="company", pk__gt=change.pk, verb="company").exists()


def test_only_administrators_change_it(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    assert zhang.get("/company").status_code == 403
    assert zhang.post("/company", TYPED).status_code == 403
    assert zhang.post("/company/logo", {"logo": picture()}).status_code == 403
    assert zhang.post("/company/logo", {"remove": "1"}).status_code == 403
    assert api("zhang", "patch", "", data=TYPED).status_code == 403
    assert api("zhang", "delete", "/logo").status_code == 403
    assert api("zhang", "get", "").json()["name"] == ""
    assert not Row.objects.filter(pk=1).exclude(name="", logo="").exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_logo_is_kept_as_a_small_picture_of_our_own_making(company: Company, client_of: ClientOf, kind: str) -> None:
    admin = client_of("admin")
    assert admin.post("/company/logo", {"logo": picture(kind)}).status_code == 302
    logo = profile().logo
    answer = Client().get(f"/company/logo/{logo}")
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    shown = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert shown.format == "WEBP"
    assert max(shown.size) <= 480
    for address in ("/customers", "/customers/print"):
        assert f"/company/logo/{logo}" in client_of("zhang").get(address).content.decode()
    assert f"/company/logo/{logo}" in Client().get("/sign-in").content.decode()
    admin.post("/company/logo", {"remove": "1"})
    assert Client().get(f"/company/logo/{logo}").status_code == 404
    # Taking that back finds the former picture where it was.
    admin.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert Client().get(f"/company/logo/{logo}").status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("logo.png", b"<html><script>alert(1)</script></html>"),
        ("logo.png", b"\x89PNG\r\n\x1a\n broken"),
        ("logo.png", b"%PDF-1.4"),
        ("logo.exe", b"MZ\0\0"),
        ("logo.png", b""),
    ],
)
def test_what_is_no_picture_does_not_become_the_logo(
    company: Company, client_of: ClientOf, name: str, content: bytes
) -> None:
    answer = client_of("admin").post("/company/logo", {"logo": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert profile().logo == ""


def test_a_giant_is_no_logo(company: Company, client_of: ClientOf) -> None:
    large = SimpleUploadedFile("logo.png", picture().read() + b"\0" * 6_000_000)
    assert client_of("admin").post("/company/logo", {"logo": large}).status_code == 422


@pytest.mark.parametrize("digest", ["x", "0" * 64, "..", "%2e%2e%2fsecret", "a" * 300])
def test_no_other_file_is_served_as_the_logo(company: Company, digest: str) -> None:
    assert Client().get(f"/company/logo/{digest}").status_code in (302, 404)


def test_names_of_the_company_run_no_scripts(company: Company, client_of: ClientOf) -> None:
    bad = "<script>alert(1)</script>"
    client_of("admin").post("/company", {"name": bad, "support": f"https://x/{bad}"})
    for page in (Client().get("/sign-in"), client_of("zhang").get("/customers/print")):
        assert bad not in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("short_name", "太" * 17), ("name", "a\x00b"), ("language", "xx"), ("name", "长" * 81)]
)
def test_values_that_do_not_fit_are_named_and_what_was_typed_stays(
    company: Company, client_of: ClientOf, field: str, value: str
) -> None:
    answer = client_of("admin").post("/company", {**TYPED, field: value})
    assert answer.status_code == 422
    assert "深圳市南山区" in answer.content.decode()
    assert profile().address == ""
    assert api("admin", "patch", "", data={field: value}).status_code == 422


def test_programs_read_and_change_the_profile(company: Company) -> None:
    told = api("admin", "patch", "", data={"name": "新名字", "phone": "1"}).json()
    assert (told["name"], told["phone"], told["address"]) == ("新名字", "1", "")
    assert told["change"] == Change.objects.latest("pk").pk
    assert api("zhang", "get", "").json()["name"] == "新名字"
    token = issue(User.objects.get_by_natural_key("admin"), "test")
    answer = Client().post("/api/v1/company/logo", {"file": picture()}, headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["logo"] == f"/company/logo/{profile().logo}"
    assert api("admin", "delete", "/logo").json()["logo"] is None


def test_new_people_get_the_companys_language(company: Company) -> None:
    Row.objects.create(pk=1, language="en")
    unit = User.plain.get(login="li").unit_id
    values = {"name": "Neu", "unit": unit, "gender": "x"}
    for login, given, language in (("neu", {}, "en"), ("alt", {"language": "zh-hans"}, "zh-hans")):
        made = {**values, **given, "login": login, "email": f"{login}@example.com"}
        pk = create(company.people["admin"], users, made).record.pk
        assert User.plain.get(pk=pk).language == language
    update(company.people["admin"], users, company.people["li"].user_id or 0, {"login": "lina"})
    assert User.plain.get(login="lina").language == "zh-hans"


def test_the_companys_language_is_not_that_of_who_looks(company: Company, client_of: ClientOf, settings: Any) -> None:
    admin = client_of("admin")
    admin.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = admin.get("/company").content.decode()
    assert '<html lang="en"' in page
    assert '<option value="zh-hans" lang="zh-hans" selected>' in page
    admin.post("/company", {"language": "en"})
    assert '<option value="en" lang="en" selected>' in admin.get("/company").content.decode()


def test_the_company_costs_a_page_no_query(
    company: Company, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    zhang = client_of("zhang")
    zhang.get("/customers")
    with django_assert_max_num_queries(8) as captured:
        zhang.get("/customers")
    assert not [
        one for one in captured if "organisation_company" in one["sql"] and "organisation_user" not in one["sql"]
    ]
