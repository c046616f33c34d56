"""The change that is being made: opened by ``engine/commands`` around every write, read by the triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from shuke.engine.access.actor import Actor


@dataclass
class OpenChange:
    """A change under way: its id is what ``POST /changes/{id}/undo`` takes. ``announced``: its delivery is ordered.

    Entries of the history with ids above ``after`` are those of this transaction.
    """

    id: int
    actor: Actor
    verb: str
    resource: str
    announced: bool = False
    after: int = 0


_finishers: list[Callable[[OpenChange], object]] = []


def when_change_ends(finish: Callable[[OpenChange], object]) -> None:
    """Have a function called at the end of every outermost change, in its transaction: derived values are set there."""
    _finishers.append(finish)


_current: ContextVar[OpenChange | None] = ContextVar("shuke_change", default=None)


def open_change() -> OpenChange | None:
    """The change under way, if there is one."""
    return _current.get()


# One round trip: the row and the transaction-local setting that the triggers read. SET LOCAL semantics (the third
# argument) keep this safe behind a transaction-pooling PgBouncer.
_OPEN = """
INSERT INTO audit_change (actor_id, via, verb, resource, reason, undoes_id, address)
VALUES (%s, %s, %s, %s, %s, %s, %s::inet)
RETURNING id, set_config('shuke.change', id::text, true)
"""


_GO_ON = "SELECT %s::bigint, set_config('shuke.change', %s, true), last_value FROM audit_entry_id_seq"


@contextmanager
def change(
    actor: Actor, verb: str, resource: str, *, reason: str = "", undoes: int | None = None, goes_on: int | None = None
) -> Iterator[OpenChange]:
    """A transaction in which every write belongs to one change. Nested calls join the outer change.

    ``goes_on`` is the id of a change of the same actor that is continued: long work stores its batches one by one.
    """
    outer = _current.get()
    if outer is not None:
        with transaction.atomic():
            yield outer
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            if goes_on is None:
                cursor.execute(_OPEN, [actor.user_id, actor.via, verb, resource, reason, undoes, actor.address or None])
            else:
                cursor.execute(_GO_ON, [goes_on, str(goes_on)])
            found = cursor.fetchone()
            opened = OpenChange(found[0], actor, verb, resource, after=0 if goes_on is None else found[2])
        token = _current.set(opened)
        try:
            yield opened
            for finish in _finishers:
                finish(opened)
        finally:
            _current.reset(token)
        _clear()


def _clear() -> None:
    """Inside an outer transaction (tests, batches) the setting would outlive the change; end it with the change.

    After an error nothing is left to clear: the rollback takes the setting back, too – and the connection may be in no
    state to be asked, which would hide the error.
    """
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('shuke.change', '', true)")
