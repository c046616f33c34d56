"""What the catalogue asks of customers and their page, of lists and forms."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shuke.apps.people.resources.user import users
from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.write import create, update
from shuke.engine.exchange.sheets import open_sheet
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from shuke.engine.options.catalogue import options_of
from shuke.engine.organisation.models import Pool, Unit
from shuke.resource.registry import resource_for
from tests.browser.company import NAMES, Company
from tests.conformance.api import Caller

pytestmark = pytest.mark.django_db


def option(dictionary: str, name: str) -> int:
    return next(one.pk for one in options_of(dictionary) if one.name == name)


@pytest.mark.feature("CUS-01")
def test_the_salespersons_own_customers_and_the_fields_of_the_form(client_of: Any, company: Company) -> None:
    create(company.people["li"], customers, {"name": "李娜的客户"})
    create(company.people["chen"], customers, {"name": "陈明的客户"})
    mine = client_of("zhang").get("/customers?view=mine").content.decode()
    assert NAMES[0] in mine
    assert "李娜的客户" not in mine
    # Who may see all of the department's has a list of his own, too.
    of_the_manager = client_of("chen").get("/customers?view=mine").content.decode()
    assert ("陈明的客户" in of_the_manager, NAMES[0] in of_the_manager) == (True, False)
    assert 'href="/customers/new' in mine
    form = client_of("zhang").get("/customers/new").content.decode()
    named = ("name", "level", "source", "classification", "stage", "status", "owner", "phone", "email", "region")
    for field in (*named, "next_contact_at"):
        assert f'name="{field}"' in form, field
    page = client_of("zhang").get(f"/customers/{company.customers[NAMES[0]]}").content.decode()
    assert 'data-edit="' in page
    assert "创建时间" in page


def test_to_contact_today_are_those_who_have_somebody_to_contact_them(client_of: Any, company: Company) -> None:
    past, pool = timezone.now() - datetime.timedelta(days=1), Pool.plain.get()
    Customer.plain.filter(name__in=NAMES[:3]).update(next_contact_at=past)
    Customer.plain.filter(name=NAMES[1]).update(owner=None, pool=pool)
    Customer.plain.filter(name=NAMES[2]).update(next_contact_at=past + datetime.timedelta(days=9))
    for login in ("zhang", "admin"):
        due = client_of(login).get("/customers?view=due").content.decode()
        assert NAMES[0] in due
        assert NAMES[1] not in due
        assert NAMES[2] not in due


@pytest.mark.parametrize("number", [3, 12])
def test_the_home_page_says_how_many_are_to_be_contacted(client_of: Any, company: Company, number: int) -> None:
    past = timezone.now() - datetime.timedelta(days=1)
    Customer.plain.filter(name__in=NAMES[:number]).update(next_contact_at=past)
    page = client_of("zhang").get("/").content.decode()
    card = page.partition('<section class="sk-card">')[2].partition("</section>")[0]
    assert re.search(rf'<small><a href="[^"]+">{number}</a></small>', card)
    assert card.count("<li>") == min(number, 10)


@pytest.mark.feature("SYS-14")
def test_tabs_appear_only_when_the_new_record_is_stored(client_of: Any) -> None:
    client = client_of("zhang")
    assert "?tab=" not in client.get("/customers/new").content.decode()
    address = client.post("/customers/new", {"name": "新公司"}).headers["Location"]
    page = client.get(address).content.decode()
    assert "tab=contacts" in page
    assert "tab=files" in page


@pytest.mark.feature("SYS-16")
@pytest.mark.parametrize("count", [1, 3])
def test_ticked_records_are_deleted_one_or_several(client_of: Any, company: Company, count: int) -> None:
    client = client_of("zhang", htmx=True)
    ids = [company.customers[name] for name in NAMES[:count]]
    boxes = re.findall(r'<input type="(\w+)"[^>]* data-row name="ids"', client.get("/customers").content.decode())
    assert boxes == ["checkbox"] * len(NAMES)
    assert client.get("/customers/bulk/delete", {"ids": ids}).content.decode().count('name="ids"') == count
    client.post("/customers/bulk/delete", {"ids": ids})
    assert set(Customer.plain.filter(deleted_at__isnull=False).values_list("pk", flat=True)) == set(ids)


@pytest.mark.feature("CUS-34")
def test_quotations_and_papers_are_kept_with_the_customer_in_their_versions(client_of: Any, company: Company) -> None:
    zhang, pk = Caller(company.people["zhang"]), company.customers[NAMES[0]]
    papers = (("报价单.txt", "一"), ("方案.txt", "二"), ("需求.txt", "三"), ("报价单.txt", "新的报价"))
    for name, text in papers:
        file = SimpleUploadedFile(name, text.encode(), content_type="text/plain")
        assert zhang.upload(f"/customers/{pk}/files", file).status_code == 201
    page = client_of("zhang").get(f"/customers/{pk}?tab=files").content.decode()
    for name in ("报价单.txt", "方案.txt", "需求.txt"):
        assert name in page
    kept = {one["name"]: one for one in zhang.get(f"/customers/{pk}/files").json()}
    assert kept["报价单.txt"]["version"] == 2
    assert len(kept) == 3
    assert client_of("li").get(f"/customers/{pk}?tab=files").status_code == 404


@pytest.mark.feature("CUS-19")
def test_many_conditions_order_by_name_and_several_contacts(company: Company) -> None:
    zhang, pk = Caller(company.people["zhang"]), company.customers[NAMES[0]]
    assert Contact.plain.filter(customer=pk).count() == 3
    names = [one["name"] for one in zhang.get("/customers", sort="name").json()["items"]]
    assert names[0] == "重庆长江轴承有限公司"
    assert sorted(names) == sorted(NAMES)
    assert names == list(reversed([one["name"] for one in zhang.get("/customers", sort="-name").json()["items"]]))
    key = {"level": {"eq": Customer.plain.get(pk=pk).level_id}}
    several = {"and": [key, {"region": {"under": 440000}}, {"name": {"contains": "有限公司"}}]}
    found = zhang.get("/customers", filter=several).json()["items"]
    assert {one["name"] for one in found} == {
        name for at, name in enumerate(NAMES) if at % 3 == 0 and "有限公司" in name
    }


@pytest.mark.feature("CUS-02")
def test_an_advanced_check_for_duplicates_starts_from_what_was_typed(client_of: Any, company: Company) -> None:
    create(company.people["zhang"], customers, {"name": "华江分厂", "phone": "0755-66667777"})
    typed = {"name": NAMES[0], "phone": "0755-66667777"}
    note = client_of("zhang").get("/customers/duplicates", typed).content.decode()
    [address] = re.findall(r'href="(/customers\?[^"]*where=[^"]+)"', note)
    found = client_of("zhang").get(address.replace("&amp;", "&")).content.decode()
    # Both show: the one by its name, the other by its telephone; the conditions can be changed there.
    assert NAMES[0] in found
    assert "华江分厂" in found
    assert "/customers/conditions?query=" in found
    assert not client_of("zhang").get("/customers/duplicates", {"name": "从未有过的公司"}).content.strip()


@pytest.mark.feature("CUS-27", "CUS-28", "CUS-30", "CUS-31")
@pytest.mark.parametrize(
    ("field", "dictionary", "names"),
    [
        ("classification", "customer-classification", ("现有客户", "潜在客户", "合作伙伴", "代理商")),
        ("type", "customer-type", ("最终消费者", "企业用户", "渠道商")),
        ("credit_rating", "credit-rating", ("AAA", "AA", "A", "B", "C")),
        ("satisfaction", "satisfaction", ("非常满意", "满意", "一般", "不满意", "很不满意")),
        ("industry", "industry", ("机械设备", "食品饮料")),
    ],
)
def test_customers_are_classified_queried_and_counted(
    company: Company, field: str, dictionary: str, names: tuple[str, ...]
) -> None:
    chen = Caller(company.people["chen"])
    for at, name in enumerate(names):
        pk = company.customers[NAMES[at]]
        assert (
            chen.patch(f"/customers/{pk}", {field: option(dictionary, name), "probability": 10 * at}).status_code == 200
        )
        found = chen.get("/customers", filter={field: {"eq": option(dictionary, name)}}).json()["items"]
        assert [one["name"] for one in found] == [NAMES[at]]
    counted = chen.get("/customers/groups", by=field).json()["groups"]
    assert {one["key"]: one["count"] for one in counted if one["key"] != "-"} == {
        str(option(dictionary, name)): 1 for name in names
    }


@pytest.mark.feature("CUS-27", "CUS-28")
def test_customers_are_counted_by_owner_region_and_success_probability(company: Company) -> None:
    chen, zhang, li = Caller(company.people["chen"]), company.people["zhang"], company.people["li"]
    create(li, customers, {"name": "李娜的客户", "region": 110000, "probability": 80})
    owners = {one["key"]: one["count"] for one in chen.get("/customers/groups", by="owner").json()["groups"]}
    assert owners == {str(zhang.user_id): len(NAMES), str(li.user_id): 1}
    regions = {one["key"]: one["count"] for one in chen.get("/customers/groups", by="region").json()["groups"]}
    assert regions["440300"] == len(NAMES)
    likely = chen.get("/customers", filter={"probability": {"gte": 50}}).json()
    assert [one["name"] for one in likely["items"]] == ["李娜的客户"]
    assert likely["count"]["value"] == 1
    ordered = chen.get("/customers", sort="-probability", limit=1).json()["items"]
    assert [one["name"] for one in ordered] == ["李娜的客户"]


@pytest.mark.feature("CUS-42")
def test_habits_and_the_preferred_manner_of_contact_are_kept_and_shown(client_of: Any, company: Company) -> None:
    client, way = client_of("zhang"), option("contact-way", "传真")
    form = client.get("/customers/new").content.decode()
    assert 'name="habits"' in form
    assert 'name="preferred_way"' in form
    values = {"name": "爱好广泛公司", "habits": "爱喝普洱，周五不接电话", "preferred_way": str(way)}
    address = client.post("/customers/new", values).headers["Location"]
    page = client.get(address).content.decode().partition('id="record-fields"')[2]
    assert "爱喝普洱，周五不接电话" in page
    assert re.search(r"(?s)偏好联系方式.{0,400}?传真", page)


@pytest.mark.feature("ORG-19", "ORG-20")
def test_superiors_see_the_data_of_those_below_them_and_salespeople_only_their_own(company: Company) -> None:
    chen, zhang, li = (Caller(company.people[name]) for name in ("chen", "zhang", "li"))
    own = li.post("/customers", {"name": "李娜的客户"}).json()["id"]
    assert chen.get(f"/customers/{own}").status_code == 200
    assert zhang.get(f"/customers/{own}").status_code == 404
    assert {one["name"] for one in zhang.get("/customers", limit=200).json()["items"]} == set(NAMES)
    assert chen.get("/customers", limit=200).json()["count"]["value"] == len(NAMES) + 1
    team = Unit.plain.create(name="华南二组", parent=Unit.plain.get(name="华南一部"))
    update(company.people["admin"], users, company.people["li"].user_id or 0, {"unit": team.pk})
    assert chen.get(f"/customers/{own}").status_code == 200
    north = Unit.plain.create(name="华北部", parent=Unit.plain.get(name="熟客商贸"))
    update(company.people["admin"], users, company.people["li"].user_id or 0, {"unit": north.pk})
    assert chen.get(f"/customers/{own}").status_code == 404


@pytest.mark.feature("WRK-03")
def test_the_page_has_its_menu_its_middle_and_ones_own_corner(client_of: Any) -> None:
    page = client_of("zhang").get("/customers").content.decode()
    assert '<a href="/customers"' in page
    assert "张伟" in page
    top, side, middle = (page.index(mark) for mark in ('class="sk-top', "sk-side", "<main"))
    assert top < side < middle
    # On top the logo, who is signed in, the way back to the workbench and out; at the left every list he may open.
    for mark in ("sk-seal", "张伟", 'href="/"', "退出"):
        assert mark in page[top:side], mark
    for address in ("/customers", "/contacts", "/users"):
        assert f'href="{address}"' in page[side:middle], address


@pytest.mark.feature("CUS-23")
@pytest.mark.parametrize("said", ["华江", "13812346000", "13900008870"], ids=["name", "phone", "contact's phone"])
def test_naming_a_customer_tells_at_once_whose_he_is(client_of: Any, company: Company, said: str) -> None:
    for address in ("/search", "/search/palette"):
        page = client_of("chen").get(address, {"q": said}).content.decode()
        hits = [hit for hit in re.findall(r"(?s)<a [^>]*>.*?</a>", page) if "张伟" in hit]
        assert any("华江" in re.sub("<[^>]+>", "", hit) for hit in hits), (address, page)
    level = str(Customer.plain.get(name=NAMES[0]).level)
    assert level in client_of("chen").get("/search", {"q": "13812346000"}).content.decode()


def test_the_customer_comes_before_the_appointment_that_names_him(client_of: Any, company: Company) -> None:
    entry = {"title": f"拜访{NAMES[0]}", "starts_at": timezone.now().isoformat()}
    create(company.people["admin"], resource_for("schedule"), entry)
    found = client_of("admin").get("/search/palette", {"q": NAMES[0]}).content.decode()
    assert 0 < found.index("/customers/") < found.index("/schedule/")


@pytest.mark.feature("CUS-23")
def test_the_service_desk_finds_every_department_s_customers_and_who_may_not_see_them_does_not(
    client_of: Any, company: Company
) -> None:
    update(company.people["admin"], users, company.people["li"].user_id or 0, {"grants": {}})
    assert NAMES[0] not in client_of("li").get("/search", {"q": "13812346000"}).content.decode()
    update(
        company.people["admin"], users, company.people["li"].user_id or 0, {"grants": {"customers": {"view": "all"}}}
    )
    page = client_of("li").get("/search", {"q": "13812346000"}).content.decode()
    assert NAMES[0] in page
    assert "张伟" in page


def test_hits_stand_in_the_order_of_the_menu(client_of: Any, company: Company) -> None:
    update(company.people["admin"], users, company.people["li"].user_id or 0, {"phone": "13812346000"})
    page = client_of("admin").get("/search", {"q": "13812346000"}).content.decode()
    assert 0 < page.index(NAMES[0]) < page.index("李娜")


@pytest.mark.feature("DAT-06")
def test_a_customer_list_in_excel_is_imported_on_the_way_of_the_first_run(
    client_of: Any, company: Company, tmp_path: Path
) -> None:
    client = client_of("admin")
    assert 'href="/customers/import"' in client.get("/welcome").content.decode()
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["客户名称", "联系电话", "客户等级"])
        sheet.write_row(1, 0, ["新华贸易", "0755-88886666", "重要客户"])
    file = SimpleUploadedFile("list.xlsx", (tmp_path / "list.xlsx").read_bytes())
    matching = client.post("/customers/import", {"file": file})["Location"]
    page = client.get(matching).context
    form = {f"column-{one['at']}": next(name for name, *_rest, on in one["options"] if on) for one in page["columns"]}
    client.post(matching, {**form, "header_line": page["header_line"], "columns": len(form), "duplicates": "update"})
    checked = Job.objects.latest("pk").pk
    run(checked)
    assert not Customer.plain.filter(name="新华贸易").exists()
    client.post(f"/customers/import/run/{checked}")
    run(Job.objects.latest("pk").pk)
    made = Customer.plain.get(name="新华贸易")
    assert (str(made.level), made.phone) == ("重要客户", "0755-88886666")


@pytest.mark.feature("DAT-04", "DAT-06")
def test_contacts_come_out_of_the_same_file_as_their_customers(client_of: Any, company: Company) -> None:
    text = "联系人,客户名称,联系人电话,公司电话,所在城市\n林小满,新华贸易,13512345678,0755-88886666,广东省深圳市\n"
    client = client_of("admin")
    matching = client.post("/customers/import", {"file": SimpleUploadedFile("名单.csv", text.encode())})["Location"]

    def take(address: str) -> str:
        page = client.get(address).context
        fields = {
            f"column-{one['at']}": next((n for n, *_r, on in one["options"] if on), "") for one in page["columns"]
        }
        client.post(address, {**fields, "header_line": "1", "columns": len(fields), "duplicates": "update"})
        run(Job.objects.latest("pk").pk)
        client.post(f"/{page['resource'].name}/import/run/{Job.objects.latest('pk').pk}")
        run(Job.objects.latest("pk").pk)
        return client.get(f"/jobs/{Job.objects.latest('pk').pk}").content.decode()

    assert "还有联系人的列" in client.get(matching).content.decode()
    done = take(matching)
    made = Customer.plain.get(name="新华贸易")
    # What stands under “contact telephone” is no telephone of the customer.
    assert (made.phone, made.region_id) == ("0755-88886666", 440300)
    [onward] = re.findall(r'href="(/contacts/import/[^"]+)"', done)
    assert "/contacts/import/" not in take(onward.replace("&amp;", "&"))
    contact = Contact.plain.get(name="林小满")
    assert (contact.customer_id, contact.phone) == (made.pk, "13512345678")


@pytest.mark.feature("SYS-17", "DAT-08")
def test_what_was_found_is_exported_to_excel(client_of: Any, company: Company, tmp_path: Path) -> None:
    found = client_of("chen").post("/customers/export", {"kind": "xlsx", "query": "view=all&q=华江", "column": "name"})
    (tmp_path / "found.xlsx").write_bytes(b"".join(found.streaming_content))
    lines = [row[0] for row in open_sheet(tmp_path / "found.xlsx", "found.xlsx").rows()]
    assert lines == ["客户名称", NAMES[0]]


@pytest.mark.feature("SYS-14")
def test_what_is_written_on_the_page_shows_in_the_records_own_values(client_of: Any, company: Company) -> None:
    pk = company.customers[NAMES[0]]
    Customer.plain.filter(pk=pk).update(next_contact_at="2026-01-05T01:00:00Z")
    record = {"customer": str(pk), "summary": "电话确认", "happened_at": "2026-02-02T10:00"}
    assert client_of("admin", htmx=True).post("/contact-records/new?stay=1", record).status_code == 200
    page = client_of("admin").get(f"/customers/{pk}").content.decode()
    [address] = re.findall(r'hx-get="([^"]+)" hx-trigger="sk:changed from:body"', page)
    panel = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "tab-panel"}
    fresh = client_of("admin").get(address.replace("&amp;", "&"), **panel).content.decode()
    for part in ("record-title", "record-facts", "record-fields"):
        assert re.search(rf'id="{part}"[^>]* hx-swap-oob="true"', fresh), part
    assert "hx-swap-oob" not in client_of("admin").get(f"/customers/{pk}?tab=contacts", **panel).content.decode()
    change = fresh[fresh.index('class="sk-line"') : fresh.index("<del>2026-01-05 09:00</del>")]
    assert "修改" in change[change.rindex("<li>") :]
