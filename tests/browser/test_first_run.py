"""An administrator and an empty installation: ten minutes later the colleagues can begin."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shuke.apps.sales.models import Customer
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from shuke.engine.options.catalogue import forget
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Company, Membership, Unit, User
from shuke.resource.registry import resource_for
from tests.browser.company import PASSWORD
from tests.browser.conftest import PHONE
from tests.browser.test_accessible import complaints
from tests.browser.test_stories import toast

SignIn = Callable[..., Page]

PEOPLE = (
    "姓名\t部门\t电子邮件\t性别\t手机\t负责人\n"
    "张伟\t华南组\tzhang@example.com\t男\t13812345678\t否\n"
    "李娜\t销售部\tli@example.com\t女\t13987654321\t是"
)


@pytest.fixture
def fresh(transactional_db: Any, settings: Any, tmp_path: Path) -> None:
    """What `shuke createadmin` leaves: one administrator, nothing else."""
    settings.SHUKE_DATA = tmp_path
    forget()
    user = User(login="admin", name="周启明", is_administrator=True)
    user.set_password(PASSWORD)
    user.save()


def set_up(page: Page) -> None:
    """Everything up to the first records, from the home page on."""
    expect(page.locator(".sk-welcome-card")).to_contain_text("已完成 0 / 5")
    assert complaints(page) == []
    page.get_by_role("link", name="开始设置").click()
    assert complaints(page) == []
    page.get_by_label("公司名称").fill("深圳熟客商贸有限公司")
    page.get_by_label("简称").fill("熟客商贸")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".sk-name")).to_have_text("熟客商贸")
    page.get_by_label("每行一个部门").fill("销售部\n销售部 / 华南组\n服务部")
    page.get_by_role("button", name="建立部门").click()
    expect(page.locator("#step-units .sk-tag")).to_have_text("已完成")
    page.get_by_label("从您的表格中粘贴人员").fill(PEOPLE)
    page.get_by_role("button", name="检查各行").click()
    expect(page.locator("main")).to_contain_text("zhangwei")
    assert User.objects.unscoped("test").count() == 1
    page.get_by_role("button", name=re.compile("2")).click()
    expect(page.get_by_role("heading", name="初始密码")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").click()
    expect(toast(page, "已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[0] == "姓名\t用户名\t密码"
    assert [line.split("\t")[:2] for line in copied[1:]] == [["张伟", "zhangwei"], ["李娜", "lina"]]
    page.get_by_role("link", name="继续设置").click()
    page.get_by_role("button", name="建立这些角色").click()
    for name in ("张伟", "李娜"):
        page.get_by_label(name).check()
    page.get_by_label("角色", exact=True).select_option(label="业务员")
    page.get_by_role("button", name="授予角色").click()
    expect(page.locator("h1 + .dim")).to_have_text("已完成 4 / 5")
    assert complaints(page) == []
    expect(page.locator("#step-records")).to_have_attribute("open", "")
    page.locator("#step-records a").first.click()
    expect(page).to_have_url(re.compile("/customers/import"))


def test_a_fresh_installation_is_set_up_step_by_step(fresh: None, sign_in: SignIn) -> None:
    page = sign_in("admin", "/", reduced_motion="reduce")
    set_up(page)
    page.goto("/")
    expect(page.locator(".sk-welcome-card")).to_contain_text("已完成 4 / 5")
    page.get_by_role("button", name="不再显示").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".sk-welcome-card")).to_have_count(0)
    assert Company.objects.get().settled
    south = Unit.plain.get(name="华南组")
    assert south.parent.name == "销售部"
    assert south.parent.parent.name == "深圳熟客商贸有限公司"
    zhang = User.plain.get(login="zhangwei")
    assert (zhang.unit_id, zhang.mobile) == (south.pk, "13812345678")
    # Notices about key customers of the south reach the head of the sales department above.
    assert south.parent.head.login == "lina"
    assert list(Membership.objects.filter(user=zhang).values_list("role__name", flat=True)) == ["业务员"]


@pytest.mark.feature("CUS-20", "DAT-03", "DAT-06")
def test_a_newcomer_hands_ten_of_his_first_customers_to_a_colleague_and_takes_it_back(
    fresh: None, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("admin", "/", reduced_motion="reduce")
    begun = time.monotonic()
    set_up(page)
    file = tmp_path / "我的客户.csv"
    rows = [f"第{number}家客户有限公司,0755-8800{number:04},普通客户" for number in range(1, 13)]
    file.write_text("\n".join(["公司名称,电话,等级", *rows]), encoding="gb18030")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url("**/jobs/*")
    run(Job.objects.latest("pk").pk)
    page.reload()
    page.get_by_role("button", name="导入 12 行").click()
    page.wait_for_url("**/jobs/*")
    run(Job.objects.latest("pk").pk)
    page.goto("/")
    # All five steps are done: nothing is left to offer.
    expect(page.locator(".sk-welcome-card")).to_have_count(0)
    # What the machine needs of the ten minutes that a person has.
    assert time.monotonic() - begun < 60
    page.goto("/customers?view=all")
    boxes = page.locator("tbody input[data-row]")
    boxes.nth(0).click()
    boxes.nth(9).click(modifiers=["Shift"])
    page.locator(".sk-selection").get_by_role("button", name="变更所属人").click()
    page.get_by_role("combobox", name="新的所属人").fill("zw")
    expect(page.get_by_role("option", name="张伟")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="转移").click()
    expect(toast(page, "已转移 10 个客户")).to_be_visible()
    theirs = Customer.plain.filter(owner__login="zhangwei")
    assert theirs.count() == 10
    # The colleague has them, and nobody else's.
    colleague = User.plain.get(login="zhangwei")
    assert resource_for("customers").model.objects.visible_to(actor_for(colleague, "web")).count() == 10
    toast(page, "已转移 10 个客户").get_by_role("button", name="撤销").click()
    expect(toast(page, "已撤销，恢复")).to_be_visible()
    assert theirs.count() == 0
    assert Customer.plain.filter(owner__login="admin").count() == 12


def test_the_guide_is_at_home_on_a_telephone_in_the_dark(fresh: None, sign_in: SignIn) -> None:
    page = sign_in("admin", "/welcome", PHONE, is_mobile=True, color_scheme="dark")
    assert complaints(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
