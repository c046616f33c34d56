"""What one adds to a record again and again, with one click: a contact record to a customer (``Beside.offer``)."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from shuke.engine.access.actor import Actor
from shuke.resource.registry import offers_at
from shuke.resource.spec import Resource


@dataclass(frozen=True)
class Offer:
    """A record that one may add to another: the words, an icon, and the address of its form."""

    title: str
    icon: str
    address: str


def offers(actor: Actor, resource: Resource, pk: int) -> list[Offer]:
    """What one adds to such a record again and again, e.g. a contact record to a customer."""
    return [
        Offer(
            str(beside.offer),
            other.icon,
            f"{reverse('web:create', args=[other.name])}?pane=drawer&stay=1&{beside.by}={pk}",
        )
        for other, beside in offers_at(resource)
        if actor.may(other.name, "create")
    ]
