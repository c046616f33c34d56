"""What a review with an attacker's eyes found on the pages; each was possible once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory

from shuke.config.sign_in import counted_name
from shuke.engine.organisation.models import Membership, Role

pytestmark = pytest.mark.django_db


def test_a_picker_shows_no_hidden_field_beside_the_title(company: Any, client_of: Callable[..., Client]) -> None:
    client = client_of("zhang")
    shown = client.get("/lookup/users").json()["choices"]
    assert any(choice["hint"] for choice in shown)
    for role in Role.plain.filter(pk__in=Membership.objects.filter(user__login="zhang").values("role_id")):
        role.field_rules = {"users": {"login": "hidden"}}
        role.save()
    hidden = client.get("/lookup/users").json()["choices"]
    assert len(hidden) == len(shown)
    assert not any(choice["hint"] for choice in hidden)


def test_wrong_passwords_are_counted_whatever_the_case_of_the_login() -> None:
    request = RequestFactory().post("/sign-in")
    assert {counted_name(request, {"username": name}) for name in ("anna", "ANNA", "aNNa")} == {"anna"}
