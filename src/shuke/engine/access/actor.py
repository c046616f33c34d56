"""The actor: everything access decisions need to know about a person, as plain data."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from shuke.kernel.errors import NotAllowed
from shuke.resource.registry import document_of


class Reach(enum.IntEnum):
    """How far a grant carries over the organisation, from nothing to every row."""

    NONE = 0
    OWN = 1
    UNIT = 2
    BELOW = 3
    COMPANY = 4
    ALL = 5


class FieldLevel(enum.IntEnum):
    """What a role lets a person do with one field."""

    HIDDEN = 0
    MASKED = 1
    READ = 2
    WRITE = 3


# The permission kinds of every object (ORG-11, ORG-21); verbs may name further ones.
ACTIONS = ("view", "create", "edit", "delete", "assign", "share", "import", "export")
# What the catalogue calls “save” as one right (ORG-11); a role may split it (ORG-21).
SAVING = ("create", "edit", "delete")
# A further kind, of the objects that name who approves them (``Resource.approval``).
APPROVE = "approve"

# What one may do with the lines of a document by themselves.
_OF_LINES = frozenset({"view", "export"})

Grants = Mapping[str, Mapping[str, Reach]]
FieldRules = Mapping[str, Mapping[str, FieldLevel]]


@dataclass(frozen=True)
class Actor:
    """A person (or the system itself) with the rights in force now.

    ``grants`` maps resource name → action → the widest reach of all roles and personal permissions; ``field_rules``
    maps resource → field → the most generous level of all roles. ``below`` and ``company`` are unit ids of the
    subtrees, ``above`` the person's unit and all units over it, ``pools`` the pools open to the person. ``barred`` are
    the objects that the person does not approve, whatever is granted: he is no member of their role (ORG-12).
    ``address`` is the network address that he comes from, empty where there is none. ``demands_second_factor``: one of
    the roles lets nobody in without.
    """

    user_id: int | None
    login: str = ""
    name: str = ""
    unit_id: int | None = None
    below: frozenset[int] = frozenset()
    company: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    pools: frozenset[int] = frozenset()
    grants: Grants = field(default_factory=dict)
    field_rules: FieldRules = field(default_factory=dict)
    is_administrator: bool = False
    barred: frozenset[str] = frozenset()
    via: str = "system"
    address: str = ""
    demands_second_factor: bool = False

    def reach(self, resource: str, action: str) -> Reach:
        """How far the actor may do ``action`` with records of ``resource``.

        Lines of a document are read by who may read it; nobody writes them but with it (``commands/lines.py``).
        """
        document = document_of(resource)
        if document is not None:
            return self.reach(document.name, action) if action in _OF_LINES else Reach.NONE
        if action == APPROVE and resource in self.barred:
            return Reach.NONE
        if self.is_administrator:
            return Reach.ALL
        return self.grants.get(resource, {}).get(action, Reach.NONE)

    def may(self, resource: str, action: str) -> bool:
        """Is the action granted at all?"""
        return self.reach(resource, action) > Reach.NONE

    def coming(self, via: str, address: str = "") -> Actor:
        """The same actor coming in another way: ``web``, ``api``, ``import``, ``job``, ``cli``."""
        return replace(self, via=via, address=address or self.address)


SYSTEM = Actor(user_id=None, name="Shuke", is_administrator=True)


def require_administrator(actor: Actor) -> None:
    """Raises ``NotAllowed`` for everybody but system administrators."""
    if not actor.is_administrator:
        raise NotAllowed(_("Only a system administrator can do this."))
