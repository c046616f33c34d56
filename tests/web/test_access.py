"""Nobody sees or does through a page what is not his to see or do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from shuke.apps.sales.models import Customer
from shuke.engine.audit.models import Change
from shuke.engine.organisation.models import Membership, Role, User
from tests.browser.company import NAMES, PASSWORD, Company

ClientOf = Callable[..., Client]


def addresses(pk: int) -> list[str]:
    """Every address that names a record of a colleague."""
    base = f"/customers/{pk}"
    return [base, f"{base}?tab=contacts", f"{base}/edit", f"{base}/field/name"]


@pytest.mark.parametrize(
    "address",
    ["/", "/customers", "/customers/1", "/customers/new", "/search?q=a", "/search/palette", "/lookup/users", "/me",
     "/jobs", "/jobs/1", "/jobs/1/file", "/changes/1", "/customers/bin", "/customers/import",
     "/customers/duplicates?name=a", "/customers/filters", "/customers/filters/level", "/customers/bulk/assign",
     "/nothing"],
)  # fmt: skip
def test_strangers_are_led_to_the_sign_in_page(db: Any, address: str) -> None:
    response = Client().get(address)
    if address == "/nothing":
        assert response.status_code == 404
        return
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in?next=")
    told = Client(HTTP_HX_REQUEST="true").get(address)
    assert told.headers["HX-Redirect"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        # A menu of a list was opened, after the session had ended.
        ({"HX-Request": "true", "HX-Current-URL": "http://testserver/customers?level=3"}, "/customers?level=3"),
        ({"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/customers"}, "/"),
        ({"HX-Request": "true"}, "/"),
    ],
)
def test_whose_session_ended_comes_back_to_his_page(db: Any, headers: dict[str, str], after: str) -> None:
    answer = Client().get("/customers/columns", headers=headers)
    assert parse_qs(urlsplit(answer.headers["HX-Redirect"]).query) == {"next": [after]}


@pytest.mark.parametrize(
    ("referer", "after"),
    [
        ("http://testserver/customers/new?pool=2", "/customers/new?pool=2"),
        ("https://elsewhere.example/customers", "/"),
        ("", "/"),
    ],
)
def test_a_form_that_was_sent_too_late_leads_back_to_its_page(db: Any, referer: str, after: str) -> None:
    answer = Client().post("/customers/export", headers={"Referer": referer} if referer else {})
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [after]}


def test_an_address_of_a_button_says_so(company: Company, client_of: ClientOf) -> None:
    answer = client_of("zhang").get("/customers/export")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个地址打不开页面" in answer.content.decode()


def test_a_colleagues_record_looks_like_a_missing_one(company: Company, client_of: ClientOf) -> None:
    pk = company.customers[NAMES[0]]
    li = client_of("li", htmx=True)
    for address, missing in zip(addresses(pk), addresses(987654321), strict=True):
        answer, nothing = li.get(address), li.get(missing)
        assert (answer.status_code, answer.content) == (404, nothing.content)
        assert li.post(address, {"name": "x"}).status_code in (404, 405)
    assert NAMES[0] not in li.get("/customers").content.decode()
    assert NAMES[0] not in li.get("/search/palette", {"q": "华江"}).content.decode()
    assert li.get("/lookup/customers", {"q": "华江"}).json() == {"choices": []}
    assert Customer.plain.get(pk=pk).name == NAMES[0]


@pytest.mark.parametrize("verb", ["assign", "delete", "edit"])
def test_bulk_runs_refuse_a_colleagues_records(company: Company, client_of: ClientOf, verb: str) -> None:
    mine = {
        "ids": [company.customers[NAMES[0]]],
        "owner": company.people["li"].user_id,
        "field": "source",
        "source": "",
        "tick": "1",
    }
    response = client_of("li", htmx=True).post(f"/customers/bulk/{verb}", mine)
    assert response.status_code == 404
    customer = Customer.plain.get(pk=company.customers[NAMES[0]])
    assert customer.deleted_at is None
    assert customer.owner_id == company.people["zhang"].user_id


def test_changes_to_hidden_records_are_hidden_and_cannot_be_undone(company: Company, client_of: ClientOf) -> None:
    change = Change.objects.filter(resource="customers").order_by("pk").first()
    li = client_of("li")
    assert li.get(f"/changes/{change.pk}").status_code == 404
    assert li.post(f"/changes/{change.pk}/undo").status_code == 404
    assert client_of("zhang").get(f"/changes/{change.pk}").status_code == 200


def test_what_is_not_granted_is_neither_offered_nor_done(company: Company, client_of: ClientOf) -> None:
    role = Role.plain.create(name="只看", grants={"customers": {"view": "all"}})
    user = User.plain.create(login="guest", name="访客")
    Membership.objects.create(user=user, role=role)
    guest = client_of("guest")
    page = guest.get("/customers").content.decode()
    assert NAMES[0] in page
    for word in ("新建客户", "导入", "导出", "变更所属人", "回收站"):
        assert word not in page
    pk = company.customers[NAMES[0]]
    assert "data-edit" not in guest.get(f"/customers/{pk}").content.decode()
    for address in ("/customers/new", "/customers/import", "/customers/bin", f"/customers/{pk}/edit", "/contacts"):
        assert guest.get(address).status_code == 403
    assert guest.post("/customers/export", {"kind": "csv"}).status_code == 403
    assert guest.post(f"/customers/{pk}/field/name", {"name": "x"}).status_code == 403
    assert Customer.plain.get(pk=pk).name == NAMES[0]


def test_masked_and_hidden_fields_stay_so_everywhere(company: Company, client_of: ClientOf) -> None:
    rules = {"customers": {"phone": "masked", "level": "hidden"}}
    role = Role.plain.create(
        name="脱敏", grants={"customers": dict.fromkeys(("view", "edit", "export"), "all")}, field_rules=rules
    )
    user = User.plain.create(login="guest", name="访客")
    Membership.objects.create(user=user, role=role)
    guest = client_of("guest")
    pk = company.customers[NAMES[0]]
    for address in ("/customers", f"/customers/{pk}", "/search?q=%E5%8D%8E%E6%B1%9F", f"/customers/{pk}/edit"):
        text = guest.get(address).content.decode()
        assert "科技有限公司" in text, address  # search marks what was typed
        assert "13812346000" not in text
        assert "重要客户" not in text
    assert "138****6000" in guest.get("/customers").content.decode()
    exported = b"".join(guest.post("/customers/export", {"kind": "csv"}).streaming_content).decode("utf-8-sig")
    assert "138****6000" in exported
    assert "13812346000" not in exported
    assert guest.get("/customers", {"phone": "6000"}).status_code == 422
    assert guest.get("/customers", {"level": "1"}).status_code == 422
    assert guest.get(f"/customers/{pk}/field/phone").status_code == 403


@pytest.mark.parametrize(
    "address", ["/sign-out", "/changes/1/undo", "/jobs/1/cancel", "/customers/export", "/me/password", "/me/language"]
)
def test_reading_changes_nothing(company: Company, client_of: ClientOf, address: str) -> None:
    assert client_of("admin").get(address).status_code == 405


def test_every_unsafe_request_needs_the_token(company: Company, client_of: ClientOf) -> None:
    client = client_of("admin", enforce_csrf_checks=True)
    pk = company.customers[NAMES[0]]
    for address in ("/customers/new", f"/customers/{pk}/edit", f"/customers/{pk}/field/name", "/customers/bulk/delete",
                    "/customers/export", "/customers/bin", "/sign-out", "/me"):  # fmt: skip
        assert client.post(address, {"ids": pk, "name": "x"}).status_code == 403
    assert Customer.plain.get(pk=pk).deleted_at is None


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_leads_nowhere_else(company: Company, client_of: ClientOf, wanted: str) -> None:
    assert Client().get("/sign-in", {"next": wanted}).context["next"] == "/"
    response = client_of("zhang").post("/me/language", {"language": "en", "next": wanted})
    assert response["Location"] == "/"


def sign_in(client: Client, login: str, password: str, answer: str | None = None) -> Any:
    from captcha.models import CaptchaStore

    key = client.get("/sign-in").context["captcha_key"]
    answer = answer if answer is not None else CaptchaStore.objects.get(hashkey=key).response
    return client.post("/sign-in", {"login": login, "password": password, "captcha_key": key, "captcha": answer})


@pytest.mark.feature("WRK-01")
def test_a_captcha_is_good_for_one_try(company: Company) -> None:
    from captcha.models import CaptchaStore

    client = Client()
    key = client.get("/sign-in").context["captcha_key"]
    misread = {"login": "zhang", "password": PASSWORD, "captcha_key": key, "captcha": "x"}
    assert "验证码不正确" in client.post("/sign-in", misread).content.decode()
    key = client.get("/sign-in").context["captcha_key"]
    answer = CaptchaStore.objects.get(hashkey=key).response
    given = {"login": "zhang", "password": "wrong", "captcha_key": key, "captcha": answer}
    assert "用户名或密码不正确" in client.post("/sign-in", given).content.decode()
    again = client.post("/sign-in", {**given, "password": PASSWORD})
    assert again.status_code == 422
    assert "验证码不正确" in again.content.decode()


@pytest.mark.parametrize("login", ["\x00", "a" * 5_000, "'; --", "", "٣"])
def test_senseless_logins_are_refused_like_others(company: Company, login: str) -> None:
    answer = sign_in(Client(), login, "x")
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.content.decode()


def test_wrong_passwords_lock_the_account_for_a_while(company: Company) -> None:
    client = Client()
    for _try in range(5):
        last = sign_in(client, "zhang", "wrong")
    assert "密码错误次数过多" in last.content.decode()
    assert "密码错误次数过多" in sign_in(client, "zhang", PASSWORD).content.decode()
    assert sign_in(client, "li", PASSWORD).status_code == 302


def test_signing_in_gives_a_new_session(company: Company) -> None:
    client = Client()
    client.get("/sign-in")
    client.session["planted"] = "x"
    client.session.save()
    before = client.session.session_key
    assert sign_in(client, "zhang", PASSWORD).status_code == 302
    assert client.session.session_key != before


def test_somebody_who_may_not_sign_in_any_more_is_out_at_once(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    assert zhang.get("/customers").status_code == 200
    User.plain.filter(login="zhang").update(is_active=False)
    assert zhang.get("/customers").status_code == 302
