"""Pictures for the README and the guides, taken from the product: ``python tools/shots.py`` writes docs/images."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs/images"
DESKTOP = (1440, 900)
GUIDE = (1200, 750)
PHONE = (390, 844)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SELLER, MANAGER, ADMINISTRATOR = "业务员", "华南销售经理", "系统管理员"
# More colours than this the pages hardly have; the files become a third as big.
_COLOURS = 256


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page (``{customer}`` and the like are ids), who looks, what he presses, the window."""

    name: str
    page: str
    who: str = ADMINISTRATOR
    press: tuple[str, ...] = ()
    window: tuple[int, int] = DESKTOP
    dark: bool = False


README = (
    Shot("sign-in", "/sign-in", who=""),
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
# In both languages.
GUIDES = (
    Shot("home", "/", SELLER, window=GUIDE),
    Shot("my-customers", "/customers?view=mine", SELLER, window=GUIDE),
    Shot("my-customer", "/customers/{mine}", SELLER, window=GUIDE),
    Shot("contact-record", "/contact-records/new?customer={mine}", SELLER, window=GUIDE),
    Shot("calendar", "/schedule?view=all&shape=calendar", SELLER, window=GUIDE),
    Shot("on-the-phone", "/customers/{mine}", SELLER, window=PHONE),
    Shot("contact-plan", "/customers?view=plan", MANAGER, window=GUIDE),
    Shot("hand-over", "/customers?view=pool", MANAGER, ("tbody input[data-row] >> nth=0",), window=GUIDE),
    Shot("figures", "/customers?view=all&shape=chart&group=level", MANAGER, window=GUIDE),
    Shot("organisation", "/organisation", window=GUIDE),
    Shot("role", "/roles/{role}?tab=rights", window=GUIDE),
    Shot("dictionary", "/dictionaries/{dictionary}?tab=options", window=GUIDE),
    Shot("company", "/company", window=GUIDE),
    Shot("operation-log", "/logs/operations", window=GUIDE),
    Shot("tags", "/tags", window=GUIDE),
)


def main() -> None:
    """Make a demo company in a throw-away folder, serve it, and take every picture."""
    data = Path(tempfile.mkdtemp(prefix="shuke-shots-"))
    data.chmod(0o711)
    os.environ.update(SHUKE_DATA=str(data), DJANGO_SETTINGS_MODULE="shuke.config.settings")
    os.environ.pop("DATABASE_URL", None)
    try:
        with _serving() as address, _database():
            company = _company()
            _take(address, company, README, IMAGES, "zh-CN")
            for spoken, language in (("zh-hans", "zh-CN"), ("en", "en-US")):
                _speak(spoken)
                _take(address, company, GUIDES, IMAGES / "guide" / language[:2], language)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _database() -> AbstractContextManager[None]:
    from shuke.cli.product import database

    return database()


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


@dataclass(frozen=True)
class Company:
    """Session cookies of the demo company by role, and the ids that pages need."""

    sessions: dict[str, dict[str, str]]
    ids: dict[str, int]


def _company() -> Company:
    from django.db.models import Count

    from shuke.apps.activities.models import ContactRecord
    from shuke.apps.sales.models import Contact, Customer
    from shuke.engine.options.models import Dictionary
    from shuke.engine.organisation.models import Role, User

    def rows(model: Any) -> Any:
        return model.objects.unscoped("what is worth showing")

    people = {role: rows(User).get(login=login) for login, role in _logins().items()}
    contacts = rows(Contact).values("customer_id").annotate(n=Count("id")).order_by("-n", "customer_id")
    mine = rows(Customer).filter(owner=people[SELLER]).values("pk")
    talks = rows(ContactRecord).filter(customer__in=mine).values("customer_id").annotate(n=Count("id"))
    ids = {
        "customer": contacts[0]["customer_id"],
        "mine": talks.order_by("-n", "customer_id")[0]["customer_id"],
        "role": rows(Role).get(name="业务员").pk,
        "dictionary": rows(Dictionary).get(key="customer-level").pk,
    }
    return Company({role: _session(user) for role, user in people.items()}, ids)


def _logins() -> dict[str, str]:
    signins = json.loads(Path(os.environ["SHUKE_DATA"], "demo-signins.json").read_text("utf-8"))
    return {one["login"]: one["role"] for one in signins if one["role"] in (SELLER, MANAGER, ADMINISTRATOR)}


def _session(user: Any) -> dict[str, str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from shuke.web.frame.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or ""}


def _speak(language: str) -> None:
    from shuke.engine.organisation.models import User

    User.plain.update(language=language)


def _take(address: str, company: Company, shots: Sequence[Shot], folder: Path, language: str) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for shot in shots:
            context = browser.new_context(
                viewport={"width": shot.window[0], "height": shot.window[1]},
                device_scale_factor=2 if shot.window == PHONE else 1,
                is_mobile=shot.window == PHONE,
                has_touch=shot.window == PHONE,
                color_scheme="dark" if shot.dark else "light",
                locale=language,
            )
            if shot.who:
                context.add_cookies([{**company.sessions[shot.who], "url": address}])
            page = context.new_page()
            page.goto(address + shot.page.format(**company.ids))
            page.wait_for_selector("html[data-ready]")
            for selector in shot.press:
                page.locator(selector).click()
            page.wait_for_load_state("networkidle")
            path = folder / f"{shot.name}.png"
            page.screenshot(path=path)
            context.close()
            _shrink(path)
            print(path.relative_to(ROOT))
        browser.close()


def _shrink(path: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
