"""The rules that are switched on, read once and kept until the access stamp says that one has changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shuke.engine.automation.models import AutomationRule
from shuke.engine.organisation.models import AccessStamp
from shuke.kernel.criteria import Criteria, parse


@dataclass(frozen=True)
class Rule:
    """A rule ready to run."""

    id: int
    name: str
    object: str
    trigger: Mapping[str, Any]
    criteria: Criteria
    actions: Sequence[Mapping[str, Any]]
    most_per_minute: int
    salt: str

    @property
    def on(self) -> str:
        """What wakes it."""
        return str(self.trigger.get("on", ""))


@dataclass
class _Known:
    """What this process has read, and at which stamp."""

    stamp: int | None = None
    rules: Sequence[Rule] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)


_known = _Known()


def ready(stored: AutomationRule) -> Rule:
    """A stored rule as it runs. Raises ``Invalid`` for criteria that are none."""
    return Rule(
        stored.pk,
        stored.name,
        stored.object,
        stored.trigger,
        parse(stored.criteria),
        stored.actions,
        stored.most_per_minute,
        stored.salt,
    )


def living_rules(stamp: int | None = None) -> Sequence[Rule]:
    """Every rule that is switched on, in order. ``stamp`` saves the query for it where it is known."""
    if stamp is None:
        stamp = AccessStamp.objects.filter(pk=1).values_list("value", flat=True).first() or 0
    with _known.lock:
        if _known.stamp != stamp:
            rows = AutomationRule.plain.filter(active=True, deleted_at__isnull=True).order_by("position", "pk")
            _known.rules = tuple(ready(row) for row in rows)
            _known.stamp = stamp
        return _known.rules


def forget() -> None:
    """Read the rules anew next time; for tests, whose rules are rolled back together with the stamp."""
    _known.stamp = None
