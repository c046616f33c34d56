"""What fits where: controls under a finger, charts on a phone, lists in a window, settings in the navigation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE

SignIn = Callable[..., Page]

FINGER = {"has_touch": True, "is_mobile": True}
# Links within text and boxes with a label of their own are no controls of this kind.
_NO_CONTROL = "td, dd, p, li, details:not([open]) > div, [type=checkbox], [type=radio], [type=hidden], [type=file]"
_TOO_LOW = f"""() => [...document.querySelectorAll("main :is(a, button, input, select, summary), .sk-thumb > *")]
  .filter(one => one.checkVisibility({{ visibilityProperty: true }}) && !one.closest("{_NO_CONTROL}"))
  .filter(one => one.getBoundingClientRect().height < 39.5).map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.feature("WRK-23")
def test_a_finger_hits_every_control_of_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/", PHONE, **FINGER)
    record = f"/customers/{company.customers[NAMES[0]]}"
    for address in ("/", "/customers", "/customers?shape=chart&group=level", record, "/customers/new", "/me"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(_TOO_LOW) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


@pytest.mark.feature("WRK-23")
def test_a_finger_hits_what_takes_something_back(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[0]]}", PHONE, **FINGER)
    page.locator("[name=text]").fill("说过的话")
    page.locator("[name=text]").press("Control+Enter")
    for name in ("撤销", "移除"):
        button = page.locator(".sk-line button").filter(has_text=name).first
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 39.5, name


@pytest.mark.feature("WRK-23")
def test_a_chart_shows_all_its_bars_on_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers?shape=chart&group=level", PHONE, **FINGER)
    bars = page.locator(".sk-chart .bar").locator("visible=true")
    expect(bars).to_have_count(3)
    for bar in bars.all():
        box = bar.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.feature("WRK-23")
def test_the_shape_of_a_list_is_chosen_on_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers", PHONE, **FINGER)
    page.locator(".sk-chips summary[aria-label^=显示方式]").click()
    page.get_by_role("link", name="看板").locator("visible=true").click()
    expect(page.locator(".sk-board")).to_be_visible()


def test_lists_fit_into_a_window_as_they_come(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/customers")
    for address in ("/customers", "/contacts", "/contact-records", "/schedule", "/tasks", "/users"):
        page.goto(address)
        assert page.evaluate(
            "[...document.querySelectorAll('.sk-scroll')].every(one => one.scrollWidth <= one.clientWidth)"
        )


def test_the_settings_fold_away_from_the_daily_work(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/customers")
    side = page.get_by_role("navigation", name="主导航")
    roles = side.get_by_role("link", name="角色")
    expect(roles).to_be_hidden()
    assert side.evaluate("side => side.scrollHeight <= side.clientHeight")
    side.get_by_text("设置").click()
    roles.click()
    expect(page.get_by_role("heading", name="角色")).to_be_visible()
    expect(roles).to_be_visible()
    page.goto("/customers")
    expect(roles).to_be_hidden()


@pytest.mark.feature("SYS-13")
def test_on_a_card_numbers_and_ticks_carry_the_name_of_their_field(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/level-policies", PHONE, **FINGER)
    days = page.locator("td[data-label=提醒天数]").first
    assert "提醒天数" in days.evaluate("cell => getComputedStyle(cell, '::before').content")


@pytest.mark.feature("WRK-23")
def test_a_list_to_choose_from_stays_within_a_phones_dialog(company: Company, sign_in: SignIn) -> None:
    page = sign_in("chen", "/customers", PHONE, **FINGER)
    page.locator("tbody input[data-row]").first.click()
    page.get_by_role("button", name="变更所属人").click()
    choice = page.locator("#sk-dialog").get_by_role("option").first
    expect(choice).to_be_visible()
    box = page.locator("#sk-dialog .sk-picker-list").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]


@pytest.mark.feature("WRK-23")
def test_duplicates_are_told_below_the_name_on_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new", PHONE, **FINGER)
    page.get_by_label("客户名称").fill(NAMES[0])
    expect(page.locator("[data-matches] a").first).to_be_in_viewport()


@pytest.mark.feature("WRK-23")
def test_the_fields_of_an_import_can_be_read_on_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/customers/import", PHONE, **FINGER)
    page.locator("input[type=file]").first.set_input_files("tests/data/messy.xlsx")
    expect(page.locator(".sk-matching select")).to_have_count(10)
    for choice in page.locator(".sk-matching select").all():
        box = choice.bounding_box()
        assert box is not None
        assert box["width"] >= 200


@pytest.mark.feature("WRK-23")
def test_a_changed_view_at_the_end_of_its_row_makes_no_page_wider(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers?view=pool&sort=name", PHONE, **FINGER)
    expect(page.locator(".sk-views .sk-modified")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
