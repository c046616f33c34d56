"""The frame around every page: navigation by module, quick create, the person's own settings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.company.profile import profile
from shuke.engine.dispatch.notices import MOST_UNREAD
from shuke.resource.spec import Menu, Resource
from shuke.web.frame.acting import actor_of
from shuke.web.frame.addresses import page_address
from shuke.web.frame.look import look_of
from shuke.web.frame.markup import hue, initial
from shuke.web.frame.menu import SECTIONS, in_menu_order, page_instead, pages_for
from shuke.web.frame.strings import script_strings

# Settings up to so many stand in the navigation openly; more would push the daily work out of sight.
_FEW = 5


@dataclass(frozen=True)
class Entry:
    """One line of a menu."""

    title: str
    icon: str
    address: str
    current: bool = False


@dataclass(frozen=True)
class Section:
    """A titled group of menu lines; one that ``folds`` is closed until it is opened or one is in it."""

    title: str
    entries: tuple[Entry, ...]
    folds: bool = False

    @property
    def current(self) -> bool:
        """Is the page that is shown one of these?"""
        return any(entry.current for entry in self.entries)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what ``base.html`` and ``shell.html`` need on every page."""
    company = profile(getattr(request, "user", None))
    context: dict[str, Any] = {
        "look": look_of(request),
        "strings": script_strings(),
        "company": company,
        "support": support_link(company.support or settings.SHUKE_SUPPORT_CONTACT),
        "languages": settings.LANGUAGES,
    }
    actor = actor_of(request)
    if actor:
        context |= {
            "actor": actor,
            "me": {"initial": initial(actor.name), "hue": hue(actor.name)},
            "navigation": navigation(actor, request.path),
            "quick": quick_create(actor),
            "unread": bell_number(getattr(request.user, "unread_notices", 0)),
        }
    return context


def listed(actor: Actor) -> list[tuple[Menu, Resource]]:
    """The objects that the actor may open a list of, in menu order."""
    return [(res.menu, res) for res in in_menu_order() if res.menu and actor.may(res.name, "view")]


def navigation(actor: Actor, path: str) -> list[Section]:
    """The navigation: only what the actor may see."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    titles: dict[str, Any] = dict(SECTIONS)
    for menu, resource in listed(actor):
        page, plain = page_instead(resource), page_address("web:list", resource.name)
        address = page_address(page.url) if page else plain
        here = _within(path, address) or _within(path, plain)
        titles.setdefault(menu.section, menu.title or menu.section)
        groups[menu.section].append(Entry(resource.label_plural, resource.icon, address, here))
    for page in pages_for(actor):
        if not page.instead:
            address = page_address(page.url)
            groups["settings"].append(Entry(str(page.title), page.icon, address, _within(path, address)))
    start = page_address("web:home")
    home = Section("", (Entry(_("Home"), icon="layout-dashboard", address=start, current=path == start),))
    sections = (
        Section(str(titles[key]), tuple(entries), folds=key == "settings" and len(entries) > _FEW)
        for key, entries in groups.items()
    )
    return [home, *sections]


def _within(path: str, address: str) -> bool:
    return path == address or path.startswith(f"{address}/")


def quick_create(actor: Actor) -> list[Entry]:
    """What the ＋ menu offers."""
    return [
        Entry(resource.label, resource.icon, page_address("web:create", resource.name))
        for _menu, resource in listed(actor)
        if actor.may(resource.name, "create")
    ]


@dataclass(frozen=True)
class Support:
    """Whom to ask for help; ``address`` is empty when the contact is plain words."""

    text: str
    address: str


def support_link(contact: str) -> Support | None:
    """A clickable contact out of what the operator set: a web address, e-mail, telephone or QQ number, or words."""
    contact = contact.strip()
    if not contact:
        return None
    label, _colon, number = contact.replace("：", ":").partition(":")
    if contact.startswith(("https://", "http://")):
        return Support(_("Online support"), contact)
    if "@" in contact:
        return Support(contact, f"mailto:{contact}")
    if label.strip().upper() == "QQ" and number.strip().isdigit():
        return Support(contact, f"https://wpa.qq.com/msgrd?v=3&uin={number.strip()}&site=qq&menu=yes")
    if set(contact) <= set("+0123456789 -()"):
        return Support(contact, "tel:" + "".join(sign for sign in contact if sign in "+0123456789"))
    return Support(contact, "")


def bell_number(unread: int) -> str:
    """The number in the bell, up to “99+”; empty for none."""
    return f"{MOST_UNREAD}+" if unread > MOST_UNREAD else str(unread or "")
