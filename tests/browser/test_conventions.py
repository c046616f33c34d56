"""What every form has in common, and that all of it is done on the way as well (SYS-13, WRK-23)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from shuke.apps.sales.models import Customer
from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE

SignIn = Callable[..., Page]


def star_of(page: Page, label: str) -> tuple[int, int, int]:
    """Red, green and blue of the star beside a label."""
    star = page.locator("label", has_text=re.compile(rf"^{label}\*")).locator(".must")
    colour = star.evaluate("star => getComputedStyle(star).color")
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return red, green, blue


@pytest.mark.feature("SYS-13")
def test_forms_mark_what_is_required_choose_by_the_right_means_and_lead_back_to_the_list(
    company: Company, sign_in: SignIn
) -> None:
    page = sign_in("zhang", "/contacts")
    page.get_by_role("link", name="新建联系人").first.click()
    red, green, blue = star_of(page, "姓名")
    assert red - max(green, blue) > 60
    expect(page.locator("label", has_text="部门").locator(".must")).to_have_count(0)
    page.get_by_role("button", name="保存").first.click()
    expect(page.locator(".error").first).to_be_visible()
    expect(page.get_by_label("性别")).to_have_js_property("tagName", "SELECT")
    expect(page.get_by_label("生日")).to_have_attribute("data-moment", "day")
    expect(page.get_by_role("combobox", name="客户")).to_be_visible()
    page.get_by_role("link", name="取消").click()
    expect(page).to_have_url(re.compile(r"//[^/]+/contacts$"))


@pytest.mark.feature("SYS-13")
def test_a_document_has_a_button_that_adds_a_line_and_a_record_one_that_deletes_it(
    company: Company, sign_in: SignIn
) -> None:
    page = sign_in("admin", "/offers/new")
    lines = page.locator(".sk-lines tbody tr")
    before = lines.count()
    page.get_by_role("button", name="添加一行").click()
    expect(lines).to_have_count(before + 1)
    page.goto(f"/customers/{company.customers[NAMES[0]]}")
    page.get_by_label("更多").last.click()
    expect(page.get_by_role("button", name="删除").locator("visible=true").first).to_be_visible()


@pytest.mark.feature("WRK-23")
def test_on_the_way_a_salesperson_looks_customers_up_and_the_manager_looks_after_the_work(
    company: Company, sign_in: SignIn
) -> None:
    phone = {"has_touch": True, "is_mobile": True}
    page = sign_in("zhang", "/", PHONE, **phone)
    page.get_by_role("navigation", name="主要操作").get_by_role("button", name="搜索").click()
    page.keyboard.type("hjkj")
    page.locator("#sk-palette").get_by_role("option", name=re.compile(NAMES[0])).first.click()
    expect(page.get_by_role("heading", name=NAMES[0])).to_be_visible()
    expect(page.locator('a[href="tel:13812346000"]').first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    manager = sign_in("chen", f"/customers?owner={company.people['zhang'].user_id}", PHONE, **phone)
    expect(manager.locator("tbody tr")).to_have_count(Customer.plain.filter(owner__login="zhang").count())
    assert manager.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
