"""The order in which objects stand wherever they are listed: by module, then by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuke.engine.access.actor import Actor
from shuke.engine.logs.sight import LOGS
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

# Section keys of ``resource.Menu`` in the order in which they stand; unknown ones follow under their own key.
SECTIONS = {
    "work": _("Work"),
    "customers": _("Customers"),
    "sales": _("Sales"),
    "products": _("Products"),
    "service": _("Service"),
    "marketing": _("Marketing"),
    "finance": _("Finance"),
    "office": _("Office"),
    "insight": _("Insight"),
    "organisation": _("Organisation"),
    "settings": _("Settings"),
}


@dataclass(frozen=True)
class Page:
    """A page of the settings that is no object's list.

    Administrators have it in the menu – and, where ``views`` names an object, who has the ``right`` over that. Where it
    shows all of that object in another form, it is ``instead`` of the list in the menu, and each leads to the other.
    """

    title: Any
    icon: str
    url: str
    views: str = ""
    right: str = "view"
    instead: bool = False


PAGES = (
    Page(_("Company"), icon="building-skyscraper", url="web:company"),
    Page(_("Organisation chart"), icon="hierarchy-2", url="web:organisation", views="units", instead=True),
    Page(_("Regions"), icon="map-pin", url="web:regions"),
    Page(_("Tags"), icon="tags", url="web:tags"),
    Page(_("Numbering"), icon="hash", url="web:numbering"),
    Page(_("Logs"), icon="list-search", url="web:logs", views="users", right=LOGS),
)
_RANK = {key: rank for rank, key in enumerate(SECTIONS)}


def pages_for(actor: Actor) -> tuple[Page, ...]:
    """The pages of the settings that the actor may open."""
    return tuple(page for page in PAGES if actor.is_administrator or (page.views and actor.may(page.views, page.right)))


def page_instead(resource: Resource) -> Page | None:
    """The page that stands in the menu in place of the object's list."""
    return next((page for page in PAGES if page.instead and page.views == resource.name), None)


def in_menu_order() -> list[Resource]:
    """Every object: those of the menu in its order, then the others as they were registered."""
    return sorted(all_resources(), key=_place)


def _place(resource: Resource) -> tuple[bool, int, str, int]:
    menu = resource.menu
    if menu is None:
        return (True, len(_RANK), "", 0)
    return (False, _RANK.get(menu.section, len(_RANK)), menu.section, menu.position)
