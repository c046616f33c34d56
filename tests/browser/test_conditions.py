"""The editor of conditions: everything in it can be reached, and the focus stays with what one works at."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.company import Company


def test_choices_are_seen_whole_and_a_new_condition_has_the_focus(
    company: Company, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("chen", "/customers")
    page.locator("summary", has_text="筛选").first.click()
    page.get_by_role("button", name="高级筛选").click()
    rows = page.locator("#sk-dialog [data-condition]")
    rows.first.get_by_label("字段").select_option(label="所属人")
    people = rows.first.locator(".sk-picker-list")
    expect(people).to_be_visible()
    body = page.locator("#sk-dialog .sk-pane-body")
    inside = (
        "list => list.getBoundingClientRect().bottom <= list.closest('.sk-pane-body').getBoundingClientRect().bottom"
    )
    assert people.evaluate(inside)
    split = "all => all.filter(one => one.getClientRects().length > 1).length"
    assert rows.first.locator(".sk-options li").evaluate_all(split) == 0
    body.get_by_role("button", name="条件", exact=True).click()
    expect(rows).to_have_count(2)
    expect(rows.nth(1).get_by_label("值")).to_be_focused()
    expect(people).to_be_hidden()
    rows.nth(1).get_by_label("值").fill("C")
    page.get_by_role("button", name="应用").click()
    expect(page.get_by_text("“所属人”需要一个比较值", exact=False)).to_be_visible()
