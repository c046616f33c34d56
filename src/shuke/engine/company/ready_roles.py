"""Roles that a company can begin with: made on request, from then on its own to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuke.engine.access.actor import ACTIONS, Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.write import create
from shuke.engine.organisation.models import Role
from shuke.engine.record.models import Personal
from shuke.kernel.errors import Invalid
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources, has_resource, resource_of
from shuke.resource.spec import Resource

# The menu section of what everybody has for himself: schedule, tasks, memos.
_OWN_DESK = "work"


@dataclass(frozen=True)
class ReadyRole:
    """Such a role: ``reach`` over the company's records, ``actions`` there; verbs of an object come with ``verbs``."""

    key: str
    name: Any
    note: Any
    reach: str
    actions: tuple[str, ...]
    verbs: bool = False


READY = (
    ReadyRole(
        "seller",
        _("Salesperson"),
        _("Keeps the own customers and all that belongs to them; imports, shares, but exports nothing."),
        "own",
        ("view", "create", "edit", "delete", "share", "import"),
    ),
    ReadyRole(
        "manager",
        _("Sales manager"),
        _("Everything with the records of the own department and those below: hand over, import, export, check."),
        "below",
        ACTIONS,
        verbs=True,
    ),
    ReadyRole(
        "executive",
        _("Executive"),
        _("Sees and exports the records of the whole company and comments on them; changes none."),
        "all",
        ("view", "export"),
        verbs=True,
    ),
)


def offered(actor: Actor) -> list[tuple[ReadyRole, bool]]:
    """The ready-made roles, and whether there is a role of that name already."""
    names = set(Role.objects.visible_to(actor).values_list("name", flat=True))
    return [(one, str(one.name) in names) for one in READY]


def make(actor: Actor, keys: Iterable[str]) -> int:
    """Make the roles of these keys, as one change; returns its id. Those that are there already stay as they are.

    Raises ``Invalid`` when nothing is to be made, ``NotAllowed`` without the right to make roles.
    """
    wanted = set(keys)
    missing = [one for one, is_there in offered(actor) if one.key in wanted and not is_there]
    if not missing:
        raise Invalid(_("Choose a role that is not there yet."))
    roles = resource_of(Role)
    with change(actor, "create", roles.name) as opened:
        for place, one in enumerate(missing, 1):
            values = {"name": str(one.name), "note": str(one.note), "position": place * 10, "grants": grants_of(one)}
            create(actor, roles, values)
    return opened.id


def grants_of(role: ReadyRole) -> dict[str, dict[str, str]]:
    """What the role may do with every object there is: its actions with records, one's own desk, looking things up."""
    found: dict[str, dict[str, str]] = {}
    for resource in all_resources():
        if not _is_owned(resource):
            continue
        if resource.menu and resource.menu.section == _OWN_DESK:
            found[resource.name] = dict.fromkeys(("view", "create", "edit", "delete"), "own")
            continue
        verbs = {verb.grant for verb in resource.verbs} - set(ACTIONS) if role.verbs else set()
        found[resource.name] = dict.fromkeys([*role.actions, *sorted(verbs)], role.reach)
    return found | {name: {"view": "all"} for name in sorted(_looked_up())}


def _looked_up() -> set[str]:
    """Objects that records point at, such as people, units and pools: without them no form can be filled in."""
    infos = [info for resource in all_resources() if _is_owned(resource) for info in fields_of(resource).values()]
    targets = {info.target for info in infos if info.target is not None and has_resource(info.target)}
    return {resource_of(target).name for target in targets if not issubclass(target, Personal)}


def _is_owned(resource: Resource) -> bool:
    return issubclass(resource.model, Personal)
