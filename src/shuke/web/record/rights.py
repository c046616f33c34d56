"""The tab of a person and of a role that shows the rights: object by object, how far, and who gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import APPROVE, SAVING, Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.sight import in_sight
from shuke.engine.explain.rights import Giver, Held, ObjectRights, rights_in, rights_of
from shuke.engine.organisation.models import Role, User
from shuke.engine.organisation.models.role import ADMINISTRATOR
from shuke.engine.record.words import listed
from shuke.resource.describe import fields_of
from shuke.resource.spec import Resource
from shuke.web.frame.menu import in_menu_order
from shuke.web.values.grants import ACTION_NAMES, GRANTS, LEVELS, REACHES, action_label

# The columns of the table; what else an object's verbs need stands together in the last one.
_COLUMNS = ("view", APPROVE, "assign", "share", "import", "export")


@dataclass(frozen=True)
class Cell:
    """How far a right carries, in a word, and – where several roles count – who gives it."""

    label: str
    reach: str
    givers: str


@dataclass(frozen=True)
class Line:
    """One object: its cells by column, and its ruled fields in words."""

    resource: Resource
    cells: list[tuple[str, list[Cell]]]
    fields: list[tuple[str, str, str]]
    barred: bool


def shows_rights(actor: Actor, resource: Resource, pk: int) -> bool:
    """Has the record such a tab for the actor? A role for who sees its grid, a person for himself and his managers."""
    if resource.model is Role:
        return FieldAccess(actor, resource).sees(GRANTS)
    return resource.model is User and (actor.user_id == pk or in_sight(actor, resource, pk, "edit"))


def rights_panel(resource: Resource, pk: int) -> dict[str, Any]:
    """What the tab shows."""
    is_role = resource.model is Role
    givers: Sequence[Giver] = ()
    if is_role:
        role = Role.objects.unscoped("its page is open").get(pk=pk)
        objects = rights_in(role)
        everything = role.builtin == ADMINISTRATOR
    else:
        rights = rights_of(User.objects.unscoped("his page is open").get(pk=pk))
        objects, givers, everything = rights.objects, rights.givers, rights.is_administrator
    order = {one.name: at for at, one in enumerate(in_menu_order())}
    objects = tuple(sorted(objects, key=lambda one: order[one.resource.name]))
    some = [one for one in objects if one.held or one.fields or one.barred]
    approves = any(one.resource.approval for one in some)
    columns = [name for name in _COLUMNS if approves or name != APPROVE]
    return {
        "everything": everything,
        "is_role": is_role,
        "givers": givers,
        "columns": _titles(columns),
        "lines": [_line(one, columns, named=len(givers) > 1) for one in some],
        "nothing": listed(one.resource.label_plural for one in objects if one not in some),
    }


def _titles(columns: Sequence[str]) -> list[str]:
    names = [str(ACTION_NAMES[name]) for name in columns]
    return [names[0], _("save"), *names[1:], _("more")]


def _line(one: ObjectRights, columns: Sequence[str], *, named: bool) -> Line:
    more = [name for name in one.held if name not in (*_COLUMNS, *SAVING)]
    cells = [[_cell(one, name, named=named)] if name in one.held else [] for name in columns]
    cells.insert(1, _saving(one, named=named))
    cells.append([_cell(one, name, label=action_label(one.resource, name), named=named) for name in more])
    infos = fields_of(one.resource)
    fields = [
        (str(infos[ruled.name].label), str(LEVELS[ruled.level]), _names(ruled.givers) if named else "")
        for ruled in one.fields
    ]
    return Line(one.resource, list(zip(_titles(columns), cells, strict=True)), fields, one.barred)


def _saving(one: ObjectRights, *, named: bool) -> list[Cell]:
    """One word where creating, editing and deleting reach equally far (ORG-11), else each of them (ORG-21)."""
    held = [one.held.get(name) for name in SAVING]
    if all(right == held[0] for right in held):
        return [_cell(one, SAVING[0], named=named)] if held[0] else []
    return [_cell(one, name, label=str(ACTION_NAMES[name]), named=named) for name in SAVING if name in one.held]


def _cell(one: ObjectRights, name: str, *, named: bool, label: str = "") -> Cell:
    right: Held = one.held[name]
    return Cell(label, str(REACHES[right.reach]), _names(right.givers) if named else "")


def _names(givers: Sequence[Giver]) -> str:
    return listed(giver.name for giver in givers)
