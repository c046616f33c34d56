"""Board, calendar, chart and map as people use them: by mouse, keyboard and finger."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.write import update
from shuke.engine.options.catalogue import options_of
from shuke.kernel.errors import Invalid
from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE

SignIn = Callable[..., Page]


def card(page: Page, name: str) -> Any:
    return page.locator(".sk-tile", has_text=name)


def lane(page: Page, title: str) -> Any:
    return page.get_by_role("region", name=title, exact=True)


def drag(page: Page, source: Any, target: Any) -> None:
    """Take a card with the mouse and let it go above another place."""
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] - 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 30, steps=6)
    page.mouse.up()


def level_of(name: str) -> str:
    found = Customer.plain.select_related("level").get(name=name).level
    return found.name if found else ""


def test_a_card_is_dragged_to_another_column_and_back_by_undo(company: Company, sign_in: SignIn) -> None:
    first, second = (option.name for option in options_of("customer-level")[:2])
    page = sign_in("zhang", "/customers?shape=board")
    assert level_of(NAMES[0]) == first
    drag(page, card(page, NAMES[0]), lane(page, second))
    expect(lane(page, second).locator(".sk-tile").first).to_contain_text(NAMES[0])
    expect(lane(page, second).locator("[data-count]")).to_have_text("5")
    expect(lane(page, first).locator("[data-count]")).to_have_text("3")
    toast = page.locator(".sk-toast", has_text="已保存")
    expect(toast).to_be_visible()
    assert level_of(NAMES[0]) == second
    toast.get_by_role("button", name="撤销").click()
    expect(lane(page, first)).to_contain_text(NAMES[0])
    assert level_of(NAMES[0]) == first
    expect(page).to_have_url("/customers?shape=board")


def test_a_refused_move_says_why_and_the_card_goes_back(company: Company, sign_in: SignIn, monkeypatch: Any) -> None:
    def never(_actor: Any, _record: Any) -> None:
        raise Invalid(fields={"level": "此等级须由主管调整。"})

    monkeypatch.setitem(customers.__dict__, "rules", (never,))
    first, second = (option.name for option in options_of("customer-level")[:2])
    page = sign_in("zhang", "/customers?shape=board")
    drag(page, card(page, NAMES[0]), lane(page, second))
    expect(page.locator(".sk-toast.bad")).to_contain_text("此等级须由主管调整。")
    expect(lane(page, first)).to_contain_text(NAMES[0])
    expect(lane(page, second).locator("[data-count]")).to_have_text("4")
    assert level_of(NAMES[0]) == first


def test_a_card_that_somebody_else_moved_meanwhile_stays_where_he_put_it(company: Company, sign_in: SignIn) -> None:
    options = options_of("customer-level")
    page = sign_in("zhang", "/customers?shape=board")
    update(company.people["chen"], customers, company.customers[NAMES[0]], {"level": options[2].pk})
    drag(page, card(page, NAMES[0]), lane(page, options[1].name))
    expect(page.locator(".sk-toast.bad")).to_be_visible()
    assert level_of(NAMES[0]) == options[2].name


def test_cards_move_by_keyboard(company: Company, sign_in: SignIn) -> None:
    second = options_of("customer-level")[1].name
    page = sign_in("zhang", "/customers?shape=board")
    card(page, NAMES[0]).focus()
    page.keyboard.press("ArrowRight")
    expect(lane(page, second)).to_contain_text(NAMES[0])
    expect(card(page, NAMES[0])).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(lane(page, second).locator(".sk-tile").nth(1)).to_be_focused()
    expect(page.locator(".sk-toast", has_text="已保存")).to_be_visible()
    assert level_of(NAMES[0]) == second
    card(page, NAMES[0]).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=NAMES[0])).to_be_visible()


def test_a_finger_rests_on_a_card_and_moves_it_to_another_day(company: Company, sign_in: SignIn) -> None:
    today = timezone.localdate()
    first = today - datetime.timedelta(days=today.weekday())
    at = timezone.make_aware(datetime.datetime.combine(first, datetime.time(10, 30)))
    for name, day in ((NAMES[0], 0), (NAMES[1], 1)):
        moment = (at + datetime.timedelta(days=day)).isoformat()
        update(company.people["zhang"], customers, company.customers[name], {"next_contact_at": moment})
    page = sign_in("zhang", "/customers?shape=calendar:next_contact_at:week", PHONE, is_mobile=True, has_touch=True)
    source, target = card(page, NAMES[0]), card(page, NAMES[1])
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), target.bounding_box()
    assert start
    assert end
    touch = page.context.new_cdp_session(page)
    begin = {"x": start["x"] + 200, "y": start["y"] + 10}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [begin]})
    expect(page.locator(".sk-ghost")).to_be_visible()
    for part in (0.3, 0.7, 1):
        y = begin["y"] + (end["y"] + 10 - begin["y"]) * part
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": begin["x"], "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".sk-toast", has_text="已保存")).to_be_visible()
    moved = Customer.plain.get(pk=company.customers[NAMES[0]]).next_contact_at
    assert moved == at + datetime.timedelta(days=1)


def test_the_calendar_opens_days_weeks_and_the_agenda(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers?shape=calendar:created_at")
    expect(page.locator(".sk-day.today .sk-tile")).to_have_count(4)
    page.locator(".sk-day.today").get_by_role("link", name="+8 条").click()
    expect(page.locator(".sk-tile")).to_have_count(12)
    page.get_by_role("link", name="往后").click()
    expect(page.locator(".sk-tile")).to_have_count(0)
    page.go_back()
    expect(page.locator(".sk-tile")).to_have_count(12)
    page.get_by_role("link", name="清单").click()
    expect(page.locator(".agenda .sk-tile")).to_have_count(12)


def test_charts_and_the_map_lead_to_their_rows(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    page.get_by_role("link", name="图表").click()
    expect(page.locator(".sk-chart.wide .bar")).to_have_count(3)
    page.get_by_role("link", name="饼图").click()
    expect(page.locator(".sk-pie path")).to_have_count(3)
    page.locator(".sk-numbers").get_by_role("link").first.click()
    expect(page.locator("#list tbody tr")).to_have_count(4)
    page.goto("/customers?shape=map")
    page.get_by_role("link", name="广东省: 12").click()
    expect(page.locator(".sk-numbers")).to_contain_text("深圳市")
    page.locator(".sk-numbers").get_by_role("link", name="深圳市").click()
    expect(page.locator("#list tbody tr")).to_have_count(12)
    expect(page.locator(".sk-chip", has_text="地区")).to_contain_text("深圳市")
