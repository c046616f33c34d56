"""People with different rights, each with a client of his own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuke.engine.organisation.models import User
from tests.browser.company import Company, found_company


@pytest.fixture
def company(db: Any, settings: Any, tmp_path: Any) -> Company:
    """The small company of the browser stories; its files lie in a folder of this test."""
    settings.SHUKE_DATA = tmp_path
    return found_company()


@pytest.fixture
def client_of(company: Company) -> Callable[..., Client]:
    """``client_of("zhang")`` is signed in as Zhang; with ``htmx=True`` it asks like htmx."""

    def make(login: str, *, htmx: bool = False, target: str = "", **options: Any) -> Client:
        headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": target} if htmx else {}
        client = Client(**headers, **options)
        client.force_login(User.objects.get_by_natural_key(login))
        return client

    return make
