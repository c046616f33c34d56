"""A real Chromium against a real server on a real database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from captcha.models import CaptchaStore
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.company import PASSWORD, Company, found_company

# Playwright's loop runs in this thread, where Django would refuse every query of the tests themselves.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# A busy machine takes its time; what does not happen at all is found out later, not differently.
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one Playwright brought."""
    path = next((found for found in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(found).exists()), None)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def company(transactional_db: Any, settings: Any, tmp_path: Path) -> Company:
    """The small company; its files lie in a folder of this test."""
    settings.SHUKE_DATA = tmp_path
    return found_company()


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """``visit("/customers")`` opens a page of a new visitor; any error on a page's console fails the test."""
    contexts = []
    problems: list[str] = []

    def open_page(address: str = "/", viewport: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = chromium.new_context(viewport=viewport, locale="zh-CN", base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if _is_problem(said) else None)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def _is_problem(said: Any) -> bool:
    # Chromium reports every 4xx answer as an error; refusals are part of the stories.
    return said.type == "error" and "Failed to load resource" not in said.text


@pytest.fixture
def sign_in(visit: Callable[..., Page]) -> Callable[..., Page]:
    """``sign_in("zhang", "/customers")`` fills in the sign-in page as a person would."""

    def enter(login: str, address: str = "/", viewport: dict[str, int] = DESKTOP, **options: Any) -> Page:
        page = visit(address, viewport, **options)
        page.get_by_label("用户名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_label("验证码").fill(captcha_answer(page))
        page.get_by_role("button", name="登录").click()
        page.wait_for_selector("html[data-ready] .sk-shell")
        return page

    return enter


def captcha_answer(page: Page) -> str:
    """What the picture on the page shows."""
    key = page.locator("input[name=captcha_key]").input_value()
    return CaptchaStore.objects.get(hashkey=key).response
