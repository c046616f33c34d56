"""The day of a salesperson and of his manager, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shuke.apps.activities.models import ContactRecord, ScheduleEntry
from shuke.apps.activities.resources.contact_record import contact_records
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Reach
from shuke.engine.commands.ownership import release
from shuke.engine.commands.write import create
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Pool, Role, User
from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import complaints

SignIn = Callable[..., Page]


@pytest.mark.feature("CON-04", "CON-05", "CAL-05", "CUS-17")
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_call_is_recorded_and_leads_to_the_next_one(company: Company, sign_in: SignIn, phone: bool) -> None:
    size: dict[str, Any] = {"is_mobile": True, "color_scheme": "dark"} if phone else {}
    customer = Customer.plain.get(name=NAMES[1])
    page = sign_in("admin", f"/contact-records/new?customer={customer.pk}", *([PHONE] if phone else []), **size)
    expect(page.get_by_label("加入日程")).to_be_checked()
    level = page.get_by_label("客户等级")
    level.select_option("潜在客户")
    level.select_option("重要客户")
    # Told as people read it, and as the field itself writes it: otherwise it would pass for somebody's own choice.
    expect(page.get_by_label("下次联系", exact=True)).to_have_value(re.compile(r"[T ]09:00$" if phone else r" 09:00$"))
    page.get_by_label("摘要").fill("电话确认报价")
    page.get_by_label("下次联系计划").fill("上门签合同")
    assert complaints(page) == []
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("heading", name="电话确认报价")).to_be_visible()
    made = ContactRecord.plain.get(summary="电话确认报价")
    assert made.next_contact_at is not None
    assert ScheduleEntry.plain.filter(record=made, title="上门签合同", starts_at=made.next_contact_at).exists()
    page.goto(f"/customers/{customer.pk}")
    expect(page.locator(".sk-head").get_by_text("重要客户")).to_be_visible()
    assert complaints(page) == []


@pytest.mark.feature("WRK-13", "CAL-03", "CAL-02")
def test_what_is_due_is_completed_from_the_home_page(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/schedule/new")
    page.get_by_role("textbox", name="主题").fill("给客户送样")
    page.get_by_label("开始时间").fill("2026-03-02T09:00")
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("heading", name="给客户送样")).to_be_visible()
    page.goto("/")
    page.get_by_role("button", name="完成: 给客户送样").click()
    page.locator("#sk-dialog").get_by_label("完成内容").fill("样品已收，下周答复")
    page.locator("#sk-dialog").get_by_role("button", name="完成").click()
    expect(page.locator("#sk-dialog")).to_be_hidden()
    entry = ScheduleEntry.plain.get(title="给客户送样")
    assert (entry.state, entry.result) == ("done", "样品已收，下周答复")
    page.goto(f"/schedule/{entry.pk}")
    page.get_by_label("更多").last.click()
    expect(page.get_by_role("button", name="完成", exact=True)).to_have_count(0)
    assert complaints(page) == []
    page.goto("/schedule?view=history")
    expect(page.get_by_text("给客户送样").first).to_be_visible()
    assert complaints(page) == []


@pytest.mark.feature("CAL-09")
def test_a_collision_is_shown_and_saved_nevertheless(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/schedule/new")
    for title in ("客户约谈", "部门周会"):
        page.goto("/schedule/new")
        page.get_by_role("textbox", name="主题").fill(title)
        page.get_by_label("开始时间").fill("2027-03-02T09:00")
        page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("alert")).to_contain_text("客户约谈")
    page.get_by_role("button", name="仍然保存").click()
    expect(page.get_by_role("heading", name="部门周会")).to_be_visible()


RECORDS = {"view": "below", "create": "below", "edit": "below", "guide": "below"}
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


def at(phone: bool) -> tuple[list[Any], dict[str, Any]]:
    """How a page is opened at the desk, or on a phone in the dark."""
    return ([PHONE], {"is_mobile": True, "color_scheme": "dark"}) if phone else ([], {})


def grant(login: str, **more: dict[str, str]) -> None:
    role = Role.plain.get(name=f"角色 {login}")
    role.grants = {**role.grants, **more}
    role.save()


def choose(page: Page, scope: str, label: str, typed: str, name: str) -> None:
    """Pick somebody in a search-as-you-type chooser."""
    page.locator(scope).get_by_role("combobox", name=label).fill(typed)
    expect(page.get_by_role("option", name=name)).to_be_visible()
    page.keyboard.press("Enter")


@pytest.mark.feature("CON-09", "CUS-09", "CUS-05", "ORG-19")
@SIZES
def test_a_managers_day(company: Company, sign_in: SignIn, phone: bool) -> None:
    for login in ("chen", "zhang"):
        grant(login, **{"contact-records": RECORDS})
    ids = [company.customers[name] for name in NAMES[:2]]
    zhang = actor_for(User.plain.get(login="zhang"), "web")
    create(zhang, contact_records, {"customer": ids[0], "summary": "价格谈不下来", "content": "对方要九折"})
    release(zhang, customers, ids[1:], Pool.plain.get(name="公共客户池").pk)
    size, look = at(phone)
    page = sign_in("chen", "/contact-records", *size, **look)
    page.get_by_role("link", name="价格谈不下来").click()
    expect(page.get_by_role("heading", name="价格谈不下来")).to_be_visible()
    expect(page.get_by_text("对方要九折").first).to_be_visible()
    page.locator(".sk-head").get_by_label("更多").click()
    page.get_by_role("button", name="批复").click()
    page.locator("#sk-dialog").get_by_label("指导意见").fill("最低九五折，送一次培训")
    page.locator("#sk-dialog").get_by_role("button", name="批复").click()
    expect(page.get_by_text("最低九五折，送一次培训").first).to_be_visible()
    assert ContactRecord.plain.get(summary="价格谈不下来").guidance == "最低九五折，送一次培训"
    page.goto("/customers?view=pool")
    page.locator("tbody input[data-row]").first.click()
    page.locator(".sk-selection").get_by_role("button", name="变更所属人").click()
    choose(page, "#sk-dialog", "新的所属人", "ln", "李娜")
    page.locator("#sk-dialog").get_by_role("button", name="转移").click()
    expect(page.locator("#sk-dialog")).to_be_hidden()
    assert Customer.plain.get(pk=ids[1]).owner_id == company.people["li"].user_id
    page.goto(f"/customers?owner={company.people['li'].user_id}")
    page.locator("tbody input[data-row]").first.click()
    page.locator(".sk-selection").get_by_role("button", name="编辑").click()
    page.locator("#sk-dialog").get_by_label("字段").select_option("next_contact_at")
    page.locator("#sk-dialog").get_by_label("下次联系").fill("2027-03-01T09:30")
    page.locator("#sk-dialog").get_by_role("button", name="保存").click()
    expect(page.locator("#sk-dialog")).to_be_hidden()
    assert Customer.plain.get(pk=ids[1]).next_contact_at is not None
    page.goto(f"/customers/{ids[0]}")
    expect(page.locator(".sk-line").get_by_text("对方要九折")).to_be_visible()
    assert complaints(page) == []


@pytest.mark.feature("CUS-06", "CUS-10", "CUS-11")
def test_a_manager_changes_an_owner_looks_at_the_plan_and_exports_it(company: Company, sign_in: SignIn) -> None:
    pk = company.customers[NAMES[0]]
    page = sign_in("chen", f"/customers/{pk}")
    page.get_by_role("button", name="变更所属人").first.click()
    choose(page, "#sk-dialog", "新的所属人", "陈明", "陈明")
    page.locator("#sk-dialog").get_by_role("button", name="转移").click()
    expect(page.locator("#sk-dialog")).to_be_hidden()
    assert Customer.plain.get(pk=pk).owner_id == company.people["chen"].user_id
    page.goto("/customers?view=plan")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("#list-export summary").click()
    with page.expect_download() as saved:
        page.locator("#list-export").get_by_role("button", name="CSV").click()
    assert NAMES[0] in Path(saved.value.path()).read_text("utf-8-sig")


@pytest.mark.feature("CUS-08")
@SIZES
def test_a_customer_is_added_to_the_pool_with_a_contact(company: Company, sign_in: SignIn, phone: bool) -> None:
    size, look = at(phone)
    page = sign_in("zhang", "/customers?view=pool", *size, **look)
    page.locator('a[href*="/customers/new?pool="]').locator("visible=true").first.click()
    expect(page.get_by_label("客户池")).to_have_value(str(Pool.plain.get(name="公共客户池").pk))
    page.get_by_label("客户名称").fill("展会来的公司")
    assert complaints(page) == []
    page.get_by_role("button", name="保存").locator("visible=true").first.click()
    expect(page.get_by_role("heading", name="展会来的公司")).to_be_visible()
    page.get_by_role("button", name="添加联系人").click()
    page.locator("#sk-drawer").get_by_label("姓名").fill("钱经理")
    page.locator("#sk-drawer").get_by_role("button", name="保存").click()
    expect(page.locator("#sk-drawer")).to_be_hidden()
    other = sign_in("li", "/customers?view=pool", *size, **look)
    other.get_by_role("link", name="展会来的公司").click()
    other.locator("#tab-panel").get_by_role("link", name="联系人 1").click()
    expect(other.locator("#tab-panel").get_by_text("钱经理").first).to_be_visible()


@pytest.mark.feature("ORG-10", "ORG-13")
@SIZES
def test_an_administrator_brings_in_a_colleague_and_makes_him_a_role(
    company: Company, sign_in: SignIn, phone: bool
) -> None:
    size, look = at(phone)
    page = sign_in("admin", "/organisation", *size, **look)
    page.get_by_role("button", name="新增人员").click()
    drawer = page.locator("#sk-drawer")
    for label, text in (("姓名", "赵敏"), ("用户名", "zhaomin"), ("电子邮件", "zm@example.com")):
        drawer.get_by_label(label).fill(text)
    drawer.get_by_label("性别").select_option("女")
    choose(page, "#sk-drawer", "部门", "华南", "华南一部")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_be_hidden()
    page.goto("/roles/new")
    page.get_by_role("textbox", name="角色名称").fill("展会组")
    page.locator("details.sk-grants > summary", has_text="客户").first.click()
    row = page.locator("details.sk-grants[open]").first
    row.get_by_label("查看").select_option("全部")
    row.get_by_label("保存（新建、编辑、删除）").select_option("本人")
    # On a phone the bar with “save” lies above whatever is scrolled below it.
    assert phone or complaints(page) == []
    page.get_by_role("button", name="保存", exact=True).locator("visible=true").first.click()
    expect(page.get_by_role("heading", name="展会组")).to_be_visible()
    page.locator("#tab-panel").get_by_role("link", name="成员 0").click()
    choose(page, ".sk-members", "选择要加入的成员", "zhaomin", "赵敏")
    page.get_by_role("button", name="加入").click()
    expect(page.locator("#tab-panel tbody")).to_contain_text("赵敏")
    assert complaints(page) == []
    page.locator("#tab-panel").get_by_role("link", name="权限").click()
    expect(page.locator(".sk-rights")).to_contain_text("全部")
    assert complaints(page) == []
    zhao = User.plain.get(login="zhaomin")
    assert actor_for(zhao, "web").reach("customers", "edit") is Reach.OWN
    page.goto(f"/users/{zhao.pk}?tab=rights")
    expect(page.locator(".sk-rights")).to_contain_text("展会组")


@pytest.mark.feature("ORG-12", "ORG-33")
@SIZES
def test_an_administrator_keeps_built_in_roles_and_locks_a_leaver(
    company: Company, sign_in: SignIn, phone: bool
) -> None:
    size, look = at(phone)
    page = sign_in("admin", "/roles", *size, **look)
    page.goto(f"/roles/{Role.plain.get(builtin='order-approval').pk}")
    page.locator(".sk-head").get_by_label("更多").click()
    page.get_by_role("button", name="删除").click()
    page.locator("#sk-dialog").get_by_role("button", name="删除").click()
    expect(page.locator("#sk-dialog")).to_contain_text("销售审核")
    leaver = company.people["zhang"].user_id
    page.goto(f"/users/{leaver}")
    page.locator(".sk-head").get_by_label("更多").click()
    page.get_by_role("button", name="停用").click()
    expect(page.locator("#sk-dialog")).to_contain_text("客户 12")
    choose(page, "#sk-dialog", "将全部记录移交给", "ln", "李娜")
    page.locator("#sk-dialog").get_by_role("button", name="停用").click()
    expect(page.locator("#sk-dialog")).to_be_hidden()
    assert Customer.plain.filter(owner=company.people["li"].user_id).count() == len(NAMES)
    assert not User.plain.get(pk=leaver).is_active


def test_a_contact_is_recorded_from_the_row_of_the_customer(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/customers")
    row = page.locator("tbody tr", has_text=NAMES[0])
    row.hover()
    row.locator("[data-line-menu]").click()
    menu = page.locator(".sk-floating")
    expect(menu.get_by_role("button", name="记录联系")).to_be_visible()
    assert complaints(page) == []
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    row.locator("[data-line-menu]").click()
    page.locator(".sk-floating").get_by_role("button", name="记录联系").click()
    drawer = page.locator("#sk-drawer")
    expect(drawer.get_by_label("客户", exact=True)).to_have_value(NAMES[0])
    drawer.get_by_label("摘要").fill("确认到货")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_be_hidden()
    assert ContactRecord.plain.filter(summary="确认到货", customer__name=NAMES[0]).exists()
