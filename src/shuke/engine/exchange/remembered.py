"""Matched columns are remembered: the same titles from the same person are matched as they were the last time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.utils import timezone

from shuke.engine.access.actor import Actor
from shuke.engine.exchange.models import Mapping
from shuke.kernel.text import compact
from shuke.resource.spec import Resource


def remember(
    actor: Actor, resource: Resource, titles: Sequence[str], fields: Sequence[str | None], *, duplicates: str, key: str
) -> None:
    """Keep how these titles were matched, and what was to be done with duplicates."""
    if actor.user_id is None:
        return
    Mapping.objects.update_or_create(
        owner_id=actor.user_id,
        resource=resource.name,
        titles=_digest(titles),
        defaults={"fields": list(fields), "duplicates": duplicates, "key": key, "used_at": timezone.now()},
    )


def recall(actor: Actor, resource: Resource, titles: Sequence[str]) -> Mapping | None:
    """How the actor matched the same titles before, if ever."""
    found = Mapping.objects.filter(owner_id=actor.user_id, resource=resource.name, titles=_digest(titles)).first()
    return found if found is not None and len(found.fields) == len(titles) else None


def _digest(titles: Sequence[str]) -> str:
    spelled = json.dumps([compact(title) or title for title in titles], ensure_ascii=False)
    return hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()
