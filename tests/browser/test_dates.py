"""Days and times: typed in one form in every browser, or chosen from a calendar in the person's language."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from shuke.apps.activities.models.memo import Memo
from tests.browser.company import Company
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import complaints

SignIn = Callable[..., Page]


def remind(page: Page) -> Locator:
    """The time at which a new memo reminds."""
    return page.get_by_label("提醒时间")


def test_a_day_is_typed_in_any_usual_form(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/memos/new")
    expect(remind(page)).to_have_attribute("placeholder", "年-月-日 时:分")
    this_year = timezone.localdate().year
    understood = {
        "2031-02-28 18:05": "2031-02-28 18:05", "20310228": "2031-02-28 09:00", "2031/2/8 7:30": "2031-02-08 07:30",
        "3-15": f"{this_year}-03-15 09:00", "2031-02-30": "2031-02-30", "soon": "soon",
    }  # fmt: skip
    for typed, shown in understood.items():
        remind(page).fill(typed)
        page.get_by_role("textbox", name="主题").click()
        expect(remind(page)).to_have_value(shown)


def test_a_time_is_chosen_with_the_keyboard_and_stored(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/memos/new")
    page.get_by_role("textbox", name="主题").fill("回电话")
    remind(page).fill("2031-03-10 14:20")
    remind(page).press("Alt+ArrowDown")
    calendar = page.get_by_role("dialog", name="选择日期")
    expect(calendar.get_by_role("button", name="3月10日")).to_be_focused()
    expect(calendar.get_by_role("combobox", name="年")).to_have_value("2031")
    assert complaints(page) == []
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(remind(page)).to_have_value("2031-03-11 14:20")
    calendar.get_by_role("textbox", name="时间").fill("8:05")
    page.keyboard.press("Enter")
    expect(calendar).to_be_hidden()
    expect(remind(page)).to_have_value("2031-03-11 08:05")
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回电话")
    at = timezone.localtime(Memo.plain.get(title="回电话").remind_at)
    assert (at.date(), f"{at:%H:%M}") == (datetime.date(2031, 3, 11), "08:05")


def test_escape_closes_the_calendar_and_nothing_else(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/customers")
    page.locator("summary.btn-primary").click()
    page.locator(".sk-top").get_by_role("link", name="备忘").click()
    drawer = page.locator("#sk-drawer")
    drawer.get_by_label("提醒时间").press("Alt+ArrowDown")
    expect(page.get_by_role("dialog", name="选择日期")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="选择日期")).to_be_hidden()
    expect(drawer.get_by_label("提醒时间")).to_be_focused()


def test_an_untouched_form_with_dates_may_be_left(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/contact-records/new")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_label("摘要").click()
    page.get_by_role("link", name="取消").click()
    page.wait_for_url("**/contact-records")
    assert asked == []


def test_under_a_finger_a_day_is_chosen_by_the_browsers_own_means(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/memos/new", PHONE, has_touch=True, is_mobile=True)
    expect(remind(page)).to_have_attribute("type", "datetime-local")
    page.get_by_role("textbox", name="主题").fill("回电话")
    remind(page).fill("2031-03-10T14:20")
    page.get_by_role("button", name="保存").locator("visible=true").click()
    expect(page.get_by_role("heading", name="回电话")).to_be_visible()
    at = Memo.plain.get().remind_at
    assert at is not None
    assert timezone.localtime(at).strftime("%Y-%m-%d %H:%M") == "2031-03-10 14:20"
