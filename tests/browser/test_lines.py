"""The lines of a document as people enter them: keys, mouse, a block of a spreadsheet, errors in their cells."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from shuke.engine.commands import write
from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import complaints
from tests.documents.models import Offer, OfferLine
from tests.documents.resources import offers

SignIn = Callable[..., Page]


def cell(page: Page, row: int, column: str) -> Locator:
    """The input of a column in the row of that number."""
    return page.locator(f"[data-rows] > tr:nth-child({row}) td[data-column={column}]").locator("input:visible, select")


def products(page: Page) -> list[str]:
    found: list[str] = page.locator("[data-rows] td[data-column=product] input").evaluate_all(
        "all => all.map(e => e.value)"
    )
    return found


def amount(page: Page, row: int) -> Locator:
    return page.locator(f"[data-rows] > tr:nth-child({row}) td[data-column=amount] output")


def lines_of(offer: Any) -> list[tuple[str, Decimal]]:
    rows = OfferLine.plain.filter(offer_id=offer.pk, deleted_at=None).order_by("position")
    return [(one.product, one.quantity) for one in rows]


@pytest.fixture
def offer(company: Company) -> Any:
    rows = [{"product": "阀门", "quantity": 2}, {"product": "轴承", "quantity": 3}]
    values = {"title": "年度供货", "customer": company.customers[NAMES[0]], "lines": rows}
    return write.create(company.people["admin"], offers, values).record


def test_a_document_is_entered_with_the_keyboard_alone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", f"/offers/new?customer={company.customers[NAMES[0]]}")
    page.locator("#f-title").fill("键盘报价")
    cell(page, 1, "product").fill("阀门")
    cell(page, 1, "quantity").fill("2")
    # The usual price comes by itself, and with it the amount.
    expect(cell(page, 1, "price")).to_have_value("120.00")
    expect(amount(page, 1)).to_have_text("¥240.00")
    page.keyboard.press("Enter")
    expect(cell(page, 2, "product")).to_be_focused()
    page.keyboard.type("垫片")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.type("1.5")
    expect(page.locator("[data-total=amount]")).to_have_text("¥255.00")
    page.keyboard.press("ArrowUp")
    expect(cell(page, 1, "price")).to_be_focused()
    page.keyboard.press("Control+d")
    assert products(page) == ["阀门", "阀门", "垫片"]
    page.keyboard.press("Alt+ArrowDown")
    assert products(page) == ["阀门", "垫片", "阀门"]
    page.keyboard.press("Control+Delete")
    expect(page.locator("[data-rows] > tr")).to_have_count(2)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="键盘报价")).to_be_visible()
    made = Offer.plain.get(title="键盘报价")
    assert lines_of(made) == [("阀门", 2), ("垫片", 10)]
    assert made.amount == Decimal("255.00")
    shown = page.locator(".sk-lines-shown")
    expect(shown).to_contain_text("¥240.00")
    expect(shown.locator("dd").last).to_have_text("¥255.00")
    assert complaints(page) == []


def test_a_block_of_a_spreadsheet_is_pasted(company: Company, offer: Any, sign_in: SignIn) -> None:
    page = sign_in("admin", f"/offers/{offer.pk}/edit")
    place = cell(page, 2, "product")
    place.click()
    block = "密封圈\t1,000\t￥0.5\t铁路\t展会\t\t2026年3月1日\n螺栓\t20\tviel\nO 形圈\t7\t2\r\n"
    place.evaluate(
        """(element, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const how = { clipboardData: data, bubbles: true, cancelable: true };
            element.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        block,
    )
    expect(page.locator("[data-rows] > tr")).to_have_count(4)
    assert products(page) == ["阀门", "密封圈", "螺栓", "O 形圈"]
    expect(cell(page, 2, "quantity")).to_have_value("1000.00")
    expect(cell(page, 2, "way")).to_have_value("rail")
    expect(cell(page, 2, "wanted_on")).to_have_value("2026-03-01")
    expect(amount(page, 2)).to_have_text("¥500.00")
    page.get_by_role("button", name="保存").click()
    wrong = page.locator("[data-rows] > tr:nth-child(3) td[data-column=price]")
    expect(wrong.locator(".error")).to_be_visible()
    expect(wrong.locator("input")).to_have_value("viel")
    page.locator(".sk-note.bad a").first.click()
    expect(wrong.locator("input")).to_be_focused()
    wrong.locator("input").fill("3")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="年度供货")).to_be_visible()
    assert lines_of(offer) == [("阀门", 2), ("密封圈", 1000), ("螺栓", 20), ("O 形圈", 7)]
    # One change, taken back as one.
    page.get_by_role("button", name="撤销").first.click()
    expect(page.locator(".sk-lines-shown")).to_contain_text("轴承")
    assert lines_of(offer) == [("阀门", 2), ("轴承", 3)]


def test_lines_are_removed_moved_and_kept_in_a_draft(company: Company, offer: Any, sign_in: SignIn) -> None:
    page = sign_in("admin", f"/offers/{offer.pk}/edit")
    page.get_by_role("button", name="添加一行").click()
    cell(page, 3, "product").fill("吊环")
    cell(page, 3, "quantity").fill("5")
    handle = page.locator("[data-rows] > tr:nth-child(3) [data-handle]")
    handle.hover()
    page.mouse.down()
    box = page.locator("[data-rows] > tr:nth-child(1)").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 20, steps=5)
    page.mouse.move(box["x"] + 30, box["y"] + 4, steps=3)
    page.mouse.up()
    assert products(page) == ["吊环", "阀门", "轴承"]
    page.locator("[data-rows] > tr:nth-child(2)").hover()
    page.locator("[data-rows] > tr:nth-child(2) [data-line-drop]").click()
    page.wait_for_timeout(700)  # until the browser has put the draft away
    page.once("dialog", lambda asked: asked.accept())
    page.goto(f"/offers/{offer.pk}/edit")
    page.get_by_role("button", name="恢复").click()
    assert products(page) == ["吊环", "轴承"]
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="年度供货")).to_be_visible()
    assert lines_of(offer) == [("吊环", 5), ("轴承", 3)]


def test_two_people_work_on_one_document(company: Company, offer: Any, sign_in: SignIn) -> None:
    page = sign_in("admin", f"/offers/{offer.pk}/edit")
    valve, bearing = OfferLine.plain.filter(offer_id=offer.pk).order_by("position")
    rows = [{"id": valve.pk, "quantity": 9}, {"id": bearing.pk}, {"product": "支架", "quantity": 1}]
    write.update(company.people["admin"], offers, offer.pk, {"lines": rows})
    cell(page, 2, "quantity").fill("4")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("9.00")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="年度供货")).to_be_visible()
    assert lines_of(offer) == [("阀门", 2), ("轴承", 4), ("支架", 1)]


def test_lines_are_entered_on_a_phone(company: Company, offer: Any, sign_in: SignIn) -> None:
    page = sign_in("admin", f"/offers/{offer.pk}/edit", PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    cell(page, 1, "quantity").fill("5")
    expect(amount(page, 1)).to_have_text("¥600.00")
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_role("heading", name="年度供货")).to_be_visible()
    assert lines_of(offer)[0] == ("阀门", 5)
    assert complaints(page) == []
