"""Forms as people fill them in: regions by level, records made on the way, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.write import update
from tests.browser.company import NAMES, PASSWORD, Company
from tests.browser.conftest import PHONE, captcha_answer
from tests.browser.test_accessible import complaints

SignIn = Callable[..., Page]


def options(page: Page) -> Any:
    return page.locator(".sk-cascade-level:visible [role=option]")


def test_a_region_is_chosen_level_by_level_with_mouse_and_keyboard(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    region = page.get_by_role("combobox", name="地区")
    region.click()
    options(page).filter(has_text="广东省").click()
    options(page).filter(has_text="深圳市").click()
    options(page).filter(has_text="南山区").click()
    expect(region).to_have_value("广东省 深圳市 南山区")
    region.fill("sc cd")
    expect(page.get_by_role("option", name="四川省 成都市", exact=True)).to_be_visible()
    region.fill("")
    expect(options(page)).to_have_count(34)
    region.press("ArrowDown")
    region.press("ArrowRight")
    expect(options(page).filter(has_text="和平区")).to_be_visible()
    region.press("ArrowLeft")
    expect(options(page)).to_have_count(34)
    region.press("ArrowRight")
    expect(options(page).filter(has_text="天津市（全部）")).to_have_attribute("aria-selected", "true")
    region.press("Enter")
    expect(region).to_have_value("天津市")
    page.get_by_label("客户名称").fill("津门一号仓储")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="津门一号仓储")).to_be_visible()
    assert Customer.plain.get(name="津门一号仓储").region_id == 120000


def test_a_region_is_changed_in_a_list_and_chosen_on_a_phone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers?columns=name,region")
    cell = page.locator(f"td[data-edit^='/customers/{company.customers[NAMES[0]]}/field/region']")
    cell.dblclick()
    options(page).filter(has_text="宝安区").click()
    expect(cell).to_have_text("广东省 深圳市 宝安区")
    phone = sign_in("zhang", "/customers/new", PHONE)
    phone.get_by_role("combobox", name="地区").click()
    options(phone).filter(has_text="上海市").click()
    expect(options(phone).first).to_have_text("上海市（全部）")
    phone.locator("[data-back]:visible").click()
    expect(options(phone)).to_have_count(34)


def test_a_missing_customer_is_made_on_the_way_without_losing_what_was_typed(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/contacts/new")
    page.get_by_label("姓名").fill("吕小婉")
    customer = page.get_by_role("combobox", name="客户")
    customer.fill("新月酒店")
    page.get_by_role("option", name="新建客户“新月酒店”").wait_for()
    customer.press("Enter")
    drawer = page.get_by_role("dialog", name="新建客户")
    expect(drawer.get_by_label("客户名称")).to_have_value("新月酒店")
    drawer.get_by_role("textbox", name="电话").fill("不是电话")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer.get_by_role("alert")).to_be_visible()
    drawer.get_by_role("textbox", name="电话").fill("010-66668888")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_have_count(0)
    expect(customer).to_have_value("新月酒店")
    expect(page.get_by_label("姓名")).to_have_value("吕小婉")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="吕小婉")).to_be_visible()
    assert Contact.plain.get(name="吕小婉").customer.phone == "010-66668888"


def test_what_was_typed_outlives_a_closed_tab_and_a_server_error(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    page.get_by_label("客户名称").fill("江畔书店")
    region = page.get_by_role("combobox", name="地区")
    region.fill("成都市")
    page.get_by_role("option", name="四川省 成都市", exact=True).click()
    page.get_by_role("combobox", name="标签").fill("读书会")
    page.get_by_role("option", name="读书会").click()
    page.route("**/customers/new", lambda route: route.fulfill(status=500, body="broken"))
    page.get_by_role("button", name="保存").click()
    page.get_by_text("broken").wait_for()
    context = page.context
    page.close()
    other = context.new_page()
    other.goto("/customers/new")
    offer = other.get_by_role("status").filter(has_text="未保存的草稿")
    expect(other.get_by_label("客户名称")).to_have_value("")
    offer.get_by_role("button", name="恢复").click()
    expect(other.get_by_label("客户名称")).to_have_value("江畔书店")
    expect(other.get_by_role("combobox", name="地区")).to_have_value("四川省 成都市")
    expect(other.locator(".sk-chip", has_text="读书会")).to_be_visible()
    keys = "Object.keys(localStorage).filter((key) => key.startsWith('sk-draft:'))"
    assert other.evaluate(keys) == [f"sk-draft:{company.people['zhang'].user_id}:/customers/new"]
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_role("heading", name="江畔书店")).to_be_visible()
    assert other.evaluate(keys) == []
    made = Customer.plain.get(name="江畔书店")
    assert made.region_id == 510100
    assert len(made.tags) == 1


def test_a_draft_older_than_a_colleagues_change_brings_both_versions(company: Company, sign_in: SignIn) -> None:
    pk = company.customers[NAMES[0]]
    page = sign_in("zhang", f"/customers/{pk}/edit")
    page.get_by_label("地址").fill("科技园一路 1 号")
    page.wait_for_timeout(600)
    context = page.context
    page.close()
    update(company.people["chen"], customers, pk, {"address": "新安街道 2 号"})
    other = context.new_page()
    other.goto(f"/customers/{pk}/edit")
    other.get_by_role("button", name="恢复").click()
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_role("alert")).to_contain_text("新安街道 2 号")
    expect(other.get_by_role("alert")).to_contain_text("科技园一路 1 号")


def enter(page: Page, login: str) -> None:
    """Sign in on the page that stands there."""
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("验证码").fill(captcha_answer(page))
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("html[data-ready] .sk-shell")


def test_a_draft_outlives_a_sign_out_and_is_offered_to_its_author_only(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    page.get_by_label("客户名称").fill("写到一半的客户")
    page.wait_for_timeout(600)
    page.on("dialog", lambda dialog: dialog.accept())
    for login, offered in (("li", 0), ("zhang", 1)):
        page.context.clear_cookies()
        page.goto("/customers/new")
        enter(page, login)
        expect(page.get_by_label("客户名称")).to_have_value("")
        expect(page.get_by_role("button", name="恢复")).to_have_count(offered)
    page.get_by_role("button", name="丢弃").click()
    page.reload()
    expect(page.get_by_label("客户名称")).to_be_visible()
    expect(page.get_by_role("button", name="恢复")).to_have_count(0)


def test_all_of_theirs_is_taken_at_once_on_a_phone(company: Company, sign_in: SignIn) -> None:
    pk = company.customers[NAMES[0]]
    page = sign_in("zhang", f"/customers/{pk}/edit", PHONE, is_mobile=True, color_scheme="dark")
    page.get_by_label("地址").fill("科技园一路 1 号")
    page.get_by_label("网址").fill("https://mine.example")
    update(company.people["chen"], customers, pk, {"address": "新安街道 2 号", "website": "https://theirs.example"})
    page.get_by_role("button", name="保存").locator("visible=true").click()
    clashes = page.locator("[data-clashes]")
    expect(clashes.locator("fieldset")).to_have_count(2)
    expect(clashes).to_contain_text("陈明 · 刚刚")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    clashes.get_by_role("button", name="全部采用对方的").click()
    expect(clashes.get_by_role("radio", name="新安街道 2 号")).to_be_checked()
    clashes.get_by_role("button", name="全部保留我的").click()
    expect(clashes.get_by_role("radio", name="科技园一路 1 号")).to_be_checked()
    clashes.get_by_role("button", name="全部采用对方的").click()
    page.get_by_role("button", name="保存").locator("visible=true").last.click()
    page.wait_for_url(f"**/customers/{pk}")
    stored = Customer.plain.get(pk=pk)
    assert (stored.address, stored.website) == ("新安街道 2 号", "https://theirs.example")


def test_the_focus_is_where_something_is_wrong(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/contacts/new")
    page.get_by_label("姓名").fill("吕小婉")
    page.get_by_label("手机").fill("不是电话")
    page.get_by_role("button", name="保存").locator("visible=true").click()
    expect(page.get_by_label("手机")).to_have_class("form-control is-invalid")
    expect(page.get_by_role("combobox", name="客户")).to_be_focused()
    page.goto(f"/customers/{company.customers[NAMES[0]]}?tab=contacts")
    page.locator("[hx-get*='/contacts/new']:visible").first.click()
    drawer = page.get_by_role("dialog", name="新建联系人")
    drawer.get_by_label("姓名").fill("吕小婉")
    drawer.get_by_label("手机").fill("不是电话")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer.get_by_role("alert")).to_be_visible()
    expect(drawer.get_by_label("手机")).to_be_focused()
    page.goto("/customers/new")
    page.get_by_label("客户名称").fill(NAMES[0])
    page.get_by_role("button", name="保存").locator("visible=true").click()
    expect(page.get_by_role("alert").filter(has_text="仍要保存吗")).to_be_focused()


def test_duplicates_are_told_below_the_field_one_types_in(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new", PHONE, is_mobile=True, has_touch=True)
    page.get_by_role("textbox", name="电话").fill("13812346000")
    expect(page.locator("[data-matches] a").first).to_be_in_viewport()
    assert page.locator(".sk-field:has([name=phone]) + [data-matches]").count() == 1
