"""axe finds nothing to complain about on any kind of page, in both themes, nor in what opens above a page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shuke.engine.options.catalogue import options_of
from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE

SignIn = Callable[..., Page]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def complaints(page: Page) -> list[str]:
    """What axe says about the page as it stands."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url}: {one['id']}: {node['html'][:160]} – {node.get('failureSummary', '')[:300]}"
        for one in found
        for node in one["nodes"]
    ]


def addresses(company: Company) -> list[str]:
    """One page of every kind."""
    customer = company.customers[NAMES[0]]
    return [
        "/", "/customers", "/customers?view=mine&q=zzzz", "/customers/new", "/contacts", "/users", "/roles",
        "/offers/new",
        f"/customers/{customer}", f"/customers/{customer}?tab=contacts", f"/customers/{customer}/edit",
        f"/customers/{customer}?tab=files", f"/customers/{customer}/access?person=1&field=name", "/me/tokens",
        "/me/notices", "/roles/new", "/customers/import", "/customers/bin", "/jobs", "/changes/1", "/me", "/search",
        "/logs/operations", "/logs/sign-ins", "/company", "/welcome", "/me/second-factor",
        "/search?q=%E5%8D%8E%E6%B1%9F", "/customers/99999999", "/customers?shape=board&totals=credit_limit:sum",
        "/customers?shape=calendar:created_at", "/customers?shape=calendar:created_at:agenda", "/customers?shape=chart",
        "/customers?shape=chart:pie", "/customers?shape=chart:line&group=created_at:day", "/customers?shape=map",
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_kind_of_page_is_accessible(company: Company, sign_in: SignIn, theme: str) -> None:
    page = sign_in("admin", color_scheme=theme)
    found: list[str] = []
    for address in addresses(company):
        page.goto(address)
        expect(page.locator(".sk-waiting")).to_have_count(0)
        found += complaints(page)
    assert not found, "\n".join(found)


def test_the_sign_in_page_is_accessible(company: Company, visit: Callable[..., Page]) -> None:
    assert complaints(visit("/sign-in")) == []


def test_phone_pages_are_accessible(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers", PHONE, is_mobile=True, has_touch=True, reduced_motion="reduce")
    found = complaints(page)
    page.get_by_role("button", name="菜单").click()
    found += complaints(page)
    page.goto(f"/customers/{company.customers[NAMES[0]]}")
    found += complaints(page)
    assert not found, "\n".join(found)


def test_no_page_is_wider_than_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/", PHONE, is_mobile=True, has_touch=True)
    wide: list[str] = []
    for address in addresses(company):
        page.goto(address)
        expect(page.locator(".sk-waiting")).to_have_count(0)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
    assert wide == []
    found: list[str] = []
    for address in ("/roles/new", "/notices"):
        page.goto(address)
        found += complaints(page)
    assert not found, "\n".join(found)


def test_what_opens_above_a_page_is_accessible(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/customers", reduced_motion="reduce")
    found: list[str] = []
    for step in (_palette, _help, _filter, _chip, _bulk, _drawer, _in_place, _user_menu):
        page.goto(f"/customers?level={options_of('customer-level')[0].pk}")
        step(page)
        found += complaints(page)
    assert not found, "\n".join(found)


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="搜索与命令").fill("华江")
    expect(page.get_by_role("option").first).to_contain_text("华江")


def _help(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()


def _filter(page: Page) -> None:
    page.locator(".sk-chip.add").click()
    page.get_by_role("button", name="下次联系").click()
    expect(page.get_by_role("button", name="本月")).to_be_visible()


def _chip(page: Page) -> None:
    page.locator("span.sk-chip summary").click()
    expect(page.get_by_role("checkbox", name="重要客户")).to_be_visible()


def _bulk(page: Page) -> None:
    page.locator("input[data-page]").click()
    page.locator(".sk-selection").get_by_role("button", name="变更所属人").click()
    expect(page.get_by_role("combobox", name="新的所属人")).to_be_visible()


def _drawer(page: Page) -> None:
    page.locator("summary.btn-primary").click()
    page.locator(".sk-top").get_by_role("link", name="联系人").click()
    expect(page.locator("#sk-drawer").get_by_label("姓名")).to_be_visible()


def _in_place(page: Page) -> None:
    page.locator(".sk-title").first.click()
    page.get_by_role("button", name="修改等级").click()
    expect(page.locator("#field-level select")).to_be_focused()


def _user_menu(page: Page) -> None:
    page.get_by_label("周启明：我的设置").click()


def test_everything_can_be_done_with_the_keyboard(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("已选 1 条")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="在列表中查找")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    title = page.locator(":focus").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("]")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(title)
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile(r"/customers/\d+/edit$"))
