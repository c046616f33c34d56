"""Who approves: members of the object's built-in role, and of these only those to whom approving is granted (ORG-12).

The two halves meet in ``Actor.reach``; so verbs, lists of what waits, explanations and programs all keep the rule.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from shuke.engine.access.actor import APPROVE, Actor
from shuke.kernel.errors import NotAllowed
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource


def barred(keys: Collection[str]) -> frozenset[str]:
    """The objects that somebody who belongs to the built-in roles of these keys does not approve."""
    return frozenset(one.name for one in all_resources() if one.approval and one.approval not in keys)


def require_approval(actor: Actor, resource: Resource) -> None:
    """Raises ``NotAllowed``, naming the half that is missing: the membership or the permission."""
    if actor.may(resource.name, APPROVE):
        return
    if resource.name in actor.barred:
        raise NotAllowed(
            _("Only members of the role that approves %(objects)s do this, and you are none.")
            % {"objects": resource.label_plural}
        )
    raise NotAllowed(
        _("You belong to the role that approves %(objects)s, but approving is not among your permissions.")
        % {"objects": resource.label_plural}
    )
