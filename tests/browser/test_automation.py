"""A rule is built with the mouse, tried, and does its work; on a phone and in the dark as well."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from shuke.apps.people.resources.automation import automation_rules
from shuke.engine.automation.models import AutomationRule
from shuke.engine.commands.write import create
from tests.browser.company import NAMES, Company


def make(company: Company) -> AutomationRule:
    values = {"name": "新客户回访", "object": "customers", "trigger": {"on": "created"}, "actions": []}
    rule: AutomationRule = create(company.people["admin"], automation_rules, values).record
    return rule


def test_a_rule_is_built_with_the_mouse_and_tried(company: Company, sign_in: Callable[..., Page]) -> None:
    rule = make(company)
    page = sign_in("admin", f"/automation-rules/{rule.pk}")
    page.get_by_role("link", name="编辑规则流程").click()
    say_when_and_if(page)
    add_action(page, "设置字段")
    step = page.locator(".sk-deed").first
    choose(page, step.get_by_label("字段"), "note")
    choose(page, step.get_by_label("设为"), "text")
    step.get_by_label("文本").fill("请回访 {客户名称}")
    add_action(page, "通知人员")
    told = page.locator(".sk-deed").nth(1)
    told.get_by_label("所属人", exact=True).check()
    told.get_by_label("文本").fill("{客户名称} 升级了")
    page.get_by_label("启用").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/runs")
    stored = AutomationRule.plain.get(pk=rule.pk)
    assert stored.active
    assert [step["do"] for step in stored.actions] == ["set", "notify"]
    page.get_by_role("combobox", name="记录").fill("华江")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="试运行").click()
    expect(page.get_by_role("status").filter(has_text="将会发生")).to_contain_text(f"请回访 {NAMES[0]}")


def test_actions_are_put_in_order_with_keys_and_mouse(company: Company, sign_in: Callable[..., Page]) -> None:
    notes = [{"do": "set", "values": [{"field": "note", "source": "value", "value": text}]} for text in "甲乙丙"]
    values = {"name": "顺序", "object": "customers", "trigger": {"on": "created"}, "actions": notes}
    rule = create(company.people["admin"], automation_rules, values).record
    page = sign_in("admin", f"/automation-rules/{rule.pk}/design", {"width": 1440, "height": 1800})
    handles = page.locator(".sk-deed [data-handle]")
    handles.first.focus()
    page.keyboard.press("ArrowDown")
    expect(handles.nth(1)).to_be_focused()
    assert shown_notes(page) == ["乙", "甲", "丙"]
    handles.nth(2).hover()
    page.mouse.down()
    box = page.locator(".sk-deed").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=6)
    page.mouse.move(box["x"] + 40, box["y"] + 4, steps=3)
    page.mouse.up()
    assert shown_notes(page) == ["丙", "乙", "甲"]
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/runs")
    stored = AutomationRule.plain.get(pk=rule.pk).actions
    assert [one["values"][0]["value"] for one in stored] == ["丙", "乙", "甲"]


def shown_notes(page: Page) -> list[str]:
    inputs = page.locator(".sk-deed textarea, .sk-deed input[name$='.value']")
    return [str(value) for value in inputs.evaluate_all("all => all.map(one => one.value)")]


def say_when_and_if(page: Page) -> None:
    """When the level changes, if the name contains 华江."""
    choose(page, page.get_by_label("触发时机"), "updated")
    choose(page, page.get_by_label("哪个字段"), "level")
    expect(page.get_by_label("变化后（留空表示任意）")).to_be_visible()
    page.get_by_role("button", name="条件", exact=True).click()
    row = page.locator("[data-parts] > .sk-condition").first
    choose(page, row.get_by_label("字段"), "name")
    row.get_by_label("值").fill("华江")


def choose(page: Page, select: Locator, value: str) -> None:
    """Take another option and wait for the inputs that it brings."""
    with page.expect_response(lambda answer: answer.ok):
        select.select_option(value)
    expect(select).to_have_value(value)
    expect(page.locator(".htmx-request")).to_have_count(0)


def add_action(page: Page, name: str) -> None:
    """Open the menu of actions and take one."""
    before = page.locator(".sk-deed").count()
    page.locator("summary", has_text="添加动作").click()
    page.get_by_role("button", name=name).click()
    expect(page.locator(".sk-deed")).to_have_count(before + 1)
    page.keyboard.press("Escape")


def test_the_editor_fits_a_phone(company: Company, sign_in: Callable[..., Page]) -> None:
    rule = make(company)
    page = sign_in("admin", f"/automation-rules/{rule.pk}/design", {"width": 390, "height": 844}, color_scheme="dark")
    add_action(page, "分配所属人")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("button", name="保存")).to_be_visible()
