"""A department that works with customers."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands import write
from shuke.engine.options.catalogue import forget, options_of
from shuke.engine.organisation.models import User
from tests.engine.conftest import company, person

__all__ = ["company", "person"]

_OWN = ("view", "create", "edit", "delete")
OBJECTS = ("customers", "contacts", "contact-records", "schedule", "tasks", "memos")
SELLER: dict[str, Any] = {name: dict.fromkeys(_OWN, "own") for name in OBJECTS} | {"users": {"view": "all"}}
MANAGER: dict[str, Any] = {
    name: dict.fromkeys((*_OWN, "assign", "guide", "check"), "below") for name in OBJECTS if name != "memos"
} | {"users": {"view": "all"}}


@pytest.fixture
def seller(person: Callable[..., Actor], company: dict[str, Any]) -> Actor:
    """A salesperson of the eastern team, with an address."""
    forget()
    made = person("li", company["team"], SELLER)
    User.plain.filter(pk=made.user_id).update(email="li@example.com", name="李雷")
    return made


@pytest.fixture
def manager(person: Callable[..., Actor], company: dict[str, Any]) -> Actor:
    """The manager of the east."""
    return person("wang", company["east"], MANAGER)


@pytest.fixture
def admin(person: Callable[..., Actor], company: dict[str, Any]) -> Actor:
    """The administrator."""
    return person("admin", company["company"], admin=True)


@pytest.fixture
def customer(seller: Actor) -> Any:
    """An ordinary customer of the salesperson's."""
    return write.create(seller, customers, {"name": "华江科技", "level": level("普通客户")}).record


@pytest.fixture
def wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Wednesday, 12 August 2026, noon: in the middle of the week and of the month."""
    noon = timezone.make_aware(datetime.datetime.combine(datetime.date(2026, 8, 12), datetime.time(12)))
    monkeypatch.setattr(timezone, "now", lambda: noon)


def level(name: str) -> int:
    """The id of a customer level."""
    return next(option.pk for option in options_of("customer-level") if option.name == name)


def page_of(actor: Actor, address: str) -> str:
    """The page as the person gets it."""
    client = Client()
    client.force_login(User.plain.get(pk=actor.user_id))
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()
