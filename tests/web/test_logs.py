"""The logs tell who did what, and who came in – to those who may know."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shuke.apps.sales.resources.customer import customers
from shuke.engine.audit.models import Change
from shuke.engine.commands.removal import delete
from shuke.engine.commands.write import create, update
from shuke.engine.organisation.models import Membership, Role, Unit, User
from shuke.engine.signing.models import SignIn
from shuke.engine.signing.noting import clear_sign_ins, device_words
from shuke.engine.signing.tokens import issue
from tests.browser.company import NAMES, PASSWORD, Company
from tests.web.test_access import sign_in

ClientOf = Callable[..., Client]

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36 Edg/126.0.0.0"
)
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.49 NetType/WIFI Language/zh_CN"
)


def page(client: Client, path: str, /, **query: Any) -> str:
    response = client.get(path, query)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def api(actor_login: str, path: str, **query: Any) -> Any:
    token = issue(User.objects.get_by_natural_key(actor_login), "test")
    return Client().get(f"/api/v1/logs/{path}", query, headers={"Authorization": f"Bearer {token}"})


def reader(reach: str, unit: Unit | None = None) -> str:
    """Somebody who may read the log over that reach, and sees no customers."""
    role = Role.plain.create(name="日志", grants={"users": {"view": "all", "logs": reach}})
    user = User.plain.create(login="auditor", name="审计员", unit=unit)
    Membership.objects.create(user=user, role=role)
    return user.login


@pytest.mark.feature("SYS-10")
def test_a_change_stands_in_the_log_with_person_record_way_in_and_address(
    company: Company, client_of: ClientOf
) -> None:
    pk = company.customers[NAMES[0]]
    zhang = client_of("zhang", REMOTE_ADDR="203.0.113.7")
    assert zhang.post(f"/customers/{pk}/field/name", {"name": "华江集团"}).status_code == 302
    shown = page(client_of("admin"), "/logs/operations", resource="customers")
    newest = shown.split("<tbody>")[1].split("</tr>")[0]
    for word in ("修改", f'href="/customers/{pk}"', "华江集团", "张伟", "浏览器", "203.0.113.7"):
        assert word in newest
    change = Change.objects.latest("pk")
    assert f'href="/changes/{change.pk}"' in newest
    first = api("admin", "operations", resource="customers", limit=1).json()["items"][0]
    assert first["id"] == change.pk
    assert first["person"]["name"] == "张伟"
    assert first["record"] == {"id": pk, "name": "华江集团"}
    assert (first["via"], first["address"]) == ("web", "203.0.113.7")


@pytest.mark.feature("SYS-10")
def test_the_log_is_filtered_by_person_object_way_in_and_days(company: Company, client_of: ClientOf) -> None:
    li, zhang = company.people["li"], company.people["zhang"]
    update(zhang.coming("api"), customers, company.customers[NAMES[0]], {"name": "甲"})
    create(li, customers, {"name": "李娜的客户", "phone": "13900001111"})
    today = timezone.localdate()
    for query, there, missing in (
        ({"person": li.user_id}, {"李娜"}, {"张伟"}),
        ({"via": "api"}, {"API 接口"}, {"浏览器"}),
        ({"resource": "users"}, set(), {"李娜的客户", NAMES[3]}),
        ({"since": today, "until": today}, {"李娜的客户"}, set()),
        ({"until": today - datetime.timedelta(days=1)}, set(), {"李娜的客户", NAMES[3]}),
        ({"since": today + datetime.timedelta(days=1)}, set(), {"李娜的客户", NAMES[3]}),
        ({"person": li.user_id, "via": "api"}, set(), {"李娜的客户", "甲"}),
    ):
        body = page(client_of("admin"), "/logs/operations", **query).partition('class="sk-card"')[2]
        rows = body.partition("<tbody>")[2].partition("</tbody>")[0]
        assert all(word in rows for word in there), query
        assert not any(word in rows for word in missing), query


def test_a_deleted_record_keeps_its_name_in_the_log(company: Company, client_of: ClientOf) -> None:
    delete(company.people["zhang"], customers, [company.customers[NAMES[5]]])
    shown = page(client_of("admin"), "/logs/operations")
    assert NAMES[5] in shown.split("<tbody>")[1].split("</tr>")[0]


def test_going_on_to_older_lines_tells_each_line_once(company: Company) -> None:
    every = list(Change.objects.order_by("-at", "-pk").values_list("pk", flat=True))
    assert len(every) > 10
    found: list[int] = []
    before = ""
    while before is not None:
        answer = api("admin", "operations", limit=4, before=before).json()
        found += [one["id"] for one in answer["items"]]
        before = answer["older"]
    assert found == every


@pytest.mark.parametrize("before", ["x", "1_2", "2026-13-01T00:00:00+00:00_1", "2026-01-01T00:00:00_1", "_", "é_٣"])
def test_a_senseless_place_is_refused(company: Company, before: str) -> None:
    assert api("admin", "operations", before=before).status_code == 422


@pytest.mark.parametrize("address", ["/logs/operations", "/logs/sign-ins"])
@pytest.mark.parametrize(
    "text", ["\x00", "%!", "'; --", "9" * 40, "0001-01-01", "9999-12-31", "2026-13-45", "\ud800", "٣"]
)
def test_senseless_filters_break_nothing(company: Company, client_of: ClientOf, address: str, text: str) -> None:
    admin = client_of("admin")
    for name in ("person", "resource", "via", "kind", "address", "since", "until"):
        assert admin.get(address, {name: text.encode("utf-8", "replace")}).status_code == 200, name
        assert api("admin", address.rpartition("/")[2], **{name: text.encode("utf-8", "replace")}).status_code < 500


@pytest.mark.parametrize("address", ["/logs", "/logs/operations", "/logs/sign-ins"])
@pytest.mark.feature("SYS-10")
def test_who_has_no_right_to_the_logs_sees_none(company: Company, client_of: ClientOf, address: str) -> None:
    for login in ("zhang", "chen"):
        assert client_of(login).get(address).status_code == 403
        assert 'href="/logs' not in client_of(login).get("/").content.decode()
        if address != "/logs":
            assert client_of(login).post(f"{address}/export").status_code == 403
            assert api(login, address.rpartition("/")[2]).status_code == 403
    assert not Change.objects.filter(resource="logs").exists()


def test_the_right_to_the_logs_stands_in_the_grid_of_rights(company: Company, client_of: ClientOf) -> None:
    assert 'name="grants.users.logs"' in client_of("admin").get("/roles/new").content.decode()


def test_a_right_over_a_department_shows_its_peoples_deeds_only(company: Company, client_of: ClientOf) -> None:
    south = User.plain.get(login="zhang").unit
    elsewhere = User.plain.create(login="wu", name="吴东", unit=Unit.plain.create(name="华北", parent=south.parent))
    Change.objects.create(actor=elsewhere, via="web", verb="edit", resource="customers")
    Change.objects.create(actor=None, via="system", verb="edit", resource="customers")
    SignIn.objects.create(kind="in", user=elsewhere, login="wu")
    SignIn.objects.create(kind="refused", login="nobody")
    SignIn.objects.create(kind="in", user=User.plain.get(login="li"), login="li")
    auditor = reader("unit", south)
    people = {one["person"]["name"] for one in api(auditor, "operations").json()["items"]}
    assert people == {"张伟"}
    assert api(auditor, "operations", person=elsewhere.pk).json()["items"] == []
    assert {one["login"] for one in api(auditor, "sign-ins", kind="in").json()["items"]} == {"li"}
    # The right to the log opens no record.
    shown = page(client_of(auditor), "/logs/operations")
    assert not any(name in shown for name in NAMES)
    assert "您无权查看的记录" in shown
    assert 'href="/changes/' not in shown.partition("<tbody>")[2].partition("</tbody>")[0]


@pytest.mark.feature("SYS-10")
def test_refusals_say_why_and_lock_outs_and_leaving_are_told(company: Company, client_of: ClientOf) -> None:
    client = Client(headers={"User-Agent": EDGE}, REMOTE_ADDR="198.51.100.9")
    sign_in(client, "nobody", "x")
    User.plain.filter(login="li").update(is_active=False)
    sign_in(client, "li", PASSWORD)
    for _try in range(6):
        sign_in(client, "zhang", "wrong")
    sign_in(client, "chen", PASSWORD)
    client.post("/sign-out")
    rows = list(SignIn.objects.order_by("pk").values_list("kind", "reason", "login", "address", "device"))
    here = ("198.51.100.9", "Edge 126 · Windows")
    assert rows[:2] == [("refused", "unknown", "nobody", *here), ("refused", "inactive", "li", *here)]
    assert [row[:3] for row in rows[2:6]] == [("refused", "password", "zhang")] * 4
    assert [row[:3] for row in rows[6:8]] == [("locked", "", "zhang")] * 2
    assert [row[0] for row in rows[8:]] == ["in", "out"]
    shown = page(client_of("admin"), "/logs/sign-ins", address="198.51.100.9")
    for word in ("没有此用户名", "已停用，不能登录", "密码错误", "被锁定", "退出", "Edge 126 · Windows"):
        assert word in shown
    assert "chen" not in page(client_of("admin"), "/logs/sign-ins", kind="locked").partition("<tbody>")[2]
    assert "没有符合条件的日志" in page(client_of("admin"), "/logs/sign-ins", address="zzz")


def test_no_password_ever_stands_in_the_log(company: Company) -> None:
    sign_in(Client(), "zhang", "Geheim-9-xyz")
    assert "Geheim-9-xyz" not in repr(list(SignIn.objects.values()))


def test_tokens_made_and_ended_stand_in_the_log(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    zhang.post("/me/tokens", {"label": "报表程序", "days": 30})
    row = SignIn.objects.get(kind="token")
    assert (row.user_id, row.note, row.address) == (company.people["zhang"].user_id, "报表程序", "127.0.0.1")
    from shuke.engine.organisation.models import ApiToken

    zhang.post(f"/me/tokens/{ApiToken.objects.get().pk}/revoke")
    assert SignIn.objects.get(kind="untoken").note == "报表程序"


@pytest.mark.parametrize("address", ["/logs/operations", "/logs/sign-ins"])
def test_a_log_page_takes_few_queries_however_much_it_tells(
    company: Company, client_of: ClientOf, address: str, django_assert_max_num_queries: Any
) -> None:
    admin = client_of("admin")
    for name in ("customers", "contacts", "users", "units", "roles", "tasks"):
        Change.objects.create(actor_id=company.people["li"].user_id, via="web", verb="edit", resource=name)
        SignIn.objects.create(kind="in", user_id=company.people["li"].user_id, login="li")
    admin.get(address)
    with django_assert_max_num_queries(8):
        admin.get(address, {"person": company.people["li"].user_id})


@pytest.mark.feature("SYS-10")
def test_an_exported_log_runs_no_formulas_and_is_logged_itself(company: Company, client_of: ClientOf) -> None:
    update(company.people["zhang"], customers, company.customers[NAMES[0]], {"name": "=HYPERLINK(1)"})
    admin = client_of("admin")
    answer = admin.post("/logs/operations/export", {"query": "resource=customers"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert len(text.splitlines()) == 1 + Change.objects.filter(resource="customers").count()
    assert "导出" in page(admin, "/logs/operations", resource="logs").partition("<tbody>")[2]
    doors = b"".join(admin.post("/logs/sign-ins/export", {"query": ""}).streaming_content).decode("utf-8-sig")
    assert doors.startswith("时间,人员,")


def test_lines_of_the_door_go_after_their_days(db: Any, settings: Any) -> None:
    settings.SHUKE_SIGN_IN_DAYS = 30
    now = timezone.now()
    for days in (29, 31, 400):
        SignIn.objects.create(kind="in", login=str(days), at=now - datetime.timedelta(days=days))
    assert clear_sign_ins() == 2
    assert SignIn.objects.get().login == "29"


@pytest.mark.parametrize(
    ("agent", "words"),
    [(EDGE, "Edge 126 · Windows"), (WECHAT, "WeChat Browser 8 · iPhone"), ("", ""), ("\x00" * 9_000, "")],
)
def test_devices_are_told_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words
