"""An administrator keeps the values of a drop-down field, and the next form offers them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from shuke.engine.options.models import Dictionary
from tests.browser.company import Company
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import complaints

SignIn = Callable[..., Page]


@pytest.mark.feature("SYS-01")
def test_a_new_option_is_offered_by_the_next_form(company: Company, sign_in: SignIn) -> None:
    level = Dictionary.plain.get(key="customer-level").pk
    page = sign_in("admin", f"/dictionaries/{level}?tab=options")
    page.get_by_role("button", name="添加选项").click()
    drawer = page.locator("#sk-drawer")
    expect(drawer.get_by_label("字典", exact=True)).to_have_value("客户等级")
    drawer.get_by_role("textbox", name="选项").fill("战略客户")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_be_hidden()
    page.goto(f"/dictionaries/{level}?tab=options")
    expect(page.locator("#tab-panel tbody tr").last).to_contain_text("战略客户")
    assert complaints(page) == []
    page.goto("/customers/new")
    page.get_by_label("等级").select_option("战略客户")
    expect(page.get_by_label("等级").locator("option").last).to_have_text("战略客户")
    page.goto("/dictionaries")
    assert complaints(page) == []
    page.goto(f"/options?dictionary={level}")
    assert complaints(page) == []


@pytest.mark.feature("SYS-01")
def test_options_are_put_in_order_on_a_phone(company: Company, sign_in: SignIn) -> None:
    level = Dictionary.plain.get(key="customer-level").pk
    page = sign_in("admin", f"/dictionaries/{level}?tab=options", PHONE, is_mobile=True, color_scheme="dark")
    assert complaints(page) == []
    page.get_by_role("link", name="普通客户").click()
    expect(page.get_by_role("heading", name="普通客户")).to_be_visible()
    page.get_by_label("更多").last.click()
    page.get_by_role("button", name="上移").click()
    page.locator("#sk-dialog").get_by_role("button", name="上移").click()
    expect(page.locator("#sk-dialog")).to_be_hidden()
    page.goto(f"/dictionaries/{level}?tab=options")
    expect(page.locator("#tab-panel tbody tr").first).to_contain_text("普通客户")


@pytest.mark.feature("SYS-01")
def test_options_are_put_in_order_by_mouse_and_keys(company: Company, sign_in: SignIn) -> None:
    level = Dictionary.plain.get(key="customer-level").pk
    page = sign_in("admin", f"/dictionaries/{level}?tab=options")
    rows = page.locator("#tab-panel tbody tr")
    expect(rows).to_have_count(4)
    grip, goal = (row.locator(".sk-handle").bounding_box() for row in (rows.last, rows.first))
    assert grip
    assert goal
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(goal["x"] + 8, goal["y"] + 40)
    page.mouse.move(goal["x"] + 8, goal["y"] + 2)
    page.mouse.up()
    expect(page.locator(".sk-toasts")).to_contain_text("顺序已保存")
    expect(rows.first).to_contain_text("潜在客户")
    page.reload()
    expect(rows.first).to_contain_text("潜在客户")
    assert complaints(page) == []
    with page.expect_response("**/order/options"):
        rows.first.locator(".sk-handle").press("ArrowDown")
        page.keyboard.press("ArrowDown")
    page.goto("/customers/new")
    expect(page.get_by_label("等级").locator("option")).to_have_text(
        ["—", "重要客户", "普通客户", "潜在客户", "一般客户"]
    )
