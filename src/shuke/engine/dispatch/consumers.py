"""Who hears of events, in this order. A consumer gets the events of one change and must bear hearing them twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shuke.engine.automation.starting import start_rules
from shuke.engine.dispatch.notices import tell_by_rule, tell_followers, tell_mentioned, tell_new_owner
from shuke.engine.events.models import Event

Consumer = Callable[[Sequence[Event]], None]

CONSUMERS: tuple[Consumer, ...] = (tell_new_owner, tell_mentioned, tell_followers, tell_by_rule, start_rules)
