"""Pictures for the README and guides, taken from the product: ``python tools/shots.py`` writes docs/images/*.png."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs/images"
DESKTOP = (1440, 900)
PHONE = (390, 844)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page (``{customer}`` is a customer's id), the window, the colours, who looks."""

    name: str
    page: str
    window: tuple[int, int] = DESKTOP
    dark: bool = False
    signed_in: bool = True


SHOTS = (
    Shot("sign-in", "/sign-in", signed_in=False),
    Shot("workbench", "/"),
    Shot("customers", "/customers"),
    Shot("board-dark", "/customers?shape=board&group=level&totals=credit_limit:sum", dark=True),
    Shot("map", "/customers?shape=map"),
    Shot("customers-phone", "/customers", window=PHONE),
    Shot("customer", "/customers/{customer}"),
    Shot("customer-phone", "/customers/{customer}", window=PHONE),
    Shot("new-customer", "/customers/new"),
    Shot("import", "/customers/import"),
)


def main() -> None:
    """Make a demo company in a throw-away folder, serve it, and take every picture."""
    data = Path(tempfile.mkdtemp(prefix="shuke-shots-"))
    data.chmod(0o711)
    os.environ.update(SHUKE_DATA=str(data), DJANGO_SETTINGS_MODULE="shuke.config.settings")
    os.environ.pop("DATABASE_URL", None)
    try:
        with _serving() as address:
            session, customer = _signed_in()
            IMAGES.mkdir(parents=True, exist_ok=True)
            _take(address, session, customer)
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _serving() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "shuke.cli.main", "serve", "--with-demo", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The product did not start.")


def _signed_in() -> tuple[dict[str, str], int]:
    """A session cookie of the demo company's administrator, and the customer with the most contacts."""
    from shuke.cli.product import database

    with database():
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.db.models import Count

        from shuke.apps.sales.models import Contact
        from shuke.engine.organisation.models import User

        user = User.objects.unscoped("who looks at the pictures").filter(is_administrator=True).earliest("id")
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        contacts = Contact.objects.unscoped("a customer worth showing").values("customer_id").annotate(n=Count("id"))
        customer = contacts.order_by("-n", "customer_id")[0]["customer_id"]
        return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or ""}, customer


def _take(address: str, session: dict[str, str], customer: int) -> None:
    from playwright.sync_api import sync_playwright

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for shot in SHOTS:
            context = browser.new_context(
                viewport={"width": shot.window[0], "height": shot.window[1]},
                device_scale_factor=2 if shot.window == PHONE else 1,
                color_scheme="dark" if shot.dark else "light",
                locale="zh-CN",
            )
            if shot.signed_in:
                context.add_cookies([{**session, "url": address}])
            page = context.new_page()
            page.goto(address + shot.page.format(customer=customer))
            page.wait_for_selector("html[data-ready]")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"{shot.name}.png")
            context.close()
            print(f"docs/images/{shot.name}.png")
        browser.close()


if __name__ == "__main__":
    main()
