"""Rules of tasks."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.apps.activities.models import Task
from shuke.engine.access.actor import Actor
from shuke.engine.commands.write import apply
from shuke.kernel.errors import Conflict
from shuke.resource.registry import resource_of


def completed_stays(actor: Actor, task: Task) -> None:
    """What is completed is not deleted; it is opened again first."""
    if task.state == Task.State.DONE:
        raise Conflict(_("“%(task)s” is completed. Open it again before you delete it.") % {"task": task.title})


def begin(actor: Actor, tasks: Sequence[Task]) -> None:
    """Say that one is at it."""
    _move(actor, tasks, Task.State.DOING)


def complete(actor: Actor, tasks: Sequence[Task], result: str | None) -> None:
    """Say that it is done, and what came of it."""
    _move(actor, tasks, Task.State.DONE, result or "")


def reopen(actor: Actor, tasks: Sequence[Task]) -> None:
    """Take a completed task up again."""
    _move(actor, tasks, Task.State.OPEN)


def _move(actor: Actor, tasks: Sequence[Task], state: str, result: str = "") -> None:
    for task in tasks:
        task.state = state
        task.completed_at = timezone.now() if state == Task.State.DONE else None
        task.result = result or task.result
        apply(actor, resource_of(Task), task, {"state", "completed_at", "result"})
