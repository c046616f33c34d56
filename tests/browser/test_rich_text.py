"""The editor of text with formatting: by buttons and keys, links, lists, what is pasted; in forms and in place."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from shuke.engine.commands.write import create
from tests.browser.company import NAMES, Company
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import complaints
from tests.documents.models import Offer
from tests.documents.resources import offers

SignIn = Callable[..., Page]

PASTED = """<div class="WordSection1"><h2><span lang="EN-US">标题</span></h2><p class="MsoNormal"><b>粗</b>体
<a href="javascript:alert(1)">坏</a> <a href="https://www.example.com">好</a></p>
<table><tbody><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></tbody></table></div>"""


def begin(sign_in: SignIn, company: Company) -> Page:
    """A new offer, whose terms are text with formatting."""
    return sign_in("admin", f"/offers/new?customer={company.customers[NAMES[0]]}")


def editor_of(page: Page) -> Locator:
    found = page.get_by_role("textbox", name="条款")
    expect(found).to_have_attribute("contenteditable", "true")
    return found


def markup(page: Page) -> str:
    return page.locator("textarea[name=terms]").input_value().replace("<br></p>", "</p>").replace("<br></li>", "</li>")


def test_formatting_by_keys_and_buttons_ends_where_it_is_ended(company: Company, sign_in: SignIn) -> None:
    page = begin(sign_in, company)
    editor, bold = editor_of(page), page.get_by_role("button", name="加粗")
    editor.click()
    page.keyboard.type("第一行")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    expect(bold).to_have_attribute("aria-pressed", "true")
    assert markup(page) == "<p><b>第一行</b></p>"
    bold.click()
    expect(bold).to_have_attribute("aria-pressed", "false")
    assert markup(page) == "<p>第一行</p>"
    bold.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    # As in every word processor: a new line goes on as the one before, the button says so, and the key ends it.
    expect(bold).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+b")
    expect(bold).to_have_attribute("aria-pressed", "false")
    page.keyboard.type("第二行")
    assert markup(page) == "<p><b>第一行</b></p><p>第二行</p>"
    page.get_by_role("button", name="项目符号列表").click()
    page.keyboard.press("Enter")
    page.keyboard.type("第三行")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("结尾")
    assert markup(page) == "<p><b>第一行</b></p><ul><li>第二行</li><li>第三行</li></ul><p>结尾</p>"
    page.locator("#f-title").fill("格式报价")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#field-terms li")).to_have_text(["第二行", "第三行"])
    expect(page.locator("#field-terms b")).to_have_text("第一行")


def test_a_link_takes_what_people_type_and_asks_again_for_what_is_no_address(company: Company, sign_in: SignIn) -> None:
    page = begin(sign_in, company)
    editor = editor_of(page)
    editor.click()
    page.keyboard.type("见官网")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("button", name="链接", exact=True).click()
    address = page.get_by_label("链接地址")
    page.keyboard.type("没有地址")
    page.keyboard.press("Enter")
    expect(address).to_be_visible()
    address.fill("www.example.com/报价")
    page.keyboard.press("Enter")
    expect(address).to_be_hidden()
    expect(editor.locator("a[href^='https://www.example.com/']")).to_have_text("官网")
    page.get_by_role("button", name="链接", exact=True).click()
    expect(editor.locator("a")).to_have_count(0)


def test_what_is_pasted_loses_its_dress_and_keeps_its_lines(company: Company, sign_in: SignIn) -> None:
    page = begin(sign_in, company)
    editor_of(page).click()
    page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "标题");
            const init = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", init));
        }""",
        PASTED,
    )
    expect(editor_of(page)).to_contain_text("丙 丁")
    assert [line.strip() for line in editor_of(page).locator("p").all_inner_texts()] == [
        "标题",
        "粗体 坏 好",
        "甲 乙",
        "丙 丁",
    ]
    found = markup(page)
    assert "javascript" not in found
    assert "Mso" not in found
    assert "<b>粗</b>" in found
    assert '<a href="https://www.example.com">好</a>' in found


def test_it_works_in_place_on_a_phone_and_for_all(company: Company, sign_in: SignIn) -> None:
    values = {"title": "就地报价", "customer": company.customers[NAMES[0]]}
    pk = create(company.people["admin"], offers, values).record.pk
    page = sign_in("admin", f"/offers/{pk}", PHONE)
    page.locator("#field-terms .sk-edit-button").click()
    editor_of(page)
    page.keyboard.type("就地")
    assert complaints(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#field-terms form")).to_have_count(0)
    expect(page.locator("#field-terms p")).to_have_text("就地")
    assert Offer.plain.get(pk=pk).terms == "<p>就地</p>"
