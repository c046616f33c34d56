"""One's own account in a real browser: the second factor from the QR code to the next sign-in, sessions, the logs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from shuke.engine.signing.models import SecondFactor
from tests.browser.company import PASSWORD, Company
from tests.browser.conftest import PHONE, captcha_answer
from tests.browser.test_accessible import complaints

SignIn = Callable[..., Page]


def test_a_second_factor_is_set_up_and_asked_for_at_the_next_sign_in(company: Company, sign_in: SignIn) -> None:
    page = sign_in("zhang", "/me", reduced_motion="reduce")
    page.get_by_role("link", name="第二重验证").click()
    picture = page.get_by_alt_text("供验证器扫描的二维码")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    secret = page.locator(".sk-secret").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_role("button", name="设置", exact=True).click()
    expect(page.locator(".sk-codes code")).to_have_count(10)
    assert complaints(page) == []
    recovery = page.locator(".sk-codes code").first.inner_text()
    page.get_by_role("link", name="我已保存").click()
    page.get_by_label(re.compile("我的设置")).click()
    page.get_by_role("button", name="退出").click()
    page.locator("#sk-sign-out").get_by_role("button", name="确定").click()
    _password(page, "zhang")
    expect(page).to_have_url(re.compile("/sign-in/code"))
    assert complaints(page) == []
    page.get_by_label("动态验证码").fill("000000")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    # The code of the set-up is used up; that of the next half minute counts already.
    page.get_by_label("动态验证码").fill(pyotp.TOTP(secret).at(int(time.time()) + 30))
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("html[data-ready] .sk-shell")
    assert len(SecondFactor.objects.get().recovery) == 10
    assert recovery not in page.content()


@pytest.mark.feature("SYS-10")
def test_an_administrator_follows_the_log_to_the_change_and_takes_it_back(company: Company, sign_in: SignIn) -> None:
    page = sign_in("admin", "/logs/operations")
    page.get_by_label("对象").select_option(label="联系人")
    page.get_by_label("人员").fill("zw")
    page.get_by_role("option", name=re.compile("张伟")).click()
    page.get_by_role("button", name="查看").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(page.get_by_label("人员")).to_have_value("张伟")
    rows.first.get_by_role("link").first.click()
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".sk-toast")).to_contain_text("恢复 1 条")


def test_a_lost_telephone_is_signed_out_from_the_desk(company: Company, sign_in: SignIn) -> None:
    telephone = sign_in("zhang", "/customers", PHONE, is_mobile=True)
    desk = sign_in("zhang", "/me")
    expect(desk.locator("#sessions li")).to_have_count(2)
    desk.get_by_role("button", name="结束其他全部会话").click()
    expect(desk.locator("#sessions li")).to_have_count(1)
    telephone.goto("/customers")
    expect(telephone).to_have_url(re.compile("/sign-in"))


def _password(page: Page, login: str) -> None:
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("验证码").fill(captcha_answer(page))
    page.get_by_role("button", name="登录").click()
