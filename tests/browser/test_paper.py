"""From record to record through the list one came from – a list for each tab – and onto paper."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.write import create
from tests.browser.company import Company

SignIn = Callable[..., Page]


def test_each_tab_goes_through_its_own_list(company: Company, sign_in: SignIn) -> None:
    for number in range(3):
        create(company.people["zhang"], customers, {"name": f"邻居{number}号公司"})
    first = sign_in("zhang", "/customers?q=邻居&sort=name")
    second = first.context.new_page()
    second.goto(first.url.replace("sort=name", "sort=-name"))
    for page in (first, second):
        page.locator("#list a.sk-title").first.click()
        page.wait_for_url("**/customers/*?in=*")
    for page, names in ((first, ("1号", "2号")), (second, ("1号", "0号"))):
        for name in names:
            page.locator("[data-key-next]").wait_for()
            page.keyboard.press("]")
            expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        expect(page.locator("[data-key-previous]")).to_be_visible()
        expect(page.locator("[data-key-next]")).to_have_count(0)
    first.get_by_role("link", name="返回客户列表").click()
    expect(first.locator("#list a.sk-title")).to_have_count(3)


def test_paper_is_white_and_holds_nothing_to_click(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{next(iter(company.customers.values()))}", color_scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    for gone in (".sk-top", ".sk-side", ".sk-composing", ".sk-head .end", ".sk-skip"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".sk-fields").first).to_be_visible()
    wide = "one => one.getBoundingClientRect().width / one.closest('main').getBoundingClientRect().width"
    for part in (".sk-fields", "#tab-panel"):
        assert page.locator(part).first.evaluate(wide) > 0.9, part
    told = page.locator(".sk-line time").first
    size, words = told.evaluate("one => [getComputedStyle(one).fontSize, getComputedStyle(one, '::after').content]")
    assert size == "0px", "how long ago is not printed"
    assert words == f'"{told.get_attribute("title")}"'
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
