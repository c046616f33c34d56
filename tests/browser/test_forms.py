"""Forms as people fill them in: regions by level, records made on the way, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from shuke.apps.sales.models import Contact, Customer
from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE

SignIn = Callable[..., Page]


def options(page: Page) -> Any:
    return page.locator(".sk-cascade-level:visible [role=option]")


def test_a_region_is_chosen_level_by_level_with_mouse_and_keyboard(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    region = page.get_by_role("combobox", name="地区")
    region.click()
    options(page).filter(has_text="广东省").click()
    options(page).filter(has_text="深圳市").click()
    options(page).filter(has_text="南山区").click()
    expect(region).to_have_value("广东省 深圳市 南山区")
    region.fill("sc cd")
    expect(page.get_by_role("option", name="四川省 成都市", exact=True)).to_be_visible()
    region.fill("")
    expect(options(page)).to_have_count(34)
    region.press("ArrowDown")
    region.press("ArrowRight")
    expect(options(page).filter(has_text="和平区")).to_be_visible()
    region.press("ArrowLeft")
    expect(options(page)).to_have_count(34)
    region.press("ArrowRight")
    expect(options(page).filter(has_text="天津市（全部）")).to_have_attribute("aria-selected", "true")
    region.press("Enter")
    expect(region).to_have_value("天津市")
    page.get_by_label("客户名称").fill("津门一号仓储")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="津门一号仓储")).to_be_visible()
    assert Customer.plain.get(name="津门一号仓储").region_id == 120000


def test_a_region_is_changed_in_a_list_and_chosen_on_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    cell = page.locator(f"td[data-edit^='/customers/{company.customers[NAMES[0]]}/field/region']")
    cell.dblclick()
    options(page).filter(has_text="宝安区").click()
    expect(cell).to_have_text("广东省 深圳市 宝安区")
    phone = sign_in("zhang", "/customers/new", PHONE)
    phone.get_by_role("combobox", name="地区").click()
    options(phone).filter(has_text="上海市").click()
    expect(options(phone).first).to_have_text("上海市（全部）")
    phone.locator("[data-back]:visible").click()
    expect(options(phone)).to_have_count(34)


def test_a_missing_customer_is_made_on_the_way_without_losing_what_was_typed(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/contacts/new")
    page.get_by_label("姓名").fill("吕小婉")
    customer = page.get_by_role("combobox", name="客户")
    customer.fill("新月酒店")
    page.get_by_role("option", name="新建客户“新月酒店”").wait_for()
    customer.press("Enter")
    drawer = page.get_by_role("dialog", name="新建客户")
    expect(drawer.get_by_label("客户名称")).to_have_value("新月酒店")
    drawer.get_by_role("textbox", name="电话").fill("不是电话")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer.get_by_role("alert")).to_be_visible()
    drawer.get_by_role("textbox", name="电话").fill("010-66668888")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_have_count(0)
    expect(customer).to_have_value("新月酒店")
    expect(page.get_by_label("姓名")).to_have_value("吕小婉")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="吕小婉")).to_be_visible()
    assert Contact.plain.get(name="吕小婉").customer.phone == "010-66668888"
