"""What is sent over a slow network: once, however often it is clicked, and the focus stays where one works."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from shuke.apps.sales.models import Customer
from shuke.engine.audit.models import Change
from shuke.engine.comments.models import Comment
from shuke.engine.files.models import Attachment
from tests.browser.company import NAMES, Company

SignIn = Callable[..., Page]
# Longer than a double click takes.
LATER_MS = 1_700


def held_back(page: Page, address: str) -> list[Route]:
    """What the page sends to addresses like this waits in the list until it is let go."""
    found: list[Route] = []
    page.route(address, lambda route: found.append(route) if route.request.method == "POST" else route.continue_())
    return found


def test_a_comment_is_written_once_and_can_be_followed_by_another(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[0]]}")
    sent = held_back(page, "**/comments*")
    box = page.get_by_role("textbox", name="写评论")
    box.fill("明天回电")
    box.press("Control+Enter")
    page.wait_for_timeout(LATER_MS)
    box.press("Control+Enter")
    page.wait_for_timeout(200)
    assert len(sent) == 1
    sent.pop().continue_()
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    box.fill("已回电")
    box.press("Control+Enter")
    page.wait_for_timeout(300)
    sent.pop().continue_()
    expect(box).to_have_value("")
    assert sorted(Comment.objects.values_list("text", flat=True)) == sorted(["明天回电", "已回电"])


def test_a_dialog_does_its_work_once_and_gives_the_focus_back(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    page.locator("#rows tbody input[type=checkbox]").first.check()
    remove = page.get_by_role("button", name="删除", exact=True).first
    remove.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="删除")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(remove).to_be_focused()
    before = Change.objects.count()
    remove.click()
    sent = held_back(page, "**/bulk/delete*")
    yes = dialog.get_by_role("button", name="删除")
    yes.click()
    expect(yes).to_have_class("btn btn-danger sending")
    page.wait_for_timeout(LATER_MS)
    yes.click()
    page.wait_for_timeout(200)
    assert len(sent) == 1
    sent[0].continue_()
    expect(page.locator(".sk-toast")).to_contain_text("已删除")
    assert Change.objects.count() == before + 1


def test_a_star_is_set_once(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[0]]}")
    sent = held_back(page, "**/star*")
    star = page.locator("button[hx-post$='/star']")
    star.click()
    page.wait_for_timeout(LATER_MS)
    star.click()
    page.wait_for_timeout(200)
    assert len(sent) == 1
    sent[0].continue_()
    expect(star).to_have_class("sk-icon-button on")
    expect(star).to_be_focused()


def test_files_that_come_while_others_are_sent_follow_them(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[0]]}")
    sent = held_back(page, "**/files*")
    given = page.locator("form[data-attach] input[type=file]")
    for name in ("合同.txt", "报价.txt", "名片.txt"):
        given.set_input_files({"name": name, "mimeType": "text/plain", "buffer": name.encode()})
    page.wait_for_timeout(200)
    assert len(sent) == 1
    sent.pop().continue_()
    expect(page.locator("#tab-panel")).to_contain_text("合同.txt")
    page.wait_for_timeout(300)
    sent.pop().continue_()
    expect(page.locator("#tab-panel")).to_contain_text("报价.txt")
    expect(page.locator("#tab-panel")).to_contain_text("名片.txt")
    assert sorted(Attachment.objects.values_list("name", flat=True)) == sorted(["合同.txt", "报价.txt", "名片.txt"])


def test_a_form_that_leads_to_another_page_is_sent_once(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    page.get_by_label("客户名称").fill("江畔书店")
    sent = held_back(page, "**/customers/new")
    # By the clock of the page: Playwright's own clicks would wait for the page that comes next.
    page.evaluate(
        """(later) => {
        const save = document.querySelector("#record-form .btn-primary");
        for (const wait of [0, later]) window.setTimeout(() => save.click(), wait);
    }""",
        LATER_MS,
    )
    page.wait_for_timeout(LATER_MS + 300)
    assert len(sent) == 1
    sent[0].continue_()
    expect(page.get_by_role("heading", name="江畔书店")).to_be_visible()
    assert Customer.plain.filter(name="江畔书店").count() == 1


def test_a_form_that_comes_back_can_be_sent_again(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    page.get_by_role("button", name="保存").locator("visible=true").click()
    name = page.get_by_label("客户名称")
    expect(name).to_be_focused()
    name.fill("江畔书店")
    page.get_by_role("button", name="保存").locator("visible=true").click()
    expect(page.get_by_role("heading", name="江畔书店")).to_be_visible()
