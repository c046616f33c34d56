"""What an action has before it: the rule, the run, the record, and the change that is being made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import OpenChange
from shuke.engine.automation.models import Run
from shuke.engine.automation.rules import Rule
from shuke.resource.spec import Resource

Step = Mapping[str, Any]


@dataclass
class Scene:
    """``record`` is as it stands now; actions that change it put the new one here."""

    rule: Rule
    run: Run
    resource: Resource
    record: Any
    change: OpenChange
    place: int = 0


@dataclass(frozen=True)
class Action:
    """A kind of action: ``check`` raises ``Invalid`` for a step that makes no sense or is not its maker's to order.

    ``perform`` does it and says in a few words what it did.
    """

    check: Callable[[Actor, Resource, Step], None]
    perform: Callable[[Scene, Step], str]
