"""Search over all objects: the palette (Ctrl+K) and the page with more hits."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape as quote
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.marks.marking import recent
from shuke.engine.present.cells import Presenter
from shuke.engine.query.everywhere import hit_columns, search_everywhere
from shuke.kernel.pinyin import initials
from shuke.kernel.text import compact
from shuke.resource.registry import children_of
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor
from shuke.web.frame.addresses import whole_list
from shuke.web.frame.menu import in_menu_order, pages_for
from shuke.web.frame.shell import Entry, listed, quick_create
from shuke.web.values.cells import address_of

IN_PALETTE = 5
ON_PAGE = 20
_COMMANDS = 6
_LONGEST = 100


@dataclass(frozen=True)
class Hit:
    """One found record."""

    title: SafeString
    hint: str
    address: str


@dataclass(frozen=True)
class HitGroup:
    """The hits among one object, and where all of them are listed."""

    title: str
    icon: str
    hits: list[Hit]
    more: str


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """Commands and records that answer the typed text (a fragment)."""
    actor = require_actor(request)
    text = request.GET.get("q", "").strip()[:_LONGEST]
    groups = search_all(actor, text, IN_PALETTE) if text else seen_lately(actor)
    context = {"q": text, "groups": groups, "commands": commands(actor, text)}
    return render(request, "web/personal/palette.html", context)


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """All objects with up to twenty hits each."""
    actor = require_actor(request)
    text = request.GET.get("q", "").strip()[:_LONGEST]
    groups = search_all(actor, text, ON_PAGE) if text else []
    return render(request, "web/personal/search.html", {"q": text, "groups": groups})


def search_all(actor: Actor, text: str, limit: int) -> list[HitGroup]:
    """The best hits of every object that the actor may view and that can be searched.

    In the order of the menu, but what others hang on comes first: who types a customer's name means the customer, not
    an appointment that names him.
    """
    found = []
    places = {resource.name: (not children_of(resource), at) for at, resource in enumerate(in_menu_order())}
    for group in sorted(search_everywhere(actor, text, limit=limit), key=lambda one: places[one.resource.name]):
        resource = group.resource
        presenter = Presenter(actor, resource, hit_columns(resource))
        hits = [_hit(presenter, resource, row, text) for row in group.rows]
        more = whole_list(resource, q=text)
        found.append(HitGroup(resource.label_plural, resource.icon, hits, more))
    return found


def _hit(presenter: Presenter, resource: Resource, row: Any, text: str) -> Hit:
    cells = {cell.name: cell.text for cell in presenter.row(row)}
    title = cells.pop(resource.title, "") or "—"
    hint = " · ".join(value for value in cells.values() if value)
    return Hit(marked(title, text), hint, address_of(resource.name, row.pk))


def marked(title: str, text: str) -> SafeString:
    """The title with the typed characters emphasised, where they stand in it literally."""
    at = title.casefold().find(text.casefold())
    if at < 0 or len(title.casefold()) != len(title):
        return SafeString(quote(title))
    end = at + len(text)
    return SafeString(f"{quote(title[:at])}<mark>{quote(title[at:end])}</mark>{quote(title[end:])}")


def seen_lately(actor: Actor) -> list[HitGroup]:
    """Before anything is typed: what the person looked at last."""
    hits = [
        Hit(SafeString(quote(one.title)), one.resource.label, address_of(one.resource.name, one.id))
        for one in recent(actor, IN_PALETTE)
    ]
    return [HitGroup(_("Recently seen"), icon="history", hits=hits, more="")] if hits else []


def commands(actor: Actor, text: str) -> list[Entry]:
    """Places to go and things to start whose name, or its pinyin initials, hold the text."""
    lists = [Entry(res.label_plural, res.icon, reverse("web:list", args=[res.name])) for _menu, res in listed(actor)]
    creates = [
        Entry(_("New: %(name)s") % {"name": one.title}, icon="plus", address=one.address) for one in quick_create(actor)
    ]
    imports = [
        Entry(
            _("Import %(names)s") % {"names": res.label_plural},
            icon="upload",
            address=reverse("web:import", args=[res.name]),
        )
        for _menu, res in listed(actor)
        if res.importable and actor.may(res.name, "import")
    ]
    own = [
        Entry(_("Home"), icon="layout-dashboard", address=reverse("web:home")),
        Entry(_("My profile and password"), icon="user", address=reverse("web:me")),
        Entry(_("My background work"), icon="progress", address=reverse("web:jobs")),
    ]
    pages = [Entry(str(page.title), page.icon, reverse(page.url)) for page in pages_for(actor)]
    every = [*lists, *pages, *creates, *imports, *own]
    wanted = compact(text)
    if not wanted:
        return every[: _COMMANDS * 2]
    return [one for one in every if _answers(one.title, wanted)][:_COMMANDS]


def _answers(title: str, wanted: str) -> bool:
    return wanted in compact(title) or any(wanted in line for line in initials(title))
