"""The generic pages hold for every registered object, whatever stands in its rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.ownership import assign, release
from shuke.engine.commands.removal import delete, restore
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.commands.write import create, update
from shuke.engine.dispatch.notices import tell_new_owner
from shuke.engine.events.models import Event
from shuke.engine.options.models import Dictionary
from shuke.engine.organisation.models import ApiToken, Pool, User
from shuke.engine.query import probing
from shuke.kernel.errors import Invalid
from shuke.resource.registry import all_resources, independent, resource_for
from tests.browser.company import NAMES, PASSWORD, Company
from tests.conformance.sample import Samples

ClientOf = Callable[..., Client]

NASTY = """<script>alert(1)</script>"><img src=x onerror=alert(2)>'{{7*7}}{% now %}"""


@pytest.mark.parametrize("name", [resource.name for resource in independent()])
def test_every_object_has_its_pages(company: Company, client_of: ClientOf, name: str) -> None:
    admin = client_of("admin")
    assert admin.get(f"/{name}").status_code == 200
    assert admin.get(f"/{name}", {"q": "张"}).status_code == 200
    assert admin.get(f"/{name}/new").status_code == 200
    assert admin.get(f"/{name}/bin").status_code == 200
    resource = next(one for one in all_resources() if one.name == name)
    row = resource.model._default_manager.first() or Samples().make(resource)
    assert admin.get(f"/{name}/{row.pk}").status_code == 200
    assert admin.get(f"/{name}/{row.pk}/edit").status_code == 200
    for view in resource.table.views:
        assert admin.get(f"/{name}", {"view": view.key}).status_code == 200


@pytest.mark.parametrize("name", [resource.name for resource in independent()])
def test_every_offered_filter_and_order_works(company: Company, client_of: ClientOf, name: str) -> None:
    admin = client_of("admin", htmx=True, target="list")
    fields = re.findall(rf'hx-get="/{name}/filters/(\w+)', admin.get(f"/{name}/filters").content.decode())
    assert fields
    for field in fields:
        assert admin.get(f"/{name}/filters/{field}").status_code == 200
        assert admin.get(f"/{name}", {field: "-"}).status_code == 200
    orders = set(re.findall(r"sort=(-?\w+)", admin.get(f"/{name}/menu/sort").content.decode()))
    assert orders
    for order in orders:
        assert admin.get(f"/{name}", {"sort": order}).status_code == 200


@pytest.mark.parametrize(
    "query", ["nothing=1", "sort=nothing", "sort=haystack", "cursor=%00", "created_at=nonsense..", "level=x"]
)
def test_senseless_addresses_are_explained(company: Company, client_of: ClientOf, query: str) -> None:
    response = client_of("admin").get(f"/customers?{query}")
    assert response.status_code == 422
    assert "输入的内容有误" in response.content.decode()


def test_nothing_in_a_row_becomes_markup(company: Company, client_of: ClientOf) -> None:
    values = {"name": NASTY, "note": NASTY, "address": NASTY}
    saved = create(company.people["zhang"], customers, values)
    pk = saved.record.pk
    update(company.people["zhang"], customers, pk, {"note": "another " + NASTY})
    admin = client_of("admin")
    htmx = client_of("admin", htmx=True)
    pages = [
        admin.get(address)
        for address in ("/customers", f"/customers/{pk}", f"/customers/{pk}/edit", f"/changes/{saved.change}", "/")
    ]
    pages += [admin.get("/search", {"q": "script"}), htmx.get("/search/palette", {"q": "script"})]
    pages += [htmx.get(f"/customers/{pk}/field/note"), htmx.get("/customers/duplicates", {"name": NASTY})]
    pages += [admin.get("/customers", {"q": NASTY}), admin.get("/customers", {"name": NASTY})]
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.findall(r"x onerror=alert\(2\)&gt;&#x27;(.{0,4})", text)


def test_pages_hold_no_inline_scripts_styles_or_handlers(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    pk = company.customers[NAMES[0]]
    for address in ("/", "/customers", f"/customers/{pk}", "/customers/new", "/customers/import", "/roles/new", "/me"):
        response = admin.get(address)
        text = response.content.decode()
        assert not re.search(r"\son\w+=|\sstyle=|hx-on|javascript:", text)
        assert not re.search(r"<script(?![^>]*(\ssrc=|application/json))", text)
        assert "unsafe" not in response["Content-Security-Policy"]


def queries(client: Client, address: str, counter: Any) -> int:
    client.get(address)
    with counter as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("login", ["admin", "chen", "zhang"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    company: Company, client_of: ClientOf, login: str, django_assert_max_num_queries: Any
) -> None:
    client = client_of(login)
    few = queries(client, "/customers", django_assert_max_num_queries(8))
    for number in range(60):
        create(company.people["zhang"], customers, {"name": f"批量客户 {number}", "region": 440000})
    assert queries(client, "/customers", django_assert_max_num_queries(8)) <= few + 1  # the count of more than a page
    queries(client, f"/customers/{company.customers[NAMES[0]]}", django_assert_max_num_queries(15))
    queries(client, "/search/palette?q=%E5%8D%8E%E6%B1%9F", django_assert_max_num_queries(12))


def test_pages_follow_each_other_without_gap_or_repeat(company: Company, client_of: ClientOf) -> None:
    for number in range(110):
        create(company.people["zhang"], customers, {"name": f"翻页客户 {number}"})
    client = client_of("zhang", htmx=True, target="list")
    seen: list[str] = []
    address = "/customers"
    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r'name="ids" value="(\d+)"', text)
        found = re.search(r'hx-get="([^"]+)"[^>]* data-key-next', text)
        address = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 122
    assert "第 101–122 条，共 122 条" in text


def test_a_whole_filtered_result_is_handed_over(company: Company, client_of: ClientOf) -> None:
    li = company.people["li"].user_id
    dialog = client_of("chen", htmx=True).get("/customers/bulk/assign", {"whole": "1", "query": "q=有限公司"})
    assert "9 条记录将转给一位同事" in dialog.content.decode()
    client_of("chen", htmx=True).post("/customers/bulk/assign", {"whole": "1", "query": "q=有限公司", "owner": li})
    assert Customer.plain.filter(owner_id=li).count() == 9


def test_one_value_for_many_records(company: Company, client_of: ClientOf) -> None:
    ids = list(company.customers.values())[:5]
    zhang = client_of("zhang", htmx=True)
    assert "下次联系" in zhang.get("/customers/bulk/edit", {"ids": ids, "field": "next_contact_at"}).content.decode()
    response = zhang.post(
        "/customers/bulk/edit", {"ids": ids, "field": "next_contact_at", "next_contact_at": "2027-01-04T10:00"}
    )
    assert response.headers["HX-Refresh"] == "true"
    assert Customer.plain.filter(next_contact_at__isnull=False).count() == 5


def test_a_bulk_edit_saved_as_it_came_empties_nothing(company: Company, client_of: ClientOf) -> None:
    ids, zhang = list(company.customers.values())[:3], client_of("zhang", htmx=True)
    blank = {"ids": ids, "field": "level", "level": ""}
    assert 'name="tick"' in zhang.get("/customers/bulk/edit", {"ids": ids, "field": "level"}).content.decode()
    refused = zhang.post("/customers/bulk/edit", blank)
    assert refused.status_code == 422
    assert "请填写" in refused.content.decode()
    assert Customer.plain.filter(pk__in=ids, level=None).count() == 0
    zhang.post("/customers/bulk/edit", {**blank, "tick": "1"})
    assert Customer.plain.filter(pk__in=ids, level=None).count() == 3


def test_the_bulk_edit_says_what_is_wrong(company: Company, client_of: ClientOf) -> None:
    ids = list(company.customers.values())[:2]
    wrong = {"ids": ids, "field": "next_contact_at", "next_contact_at": "bald"}
    response = client_of("zhang", htmx=True).post("/customers/bulk/edit", wrong)
    assert response.status_code == 422
    assert "bald" in response.content.decode()


def test_a_form_without_changes_writes_nothing(company: Company, client_of: ClientOf) -> None:
    pk = company.customers[NAMES[0]]
    zhang = client_of("zhang")
    page = zhang.get(f"/customers/{pk}/edit")
    before = Customer.plain.get(pk=pk).version
    data = {field.name: "" for section in page.context["sections"] for field in section.fields}
    import json

    data |= json.loads(page.context["was"])
    response = zhang.post(f"/customers/{pk}/edit", {**data, "_was": page.context["was"], "version": before})
    assert response.status_code == 302
    assert Customer.plain.get(pk=pk).version == before


def test_changes_of_others_to_other_fields_are_no_conflict(company: Company, client_of: ClientOf) -> None:
    pk = company.customers[NAMES[0]]
    update(company.people["chen"], customers, pk, {"address": "别处"})
    data = {"note": "我的备注", "_was": '{"note": ""}', "version": "1"}
    assert client_of("zhang").post(f"/customers/{pk}/edit", data).status_code == 302
    customer = Customer.plain.get(pk=pk)
    assert (customer.note, customer.address) == ("我的备注", "别处")


def test_a_conflict_in_place_shows_both_versions(company: Company, client_of: ClientOf) -> None:
    pk = company.customers[NAMES[0]]
    update(company.people["chen"], customers, pk, {"address": "别处"})
    data = {"address": "此处", "_was": '{"address": ""}', "version": "1"}
    zhang = client_of("zhang", htmx=True)
    response = zhang.post(f"/customers/{pk}/field/address", data)
    assert response.status_code == 409
    text = response.content.decode()
    assert "别处" in text
    assert 'value="此处"' in text
    again = {"address": "此处", "_was": '{"address": "别处"}', "version": "2"}
    assert zhang.post(f"/customers/{pk}/field/address", again).status_code == 200
    assert Customer.plain.get(pk=pk).address == "此处"


@pytest.mark.feature("WRK-19")
def test_everybody_keeps_his_own_profile_and_password(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    own = {"email": "new@example.com", "mobile": "13900000000", "phone": "0755-1234567"}
    assert zhang.post("/me", own).status_code == 302
    user = User.plain.get(login="zhang")
    assert {name: getattr(user, name) for name in own} == own
    assert zhang.post("/me", {"email": "no"}).status_code == 422
    assert zhang.post("/me", {"email": "a@example.com", "is_administrator": "1"}).status_code == 302
    assert not User.plain.get(login="zhang").is_administrator
    wrong = zhang.post("/me/password", {"old": "x", "new": "Ganlan-9-shu", "again": "Ganlan-9-shu"})
    assert "当前密码不正确" in wrong.content.decode()
    easy = zhang.post("/me/password", {"old": PASSWORD, "new": "12345678", "again": "12345678"})
    assert easy.status_code == 422
    assert (
        zhang.post("/me/password", {"old": PASSWORD, "new": "Ganlan-9-shu", "again": "Ganlan-9-shu"}).status_code == 302
    )
    assert zhang.get("/customers").status_code == 200
    assert User.plain.get(login="zhang").check_password("Ganlan-9-shu")


def test_language_is_the_persons_own(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    zhang.post("/me/language", {"language": "en", "next": "/customers"})
    assert User.plain.get(login="zhang").language == "en"
    assert "Find in this list" in zhang.get("/customers").content.decode()
    assert zhang.post("/me/language", {"language": "tlh"}).status_code == 422


def test_rights_are_set_in_a_grid(company: Company, client_of: ClientOf) -> None:
    from shuke.engine.organisation.models import Role

    admin = client_of("admin")
    data = {
        "name": "新角色",
        "grants.customers.view": "below",
        "grants.customers.edit": "own",
        "grants.contacts.view": "none",
    }
    assert admin.post("/roles/new", data).status_code == 302
    role = Role.plain.get(name="新角色")
    assert role.grants == {"customers": {"view": "below", "edit": "own"}}
    page = admin.get(f"/roles/{role.pk}/edit").content.decode()
    assert re.search(
        r'name="grants\.customers\.view"><option[^>]*>[^<]*</option>.*?<option value="below" selected>', page
    )


def test_errors_have_pages_and_fragments(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    page = admin.get("/nothing/here")
    assert page.status_code == 404
    assert "页面不存在" in page.content.decode()
    fragment = client_of("admin", htmx=True).get("/customers/99999999")
    assert fragment["Content-Type"] == "text/plain; charset=utf-8"


def test_a_failure_of_ours_says_so_without_details(company: Company, client_of: ClientOf, monkeypatch: Any) -> None:
    from shuke.web.personal import home

    monkeypatch.setattr(home, "listed", lambda actor: 1 / 0)
    client = client_of("admin", raise_request_exception=False)
    response = client.get("/")
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()
    assert "ZeroDivision" not in response.content.decode()


def test_a_slow_query_asks_for_a_narrower_filter(company: Company, client_of: ClientOf, monkeypatch: Any) -> None:
    from django.db import connection

    from shuke.web.lists import page as lists

    def slow(*args: Any, **kwargs: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 10")
            cursor.execute("SELECT pg_sleep(1)")

    monkeypatch.setattr(lists, "select", slow)
    response = client_of("admin").get("/customers")
    assert response.status_code == 503
    assert "缩小筛选范围" in response.content.decode()


@pytest.mark.feature("CUS-07", "CUS-08")
def test_customers_go_into_the_pool_and_are_claimed_from_it(company: Company, client_of: ClientOf) -> None:
    pool = Pool.plain.get()
    ids = list(company.customers.values())[:2]
    zhang, li = client_of("zhang", htmx=True), client_of("li", htmx=True)
    dialog = zhang.get("/customers/bulk/release", {"ids": ids}).content.decode()
    assert f'<option value="{pool.pk}" selected>' in dialog
    assert zhang.post("/customers/bulk/release", {"ids": ids, "pool": ""}).status_code == 422
    assert zhang.post("/customers/bulk/release", {"ids": ids, "pool": pool.pk}).status_code == 200
    assert Customer.plain.filter(pool=pool, owner=None).count() == 2
    assert "领取" in li.get(f"/customers/{ids[0]}").content.decode()
    li.post("/customers/bulk/claim", {"ids": ids[:1]})
    assert Customer.plain.get(pk=ids[0]).owner_id == company.people["li"].user_id
    refused = zhang.post("/customers/bulk/claim", {"ids": ids[:1]})
    assert refused.status_code == 404


def test_what_a_record_waits_for_is_its_first_button(company: Company, client_of: ClientOf) -> None:
    admin, browser, pk = company.people["admin"], client_of("admin"), company.customers[NAMES[0]]
    tasks = resource_for("tasks")
    task = create(admin, tasks, {"title": "送样", "due_at": "2026-11-30 09:00"}).record

    def firsts(address: str) -> list[str]:
        page = browser.get(address).content.decode()
        return re.findall(r'class="btn btn-primary[^"]*"[^>]*hx-get="([^"]*)"', page.split("</h1>")[1])

    assert firsts(f"/tasks/{task.pk}") == [f"/tasks/bulk/do/complete?ids={task.pk}"]
    assert "/customers/bulk/claim" not in " ".join(firsts(f"/customers/{pk}"))
    release(admin, customers, [pk], Pool.plain.get().pk)
    assert firsts(f"/customers/{pk}") == [f"/customers/bulk/claim?ids={pk}"]
    perform(admin, tasks, [task.pk], verb_of(tasks, "complete"), {})
    assert firsts(f"/tasks/{task.pk}") == []


def test_a_refused_fragment_says_why_and_leaves_the_page(company: Company, client_of: ClientOf) -> None:
    response = client_of("zhang", htmx=True, target="list").get("/customers?created_at=nonsense..")
    assert response.status_code == 422
    assert response["HX-Reswap"] == "none"
    assert "sk:toast" in response["HX-Trigger"]


def test_a_long_timeline_is_read_in_pieces(company: Company, client_of: ClientOf) -> None:
    pk = company.customers[NAMES[0]]
    for number in range(30):
        update(company.people["zhang"], customers, pk, {"note": f"第 {number} 次"})
    zhang = client_of("zhang", htmx=True)
    seen: list[str] = []
    address = f"/customers/{pk}"
    while address:
        text = zhang.get(address).content.decode()
        seen += re.findall(r"<ins>第 (\d+) 次", text)
        found = re.search(r'hx-get="([^"]+after=[^"]+)"', text)
        address = unescape(found.group(1)) if found else ""
    assert seen == [str(number) for number in reversed(range(30))]


def test_the_bell_tells_the_new_owner_once(company: Company, client_of: ClientOf) -> None:
    ids = list(company.customers.values())[:3]
    li = company.people["li"].user_id
    change = assign(company.people["chen"], customers, ids, li or 0)
    events = list(Event.objects.filter(change_id=change))
    tell_new_owner(events)
    bell = client_of("li")
    assert re.search(r'id="bell-count"[^>]*>1<', bell.get("/customers").content.decode())
    assert "转给您 3 个客户" in bell.get("/notices").content.decode()
    bell.post("/notices/read")
    assert re.search(r'id="bell-count"[^>]* hidden><', bell.get("/customers").content.decode())
    assert "转给您" not in client_of("zhang").get("/notices").content.decode()


@pytest.mark.parametrize("login", ["admin", "zhang", "chen"])
@pytest.mark.parametrize("name", ["customers", "users", "units"])
def test_rows_have_a_box_to_tick_where_the_heading_has_one(
    company: Company, client_of: ClientOf, login: str, name: str
) -> None:
    head, _, body = client_of(login).get(f"/{name}").content.decode().partition("</thead>")
    assert ("data-page" in head) == ("data-row" in body)


def test_hits_of_a_common_word_are_counted_after_the_page(
    company: Company, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        create(company.people["zhang"], customers, {"name": f"常见科技{number:02}"})
    monkeypatch.setattr(probing, "PROBE", 50)
    zhang = client_of("zhang")
    page = zhang.get("/customers", {"q": "常见科技"}).content.decode()
    assert "/customers/count?" in page
    assert "data-found" not in page
    address = re.search(r'hx-get="(/customers/count[^"]*)"', page)
    assert address is not None
    part = client_of("zhang", htmx=True).get(unescape(address[1])).content.decode()
    assert 'data-found="60"' in part
    assert "1–50" in part


def test_a_title_can_be_neither_hidden_nor_masked(company: Company) -> None:
    roles = next(resource for resource in all_resources() if resource.name == "roles")
    for level in ("hidden", "masked"):
        with pytest.raises(Invalid):
            create(company.people["admin"], roles, {"name": level, "field_rules": {"customers": {"name": level}}})
    create(company.people["admin"], roles, {"name": "read", "field_rules": {"customers": {"name": "read"}}})


def test_a_change_page_counts_only_what_one_may_see(company: Company, client_of: ClientOf) -> None:
    ids = [company.customers[name] for name in NAMES[:4]]
    admin = company.people["admin"]
    zhang, li = company.people["zhang"].user_id or 0, company.people["li"].user_id or 0
    assign(admin, customers, ids[1:], li)
    assign(admin, customers, ids[:1], zhang)
    change = delete(admin, customers, ids)
    restore(admin, customers, ids)
    page = client_of("zhang").get(f"/changes/{change}").content.decode()
    assert "<small>1</small>" in page
    assert "<small>4</small>" in client_of("admin").get(f"/changes/{change}").content.decode()


def test_ones_own_password_is_not_set_past_the_present_one(company: Company) -> None:
    users = next(resource for resource in all_resources() if resource.name == "users")
    admin = company.people["admin"]
    with pytest.raises(Invalid):
        perform(admin, users, [admin.user_id or 0], verb_of(users, "password"), {"password": "Ein-neues-2026"})


def test_tokens_are_made_used_and_ended_by_their_owner(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    page = zhang.post("/me/tokens", {"label": "ERP", "days": "30"}).content.decode()
    secret = re.search(r"shuke_[\w-]{40,}", page)
    assert secret
    assert secret[0] not in zhang.get("/me/tokens").content.decode()
    headers = {"Authorization": f"Bearer {secret[0]}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 200
    mine = ApiToken.objects.get(label="ERP")
    assert mine.expires_at is not None
    assert (mine.expires_at - mine.created_at).days in (29, 30)
    assert client_of("li").post(f"/me/tokens/{mine.pk}/revoke").status_code == 404
    assert zhang.post(f"/me/tokens/{mine.pk}/revoke").status_code == 302
    assert Client().get("/api/v1/me", headers=headers).status_code == 401


def test_a_language_that_the_product_does_not_speak_is_refused(company: Company) -> None:
    users = next(resource for resource in all_resources() if resource.name == "users")
    with pytest.raises(Invalid):
        update(company.people["admin"], users, company.people["li"].user_id or 0, {"language": "xx"})


def test_wishes_about_notices_are_kept(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    assert zhang.post("/me/notices", {"mentioned": "mail", "hour": "18"}).status_code == 302
    page = zhang.get("/me/notices").content.decode()
    assert page.count('<option value="mail" selected>') == 1
    assert '<option value="18" selected>' in page
    assert zhang.post("/me/notices", {"hour": "99"}).status_code == 422
    assert 'id="bell-count"' in zhang.get("/notices/count").content.decode()


def test_a_form_has_what_the_kind_needs_and_asks_for_it(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    form = admin.get("/custom-fields/new").content.decode()
    places = {name: tag for tag, name in re.findall(r'(<div class="sk-field[^>]*>)<label for="f-(\w+)"', form)}
    assert " hidden" in places["options"]
    assert " hidden" not in places["label"]
    values = {"object": "customers", "label": "规模", "kind": "option"}
    refused = admin.post("/custom-fields/new", values).content.decode()
    assert re.findall(r'id="f-(\w+)-error"', refused) == ["options"]
    places = {name: tag for tag, name in re.findall(r'(<div class="sk-field[^>]*>)<label for="f-(\w+)"', refused)}
    assert " hidden" not in places["options"]
    assert " hidden" in places["formula"]


def test_a_dictionary_opens_on_its_options_and_has_its_timeline_beside_them(client_of: Any, company: Any) -> None:
    client = client_of("admin")
    pk = Dictionary.plain.get(key="customer-level").pk
    page = client.get(f"/dictionaries/{pk}").content.decode()
    assert f'data-ordered="/dictionaries/{pk}/order/options"' in page
    timeline = client.get(f"/dictionaries/{pk}?tab=timeline").content.decode()
    assert 'class="sk-line"' in timeline
    assert "data-ordered" not in timeline
    assert 'class="sk-line"' in client.get(f"/dictionaries/{pk}?kind=change").content.decode()
