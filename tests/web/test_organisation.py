"""ORG-01 to ORG-09: the page of the organisation, and its spreadsheet."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from shuke.engine.audit.models import Change
from shuke.engine.commands.write import create
from shuke.engine.organisation.models import Role, Unit, User
from shuke.engine.structure.sheets import titles
from shuke.resource.registry import resource_for
from tests.browser.company import Company
from tests.conformance.api import Caller

pytestmark = pytest.mark.django_db


def unit(name: str) -> Unit:
    found: Unit = Unit.plain.get(name=name, deleted_at__isnull=True)
    return found


def user(login: str) -> User:
    found: User = User.plain.get(login=login)
    return found


def add_unit(company: Company, name: str, parent: Unit, kind: str = "department") -> Unit:
    made: Unit = create(
        company.people["admin"], resource_for("units"), {"name": name, "kind": kind, "parent": parent.pk}
    ).record
    return made


@pytest.mark.feature("ORG-01")
def test_the_tree_shows_units_and_people_and_finds_them_by_pinyin(client_of: Any) -> None:
    page = client_of("admin").get("/organisation").content.decode()
    assert page.index("熟客商贸") < page.index("华南一部") < page.index("张伟")
    assert "3 people" in page or "3 人" in page
    found = client_of("admin", htmx=True, target="organisation-tree").get("/organisation?q=zw").content.decode()
    assert "张伟" in found
    assert "李娜" not in found
    assert "熟客商贸 / 华南一部" in found
    assert client_of("zhang").get("/organisation").status_code == 403


@pytest.mark.feature("ORG-01")
def test_a_large_company_is_opened_branch_by_branch(client_of: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("shuke.engine.structure.tree.ALL_AT_ONCE", 3)
    client = client_of("admin", htmx=True)
    page = client.get("/organisation").content.decode()
    assert "华南一部" in page
    assert "张伟" not in page
    assert "张伟" in client.get(f"/organisation?under={unit('华南一部').pk}").content.decode()
    assert "张伟" in client.get(f"/organisation?open={unit('熟客商贸').pk},{unit('华南一部').pk}").content.decode()
    assert client.get("/organisation?under=999999").status_code == 404


@pytest.mark.feature("ORG-01")
@pytest.mark.parametrize(
    ("old", "new"), [("熟客商贸", "熟客集团"), ("华南一部", "华南销售部")], ids=["company", "department"]
)
def test_companies_and_departments_are_changed_from_the_tree(client_of: Any, old: str, new: str) -> None:
    client, found = client_of("admin", htmx=True), unit(old)
    address = f"/units/{found.pk}/edit"
    assert f'href="{address}"' in client.get(f"/organisation/units/{found.pk}/menu").content.decode()
    client.post(address, {"version": found.version, "_was": "{}", "name": new, "phone": "0755-1"})
    assert (unit(new).pk, unit(new).phone) == (found.pk, "0755-1")
    page = client.get("/organisation").content.decode()
    assert new in page
    assert old not in page


@pytest.mark.feature("ORG-01")
def test_people_are_changed_and_deleted_from_the_tree(client_of: Any) -> None:
    client, li = client_of("admin", htmx=True), user("li")
    menu = client.get(f"/users/{li.pk}/menu").content.decode()
    assert f'href="/users/{li.pk}/edit"' in menu
    client.post(f"/users/{li.pk}/edit", {"version": li.version, "_was": "{}", "name": "李娜娜", "title": "经理"})
    assert (user("li").name, user("li").title) == ("李娜娜", "经理")
    assert "李娜娜" in client.get("/organisation").content.decode()
    assert f'hx-get="/users/bulk/delete?ids={li.pk}"' in menu
    client.post("/users/bulk/delete", {"ids": li.pk})
    assert user("li").deleted_at
    page = client.get("/organisation").content.decode()
    assert "李娜娜" not in page
    assert "张伟" in page
    assert "2 people" in page or "2 人" in page


@pytest.mark.feature("ORG-02", "ORG-03")
def test_a_new_unit_names_its_parent_and_itself_and_needs_no_more(client_of: Any) -> None:
    client, top = client_of("admin", htmx=True), unit("熟客商贸")
    address = "/units/new?pane=drawer&stay=1"
    for lacking in ({"name": "华北分公司", "kind": "company"}, {"name": "", "kind": "company", "parent": top.pk}):
        assert client.post(address, lacking).status_code == 422
    assert Unit.plain.count() == 2
    made = client.post(address, {"name": "华北分公司", "kind": "company", "parent": top.pk})
    assert "sk:changed" in made.headers["HX-Trigger"]
    assert unit("华北分公司").parent == top
    assert client.post(address, {"name": "后勤部", "parent": top.pk}).status_code == 200
    assert (unit("后勤部").parent, unit("后勤部").kind) == (top, "department")


@pytest.mark.feature("ORG-04")
def test_a_new_person_needs_unit_name_login_mail_and_gender(client_of: Any) -> None:
    client = client_of("admin", htmx=True)
    whole = {
        "name": "赵敏", "login": "zhaomin", "email": "zm@example.com", "gender": "f", "unit": str(unit("华南一部").pk),
    }  # fmt: skip
    for name in whole:
        left_out = {key: value for key, value in whole.items() if key != name}
        assert client.post("/users/new?pane=drawer&stay=1", left_out).status_code == 422, name
    assert client.post("/users/new?pane=drawer&stay=1", whole).status_code == 200
    assert user("zhaomin").unit == unit("华南一部")


@pytest.mark.feature("ORG-06")
def test_people_are_transferred_together_and_their_customers_follow(client_of: Any, company: Company) -> None:
    north = add_unit(company, "华北部", unit("熟客商贸"))
    client = client_of("admin", htmx=True)
    ids = [user("zhang").pk, user("li").pk]
    assert client.get("/organisation/transfer", {"users": ids}).content.decode().count('name="users"') == 2
    assert client.post("/organisation/transfer", {"users": ids}).status_code == 422
    assert "sk:toast" in client.post("/organisation/transfer", {"users": ids, "into": north.pk}).headers["HX-Trigger"]
    assert {user("zhang").unit_id, user("li").unit_id} == {north.pk}
    model = resource_for("customers").model
    assert set(model.plain.values_list("unit_id", flat=True)) == {north.pk}
    client.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert user("zhang").unit == user("li").unit == unit("华南一部")
    assert set(model.plain.values_list("unit_id", flat=True)) == {unit("华南一部").pk}


@pytest.mark.feature("ORG-07")
def test_units_and_people_are_put_in_order_by_one_change(client_of: Any, company: Company) -> None:
    top = unit("熟客商贸")
    north, west = (add_unit(company, name, top) for name in ("华北部", "西部"))
    client = client_of("admin", htmx=True)
    answer = client.post(
        "/organisation/move", {"object": "units", "ids": west.pk, "into": top.pk, "before": unit("华南一部").pk}
    ).json()
    page = client.get("/organisation").content.decode()
    assert page.index("西部") < page.index("华南一部")
    client.post(answer["undo"])
    page = client.get("/organisation").content.decode()
    assert page.index("华南一部") < page.index("西部")
    south = unit("华南一部")
    client.post("/organisation/move", {"object": "users", "ids": user("zhang").pk, "into": south.pk})
    order = User.plain.filter(unit=south).order_by("position").values_list("login", flat=True)
    assert order.last() == "zhang"
    loop = client.post("/organisation/move", {"object": "units", "ids": top.pk, "into": north.pk})
    assert loop.status_code == 422
    assert unit("熟客商贸").parent is None
    assert client_of("zhang").post("/organisation/move", {"object": "units", "ids": west.pk}).status_code == 404


@pytest.mark.feature("ORG-05")
def test_a_unit_goes_with_its_people_who_are_named_first(client_of: Any, company: Company) -> None:
    north = add_unit(company, "华北分公司", unit("熟客商贸"), "company")
    below = add_unit(company, "天津部", north)
    values = {"name": "赵敏", "login": "zhaomin", "email": "zm@example.com", "gender": "f", "unit": below.pk}
    create(company.people["admin"], resource_for("users"), values)
    client = client_of("admin", htmx=True)
    address = f"/organisation/units/{north.pk}/dissolve"
    warning = client.get(address).content.decode()
    assert "赵敏" in warning
    assert "天津部" in warning
    assert client.post(address).headers["HX-Redirect"] == "/organisation"
    assert "已删除“华北分公司”，连同 1 个下级组织、1 人" in client.get("/organisation").content.decode()
    assert user("zhaomin").deleted_at
    assert not Unit.plain.filter(pk__in=[north.pk, below.pk], deleted_at__isnull=True).exists()
    client.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert user("zhaomin").deleted_at is None
    assert Unit.plain.filter(pk__in=[north.pk, below.pk], deleted_at__isnull=True).count() == 2


@pytest.mark.feature("ORG-05", "ORG-33")
def test_a_unit_stays_while_its_people_own_customers(client_of: Any) -> None:
    south = unit("华南一部")
    client = client_of("admin", htmx=True)
    warning = client.get(f"/organisation/units/{south.pk}/dissolve").content.decode()
    assert re.search(r"张伟</a>", warning)
    assert client.post(f"/organisation/units/{south.pk}/dissolve").status_code == 422
    assert user("zhang").deleted_at is None
    assert user("li").deleted_at is None
    assert unit("华南一部")


def rows_of(answer: Any) -> list[list[Any]]:
    """The rows of a downloaded workbook."""
    found = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0)
    return found.to_python()


def sheet(rows: list[list[str]]) -> SimpleUploadedFile:
    data = BytesIO()
    book = xlsxwriter.Workbook(data)
    page = book.add_worksheet()
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return SimpleUploadedFile("people.xlsx", data.getvalue())


@pytest.mark.feature("ORG-08", "DAT-08")
def test_a_subtree_is_exported(client_of: Any, tmp_path: Path) -> None:
    answer = client_of("admin").get(f"/organisation/units/{unit('华南一部').pk}/export")
    rows = rows_of(answer)
    assert rows[0] == list(titles().values())
    assert rows[1][:3] == ["熟客商贸", "部门" if rows[1][1] == "部门" else "Department", "华南一部"]
    assert {row[3] for row in rows[2:]} == {"chen", "zhang", "li"}
    assert {row[0] for row in rows[2:]} == {"熟客商贸 / 华南一部"}
    whole = rows_of(client_of("admin").get(f"/organisation/units/{unit('熟客商贸').pk}/export"))
    people = {(row[3], row[0]) for row in whole[1:] if row[3]}
    assert people == {("admin", "熟客商贸"), *((row[3], row[0]) for row in rows[2:])}
    assert client_of("zhang").get(f"/organisation/units/{unit('华南一部').pk}/export").status_code == 403


@pytest.mark.feature("ORG-09", "DAT-08")
def test_units_and_people_are_imported_after_a_check(client_of: Any) -> None:
    client = client_of("admin")
    blank = rows_of(client.get("/organisation/template"))
    assert blank == [list(titles().values())]
    Role.plain.create(name="业务员")
    rows = [
        ["熟客商贸", "公司", "华北分公司"],
        ["熟客商贸 / 华北分公司", "Department", "天津部"],
        [
            "熟客商贸/华北分公司/天津部",
            "人员",
            "赵敏",
            "zhaomin",
            "zm@example.com",
            "女",
            "13800138000",
            "",
            "",
            "业务员",
        ],
        ["熟客商贸", "人员", "没有邮箱", "nomail", "", "男"],
        ["没有的公司", "部门", "孤儿部"],
        ["", "company", "熟客商贸"],
    ]
    there = client.post("/organisation/import", {"file": sheet([*blank, *rows])}).headers["Location"]
    checked = client.get(there).content.decode()
    assert checked.count("sk-tag bad") == 2
    assert not Unit.plain.filter(name="华北分公司").exists()
    assert not User.plain.filter(login="zhaomin").exists()
    done = client.post(there).content.decode()
    [password] = re.findall(r"<code>(.+?)</code>", done)
    assert user("zhaomin").check_password(password)
    zhao = user("zhaomin")
    assert (zhao.unit, zhao.gender, zhao.mobile) == (unit("天津部"), "f", "13800138000")
    assert [role.name for role in zhao.roles.all()] == ["业务员"]
    assert (unit("天津部").parent, unit("天津部").kind) == (unit("华北分公司"), "department")
    assert (unit("华北分公司").parent, unit("华北分公司").kind) == (unit("熟客商贸"), "company")
    assert not User.plain.filter(login="nomail").exists()
    [change] = re.findall(r"/changes/(\d+)/undo", done)
    client.post(f"/changes/{change}/undo")
    assert user("zhaomin").deleted_at
    assert client_of("chen").get("/organisation/import").status_code == 403


@pytest.mark.feature("ORG-09")
def test_a_sheet_without_the_titles_is_refused(client_of: Any) -> None:
    client = client_of("admin")
    wrong = SimpleUploadedFile("people.csv", "甲,乙\n1,2\n".encode())
    assert client.post("/organisation/import", {"file": wrong}).status_code == 422


@pytest.mark.feature("ORG-33")
def test_a_leaver_hands_everything_over_in_one_change(company: Company) -> None:
    caller = Caller(company.people["admin"])
    zhang, li = user("zhang").pk, user("li").pk
    customers, contacts = (resource_for(name).model for name in ("customers", "contacts"))
    assert customers.plain.filter(owner=zhang).count() == 12
    admin, soon = company.people["admin"], "2026-12-01T09:00:00+08:00"
    first = customers.plain.filter(owner=zhang).first()
    told = create(admin, resource_for("contact-records"), {"customer": first.pk, "summary": "答应周五报价"}).record
    under_way = [
        create(admin, resource_for(name), {"title": "未办完的", **more}, owner=zhang).record
        for name, more in (("tasks", {"due_at": soon}), ("schedule", {"starts_at": soon}), ("memos", {}))
    ]
    assert caller.post(f"/users/{zhang}/handover", {"to": zhang}).status_code == 422
    change = caller.post(f"/users/{zhang}/handover", {"to": li}).json()["change"]
    assert not customers.plain.filter(owner=zhang).exists()
    assert contacts.plain.filter(owner=li).count() == 3
    # Promises and what is under way go along.
    assert {type(one).plain.get(pk=one.pk).owner_id for one in (told, *under_way)} == {li}
    assert caller.delete(f"/users/{zhang}").status_code == 200
    assert Caller(company.people["chen"]).post(f"/users/{li}/handover", {"to": zhang}).status_code == 403
    caller.post(f"/users/{zhang}/restore")
    assert caller.post(f"/changes/{change}/undo").status_code == 200
    assert customers.plain.filter(owner=zhang).count() == 12


@pytest.mark.feature("ORG-01", "ORG-05", "ORG-06", "ORG-07")
def test_programs_read_and_change_the_organisation(company: Company) -> None:
    admin, seller = Caller(company.people["admin"]), Caller(company.people["zhang"])
    [top] = admin.get("/organisation").json()
    [south] = top["units"]
    assert {one["login"] for one in south["people"]} == {"chen", "zhang", "li"}
    move = {"object": "users", "ids": [user("li").pk], "into": top["id"]}
    assert admin.post("/organisation/move", move).status_code == 200
    assert user("li").unit_id == top["id"]
    going = admin.get(f"/organisation/units/{south['id']}/dissolve").json()
    assert [one["name"] for one in going["owners"]] == ["张伟"]
    assert admin.post(f"/organisation/units/{south['id']}/dissolve").status_code == 422
    assert admin.get("/organisation/units/999999/dissolve").status_code == 404
    assert seller.get("/organisation").status_code == 403
    assert seller.post("/organisation/move", move).status_code in (403, 404)


@pytest.mark.feature("ORG-33")
def test_who_is_locked_hands_everything_over_at_once_or_later(client_of: Any, company: Company) -> None:
    zhang, li, customers = user("zhang").pk, user("li").pk, resource_for("customers").model
    client = client_of("admin", htmx=True)
    chart = client.get(f"/users/{zhang}/menu").content.decode()
    assert "/users/bulk/do/lock" in chart
    assert "/users/bulk/do/handover" in chart
    dialog = client.get("/users/bulk/do/lock", {"ids": zhang}).content.decode()
    assert "客户 12" in dialog or "customers 12" in dialog
    client.post("/users/bulk/do/lock", {"ids": zhang, "to": ""})
    assert not user("zhang").is_active
    assert customers.plain.filter(owner=zhang).count() == 12
    assert "/users/bulk/do/unlock" in client.get(f"/users/{zhang}/menu").content.decode()
    client.post("/users/bulk/do/unlock", {"ids": zhang})
    assert user("zhang").is_active
    client.post("/users/bulk/do/lock", {"ids": zhang, "to": str(li)})
    assert not user("zhang").is_active
    assert customers.plain.filter(owner=li).count() == 12
    client.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert user("zhang").is_active
    assert customers.plain.filter(owner=zhang).count() == 12


@pytest.mark.feature("ORG-33")
def test_locking_and_deleting_have_their_rules(client_of: Any, company: Company) -> None:
    admin = Caller(company.people["admin"])
    zhang, li = user("zhang").pk, user("li").pk
    assert admin.patch(f"/users/{zhang}", {"is_active": False}).status_code == 422
    refused = admin.delete(f"/users/{zhang}")
    assert refused.status_code == 422
    assert "12" in refused.json()["detail"]
    assert admin.post(f"/users/{company.people['admin'].user_id}/lock").status_code == 422
    assert Caller(company.people["chen"]).post(f"/users/{zhang}/lock").status_code == 403
    seller = Caller(company.people["zhang"])
    assert seller.get("/customers").status_code == 200
    assert admin.post(f"/users/{zhang}/lock", {"to": li}).status_code == 200
    assert seller.get("/customers").status_code == 401
    assert admin.delete(f"/users/{zhang}").status_code == 200
