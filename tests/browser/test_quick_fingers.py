"""Whoever types and presses Enter faster than the answer comes gets what was typed, never what stood there before."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from shuke.engine.comments.models import Comment
from tests.browser.company import NAMES, Company

SignIn = Callable[..., Page]
SLOW_MS = 600


def answered_slowly(page: Page, address: str) -> None:
    """From now on answers to questions at these addresses take their time."""
    page.context.route(address, lambda route: (page.wait_for_timeout(SLOW_MS), route.continue_()))


def type_and_enter(page: Page, box: Locator, typed: str) -> None:
    """All of it at once, as a practised hand does."""
    box.press_sequentially(typed, delay=0)
    page.keyboard.press("Enter")


def test_enter_in_a_chooser_waits_for_the_person_who_was_typed(company: Company, sign_in: SignIn) -> None:
    page = sign_in("chen", "/customers")
    page.locator("tbody input[data-row]").first.click()
    page.locator(".sk-selection").get_by_role("button", name="变更所属人").click()
    box = page.get_by_role("combobox", name="新的所属人")
    box.click()
    offered = page.locator(".sk-picker-list [data-id]")
    expect(offered.first).to_be_visible()
    expect(offered.first).not_to_contain_text("李娜")
    answered_slowly(page, re.compile(r"[?&]q=ln\b"))
    type_and_enter(page, box, "ln")
    expect(box).to_have_value("ln")
    expect(box).to_have_value(re.compile("^李娜"))
    expect(offered.first).to_be_hidden()


def test_enter_in_the_search_of_everything_opens_what_was_typed(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    page.keyboard.press("Control+k")
    box = page.locator("#sk-palette-input")
    expect(page.locator("#sk-palette-list [role=option]").first).to_be_visible()
    answered_slowly(page, re.compile("q=" + quote("恒远")))
    type_and_enter(page, box, "恒远")
    wanted = next(company.customers[name] for name in NAMES if "恒远" in name)
    expect(page).to_have_url(re.compile(rf"/customers/{wanted}$"))


def test_enter_after_an_at_sign_calls_the_person_who_was_typed(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[0]]}")
    box = page.get_by_role("textbox", name="写评论")
    box.press_sequentially("@")
    first = page.locator(".sk-calls [data-id]").first
    expect(first).to_be_visible()
    expect(first).not_to_contain_text("李娜")
    answered_slowly(page, re.compile(r"[?&]q=ln\b"))
    type_and_enter(page, box, "ln")
    expect(box).to_have_value("@李娜 ")
    box.press("Control+Enter")
    expect(box).to_have_value("")
    assert Comment.objects.get().text.startswith("@李娜")
