"""The day of a salesperson and of his manager, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shuke.apps.activities.models import ContactRecord, ScheduleEntry
from shuke.apps.sales.models import Customer
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
    expect(page.get_by_label("下次联系", exact=True)).not_to_have_value("")
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
