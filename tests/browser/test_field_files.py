"""Files in fields as people put them there: chosen, pasted, dropped, taken out, kept in a draft, changed in place."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from shuke.config.environment import read
from shuke.config.file_storage import attachment_storage
from shuke.engine.stored.models import FieldFile
from tests.browser.company import NAMES, Company
from tests.browser.test_accessible import complaints
from tests.documents.models import Offer

SignIn = Callable[..., Page]

GIVE = """([kind, name]) => {
    const data = new DataTransfer();
    data.items.add(new File(["内容"], name, { type: "text/plain" }));
    const zone = document.querySelector("[data-hold$=papers] .sk-drop-line");
    const init = { bubbles: true, cancelable: true };
    zone.dispatchEvent(kind === "drop" ? new DragEvent("drop", { ...init, dataTransfer: data })
                                       : new ClipboardEvent("paste", { ...init, clipboardData: data }));
}"""


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    place = attachment_storage(read({"SHUKE_DATA": str(tmp_path)}))
    settings.STORAGES = {**settings.STORAGES, "attachments": place}


def begin(sign_in: SignIn, company: Company) -> Page:
    """A new offer, which holds papers."""
    return sign_in("admin", f"/offers/new?customer={company.customers[NAMES[0]]}")


def picture() -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "PNG")
    return {"name": "执照.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_files_come_by_choosing_dropping_and_pasting_and_go_again(company: Company, sign_in: SignIn) -> None:
    page = begin(sign_in, company)
    lines = page.locator("[data-held=papers] li")
    page.locator("[data-hold$=papers] input[type=file]").set_input_files(picture())
    expect(lines).to_have_count(1)
    page.evaluate(GIVE, ["drop", "合同.txt"])
    expect(lines).to_have_count(2)
    page.evaluate(GIVE, ["paste", "坏.exe"])
    expect(page.get_by_role("alert")).to_contain_text("坏.exe")
    page.evaluate(GIVE, ["paste", "报价.txt"])
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(lines.locator("a")).to_have_text(["执照.png", "合同.txt", "报价.txt"])
    page.get_by_role("button", name="移除合同.txt").click()
    page.locator("#f-title").fill("附件齐全")
    page.get_by_role("button", name="保存").click()
    held = page.locator("#field-papers .sk-file")
    expect(held).to_have_text(["执照.png", "报价.txt"])
    held.first.click()
    expect(page.locator("#sk-dialog img")).to_be_visible()
    page.keyboard.press("Escape")
    names = {row.pk: row.name for row in FieldFile.objects.all()}
    assert [names[pk] for pk in Offer.plain.get(title="附件齐全").papers] == ["执照.png", "报价.txt"]
    page.locator("#field-papers .sk-edit-button").click()
    expect(page.locator("#field-papers [data-hold]")).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="移除报价.txt").click()
    page.get_by_role("button", name="保存").click()
    expect(held).to_have_text(["执照.png"])
    page.locator(".sk-toast button", has_text="撤销").last.click()
    expect(held).to_have_text(["执照.png", "报价.txt"])


def test_the_order_of_files_is_changed_by_keys_and_by_drag_and_goes_back(company: Company, sign_in: SignIn) -> None:
    page = begin(sign_in, company)
    lines = page.locator("[data-held=papers] li")
    page.locator("[data-hold$=papers] input[type=file]").set_input_files(picture())
    expect(lines).to_have_count(1)
    page.evaluate(GIVE, ["drop", "报价.txt"])
    expect(lines.locator("a")).to_have_text(["执照.png", "报价.txt"])
    handle = page.get_by_role("button", name="上下移动“报价.txt”")
    handle.focus()
    page.keyboard.press("ArrowUp")
    expect(lines.locator("a")).to_have_text(["报价.txt", "执照.png"])
    expect(handle).to_be_focused()
    grip, below = handle.bounding_box(), lines.last.bounding_box()
    assert grip is not None
    assert below is not None
    page.mouse.move(grip["x"] + 6, grip["y"] + 6)
    page.mouse.down()
    page.mouse.move(below["x"] + 20, below["y"] + below["height"] - 2, steps=6)
    page.mouse.up()
    expect(lines.locator("a")).to_have_text(["执照.png", "报价.txt"])
    page.locator("#f-title").fill("附件有序")
    page.get_by_role("button", name="保存").click()
    held = page.locator("#field-papers .sk-file")
    expect(held).to_have_text(["执照.png", "报价.txt"])
    page.locator("#field-papers .sk-edit-button").click()
    page.get_by_role("button", name="上下移动“执照.png”").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="保存").click()
    expect(held).to_have_text(["报价.txt", "执照.png"])
    page.locator(".sk-toast button", has_text="撤销").last.click()
    expect(held).to_have_text(["执照.png", "报价.txt"])


def test_a_draft_keeps_the_files_that_were_uploaded(company: Company, sign_in: SignIn) -> None:
    page = begin(sign_in, company)
    page.locator("[data-hold$=papers] input[type=file]").set_input_files(picture())
    expect(page.locator("[data-held=papers] li")).to_have_count(1)
    page.locator("#f-title").fill("草稿报价")
    page.wait_for_timeout(600)
    page.evaluate("window.onbeforeunload = null")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(page.url)
    page.get_by_role("button", name="恢复").click()
    expect(page.locator("[data-held=papers] li a")).to_have_text(["执照.png"])
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#field-papers .sk-file")).to_have_text(["执照.png"])
