"""What people do with the product all day, as they click it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shuke.apps.sales.models import Customer
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from tests.browser.company import NAMES, PASSWORD, Company
from tests.browser.conftest import PHONE, captcha_answer

SignIn = Callable[..., Page]


def rows(page: Page) -> Any:
    return page.locator("#list tbody tr")


def toast(page: Page, text: str) -> Any:
    return page.locator(".sk-toast", has_text=text)


def eventually(page: Page, script: str) -> None:
    """Wait until a script says yes (``wait_for_function`` needs an eval, which the pages' policy forbids)."""
    for _try in range(100):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(script)


@pytest.mark.feature("WRK-01", "WRK-02", "WRK-04")
def test_sign_in_with_captcha_and_out_after_confirmation(
    company: Company, visit: Callable[..., Page], settings: Any
) -> None:
    settings.SHUKE_SUPPORT_CONTACT = "QQ: 123456"
    page = visit("/customers")
    expect(page.get_by_role("link", name="QQ: 123456")).to_have_attribute(
        "href", "https://wpa.qq.com/msgrd?v=3&uin=123456&site=qq&menu=yes"
    )
    page.get_by_label("用户名").fill("zhang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("验证码").fill("????")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    expect(page.get_by_label("用户名")).to_have_value("zhang")
    before = page.locator("input[name=captcha_key]").input_value()
    page.get_by_role("button", name="换一张").click()
    expect(page.locator("input[name=captcha_key]")).not_to_have_value(before)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("验证码").fill(captcha_answer(page))
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url("/customers")
    expect(rows(page)).to_have_count(12)

    page.get_by_label("张伟：我的设置").click()
    page.get_by_role("button", name="退出").click()
    page.locator("#sk-sign-out").get_by_role("button", name="取消").click()
    expect(page.get_by_role("heading", name="客户", level=1)).to_be_visible()
    page.get_by_label("张伟：我的设置").click()
    page.get_by_role("button", name="退出").click()
    page.locator("#sk-sign-out").get_by_role("button", name="确定").click()
    expect(page.get_by_label("用户名")).to_be_visible()
    page.goto("/customers")
    expect(page.get_by_label("用户名")).to_be_visible()


@pytest.mark.feature("SYS-15")
def test_find_by_two_characters_and_by_pinyin_initials(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    find = page.get_by_role("searchbox", name="在列表中查找")
    find.fill("菱通")
    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text("上海菱通机电设备有限公司")
    expect(page).to_have_url("/customers?q=%E8%8F%B1%E9%80%9A")
    find.fill("cqcj")
    expect(rows(page).first).to_contain_text("重庆长江轴承有限公司")
    find.fill("没有这样的客户")
    expect(page.get_by_role("heading", name="没有符合条件的记录")).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="搜索与命令").fill("hjkj")
    expect(page.get_by_role("option").first).to_contain_text("华江科技有限公司")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/customers/{company.customers[NAMES[0]]}")


def test_filters_stand_in_the_address_and_back_works(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    page.locator(".sk-chip.add").click()
    page.get_by_role("button", name="等级").click()
    page.get_by_role("checkbox", name="重要客户").check()
    page.get_by_role("button", name="应用").click()
    expect(rows(page)).to_have_count(4)
    expect(page.locator("span.sk-chip")).to_contain_text("等级 是 重要客户")
    filtered = page.url
    page.get_by_role("link", name="下次联系").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("下次联系")
    page.go_back()
    expect(page).to_have_url(filtered)
    expect(rows(page)).to_have_count(4)
    expect(page.locator("th[aria-sort]")).to_have_count(0)
    page.get_by_role("link", name="移除筛选：等级").click()
    expect(rows(page)).to_have_count(12)


def test_inline_edit_saves_on_enter_cancels_on_escape_and_can_be_undone(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[0]]}")
    page.get_by_role("button", name="修改地址").click()
    expect(page.get_by_label("地址", exact=True)).to_be_focused()
    page.keyboard.type("深圳市南山区科技园 12 栋")
    page.keyboard.press("Escape")
    expect(page.locator("#field-address")).to_contain_text("—")
    page.locator("#field-address").click()
    expect(page.get_by_label("地址", exact=True)).to_be_focused()
    page.keyboard.type("深圳市南山区科技园 12 栋")
    page.keyboard.press("Enter")
    expect(page.locator("#field-address")).to_contain_text("科技园 12 栋")
    expect(page.locator(".sk-line")).to_contain_text("科技园 12 栋")
    page.locator("#field-phone").click(position={"x": 200, "y": 10})
    page.get_by_label("电话", exact=True).fill("不是电话")
    page.keyboard.press("Enter")
    expect(page.locator("#in-place-phone-error")).to_contain_text("不是电话")
    page.keyboard.press("Escape")
    toast(page, "“地址”已保存").get_by_role("button", name="撤销").click()
    expect(toast(page, "已撤销")).to_be_visible()
    expect(page.locator("#field-address")).to_contain_text("—")


def test_two_people_editing_the_same_field_see_both_versions(company: Company, sign_in: SignIn) -> None:
    address = f"/customers/{company.customers[NAMES[0]]}/edit"
    mine, theirs = sign_in("zhang", address), sign_in("chen", address)
    theirs.get_by_label("地址").fill("广州市天河区 1 号")
    theirs.get_by_role("button", name="保存").click()
    expect(toast(theirs, "已保存")).to_be_visible()
    mine.get_by_label("地址").fill("深圳市南山区 2 号")
    mine.get_by_label("网址").fill("https://huajiang.example")
    mine.get_by_role("button", name="保存").click()
    note = mine.get_by_role("alert")
    expect(note).to_contain_text("广州市天河区 1 号")
    expect(note).to_contain_text("深圳市南山区 2 号")
    note.get_by_label("广州市天河区 1 号").check()
    mine.get_by_role("button", name="保存", exact=True).click()
    expect(mine.locator("#field-address")).to_contain_text("广州市天河区 1 号")
    expect(mine.locator("#field-website")).to_contain_text("https://huajiang.example")


@pytest.mark.feature("CUS-20")
def test_hand_ten_customers_to_a_colleague_and_take_it_back(company: Company, sign_in: SignIn) -> None:
    page = sign_in("chen", "/customers")
    boxes = page.locator("tbody input[data-row]")
    boxes.nth(0).click()
    boxes.nth(9).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("已选 10 条")
    page.locator(".sk-selection").get_by_role("button", name="变更所属人").click()
    page.get_by_role("combobox", name="新的所属人").fill("ln")
    expect(page.get_by_role("option", name="李娜")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="转移").click()
    expect(toast(page, "已转移 10 个客户")).to_be_visible()
    li = company.people["li"].user_id
    assert Customer.plain.filter(owner_id=li).count() == 10
    toast(page, "已转移 10 个客户").get_by_role("button", name="撤销").click()
    expect(toast(page, "已撤销，恢复")).to_be_visible()
    assert Customer.plain.filter(owner_id=li).count() == 0


@pytest.mark.feature("CUS-04", "CON-01")
def test_a_contact_is_added_in_the_drawer_without_leaving_the_customer(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[1]]}")
    page.get_by_role("button", name="添加联系人").click()
    drawer = page.locator("#sk-drawer")
    expect(drawer.get_by_label("客户", exact=True)).to_have_value(NAMES[1])
    drawer.get_by_role("button", name="保存").click()
    expect(drawer.get_by_role("alert")).to_contain_text("姓名")
    drawer.get_by_label("姓名").fill("赵敏")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_be_hidden()
    expect(toast(page, "已新建联系人“赵敏”")).to_be_visible()
    page.locator("#tab-panel").get_by_role("link", name="联系人 1").click()
    expect(page.locator("#tab-panel")).to_contain_text("赵敏")


@pytest.mark.feature("CUS-02")
def test_duplicates_show_while_typing_and_what_was_typed_survives(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    page.get_by_label("客户名称").fill(NAMES[2])
    expect(page.locator("[data-matches]")).to_contain_text(NAMES[2])
    page.get_by_label("电子邮件").fill("not an address")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("电子邮件")
    expect(page.get_by_label("客户名称")).to_have_value(NAMES[2])
    page.get_by_label("电子邮件").fill("a@example.com")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(NAMES[2])
    page.get_by_role("button", name="仍然保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[2])


def test_an_unsent_form_asks_before_leaving_and_offers_its_draft(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers/new")
    page.get_by_label("客户名称").fill("写到一半的客户")
    eventually(page, "() => Object.keys(localStorage).some((key) => key.startsWith('sk-draft:'))")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_label("客户名称")).to_have_value("写到一半的客户")


@pytest.mark.feature("DAT-02", "DAT-03")
def test_import_a_spreadsheet_look_at_it_and_take_it_back(company: Company, sign_in: SignIn, tmp_path: Path) -> None:
    file = tmp_path / "客户.csv"
    lines = ["2026 年客户名单,,", "客户名称,联系电话,客户等级", "东莞精密模具厂,１３８００００１２３４,重要客户"]
    lines += ["佛山陶瓷有限公司,abc,普通客户", "惠州电池有限公司,13800001235,普通客户"]
    file.write_bytes("\r\n".join(lines).encode("gb18030"))
    page = sign_in("zhang", "/customers/import")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_label("“联系电话”列对应的字段")).to_have_value("phone")
    page.get_by_role("button", name="检查文件").click()
    finish_jobs()
    expect(page.locator(".sk-counts")).to_contain_text("新增2")
    expect(page.locator("tbody")).to_contain_text("abc")
    assert Customer.plain.count() == len(NAMES)
    page.get_by_role("button", name="导入 2 行").click()
    finish_jobs()
    expect(page.get_by_role("link", name="下载失败的行")).to_be_visible()
    expect(page.locator(".sk-counts")).to_contain_text("新增2")
    expect(page.locator("tbody").last).to_contain_text("abc")
    assert Customer.plain.filter(name="东莞精密模具厂", phone="13800001234").exists()
    page.get_by_role("button", name="撤销整次导入").click()
    expect(toast(page, "已撤销，恢复 2 条记录")).to_be_visible()
    assert not Customer.plain.filter(name="东莞精密模具厂", deleted_at=None).exists()


def finish_jobs() -> None:
    """Do the worker's part."""
    for job in Job.objects.filter(state=Job.State.WAITING):
        run(job.pk)


@pytest.mark.feature("SYS-17")
def test_the_filtered_list_is_exported(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers?q=%E6%9C%89%E9%99%90%E5%85%AC%E5%8F%B8")
    page.get_by_text("导出", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "华江科技有限公司" in text
    assert "单县万达建材商行" not in text
    assert download.value.suggested_filename.startswith("客户-")


def test_deleted_records_come_back_from_the_bin(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", f"/customers/{company.customers[NAMES[0]]}")
    page.get_by_label("更多", exact=True).click()
    page.get_by_role("button", name="删除").click()
    page.locator("#sk-dialog").get_by_role("button", name="删除").click()
    expect(page).to_have_url("/customers")
    expect(rows(page)).to_have_count(11)
    page.goto("/customers/bin")
    page.get_by_label(f"选择 {NAMES[0]}").check()
    page.get_by_role("button", name="恢复").click()
    expect(toast(page, "已恢复 1 个客户")).to_be_visible()
    page.goto("/customers")
    expect(rows(page)).to_have_count(12)


def test_a_phone_shows_cards_and_a_bar_under_the_thumb(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers", PHONE, has_touch=True, is_mobile=True)
    expect(page.locator("thead")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    bar = page.get_by_role("navigation", name="主要操作")
    bar.get_by_role("button", name="菜单").click()
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="联系人").click()
    expect(page).to_have_url("/contacts")
    bar.get_by_role("link", name="新建").click()
    expect(page).to_have_url("/contacts/new")


def test_theme_density_and_language_are_kept(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/customers")
    page.get_by_label("张伟：我的设置").click()
    page.get_by_role("button", name="深色").click()
    page.get_by_role("button", name="紧凑").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.get_by_label("张伟：我的设置").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    expect(page.get_by_role("link", name="Import").first).to_be_visible()
