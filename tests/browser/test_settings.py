"""Numbering rules and regions as an administrator keeps them, at the desk and on the phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from shuke.engine.options.regions import forget
from tests.browser.company import Company
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import complaints

SignIn = Callable[..., Page]


@pytest.mark.feature("SYS-03")
def test_a_numbering_rule_shows_what_it_makes_while_it_is_typed(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/numbering")
    assert complaints(page) == []
    page.get_by_role("link", name="客户", exact=True).last.click()
    page.get_by_label("规则", exact=True).fill("客{yy}-{seq:3}")
    page.get_by_label("下一个流水号").fill("88")
    expect(page.locator("#numbering-preview")).to_contain_text(re.compile(r"客\d\d-088"))
    page.get_by_label("流水号重新开始").select_option("day")
    expect(page.locator("#numbering-preview")).to_contain_text("编码会逐日重复")
    assert complaints(page) == []
    page.get_by_label("流水号重新开始").select_option("never")
    page.get_by_role("button", name="保存").locator("visible=true").click()
    expect(page.locator("main code").last).to_have_text("客{yy}-{seq:3}")
    page.reload()
    assert complaints(page) == []


@pytest.mark.feature("SYS-05", "SYS-06")
def test_a_region_is_added_where_the_tree_was_opened_and_offered_in_forms(company: Company, sign_in: SignIn) -> None:
    forget()
    page = sign_in("admin", "/regions", PHONE, is_mobile=True, color_scheme="dark")
    page.locator("summary", has_text="广东省").click()
    page.locator("summary", has_text="深圳市").click()
    expect(page.locator(".leaf", has_text="南山区")).to_be_visible()
    page.get_by_label("在深圳市下新建地区").click()
    dialog = page.locator("#sk-dialog")
    dialog.get_by_label("地区名称").fill("口岸")
    assert complaints(page) == []
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("li.here .leaf")).to_contain_text("口岸")
    page.get_by_role("searchbox", name="查找地区").fill("口岸")
    expect(page.locator("#region-tree")).to_contain_text("广东省 深圳市 口岸")
    page.reload()
    expect(page.locator("#region-tree li")).to_have_count(1)
    assert complaints(page) == []
    forget()


def test_a_form_is_arranged_with_mouse_and_keyboard(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/form-layouts/new")
    page.get_by_label("布局名称").fill("销售表单")
    page.get_by_label("对象").select_option("customers")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/design")
    expect(page.locator("[data-block]").first.locator("li").first).to_contain_text("客户名称")
    handle = page.get_by_label("上下移动“电话”")
    handle.focus()
    for _step in range(12):
        handle.press("ArrowUp")
    expect(page.locator("[data-block]").first.locator("li").first).to_contain_text("电话")
    page.get_by_label("移出备注").click()
    expect(page.locator("[data-out] li")).to_have_count(1)
    page.get_by_role("button", name="添加分组").locator("visible=true").click()
    page.locator("[data-block]").last.get_by_label("分组标题").fill("渠道")
    grip = page.get_by_label("上下移动“网址”").bounding_box()
    zone = page.locator("[data-block]").last.locator("ol").bounding_box()
    assert grip
    assert zone
    page.mouse.move(grip["x"] + 5, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(zone["x"] + 40, zone["y"] + 10, steps=8)
    page.mouse.up()
    expect(page.locator("[data-block]").last.locator("li")).to_contain_text("网址")
    page.get_by_label("必填 电话").check()
    assert complaints(page) == []
    page.get_by_role("button", name="保存").locator("visible=true").click()
    page.wait_for_url(re.compile(r"/form-layouts/\d+$"))
    form = sign_in("zhang", "/customers/new", PHONE, is_mobile=True, color_scheme="dark")
    expect(form.locator(".sk-form .sk-field").first).to_contain_text("电话*")
    expect(form.get_by_label("备注")).to_have_count(0)
    expect(form.locator("legend", has_text="渠道")).to_be_visible()


def test_a_menu_at_the_lower_edge_opens_upward(company: Company, sign_in: Callable[..., Page]) -> None:
    page = sign_in("admin", "/organisation", {"width": 1440, "height": 640})
    page.get_by_role("button", name="的更多操作").or_(page.locator("summary[aria-label$=的更多操作]")).last.click()
    last = page.locator("details.sk-menu[open] .sk-menu-item").last
    expect(last).to_be_in_viewport(ratio=1)
