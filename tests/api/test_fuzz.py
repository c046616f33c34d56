"""Schemathesis against the OpenAPI document, through the whole WSGI application: nothing it sends makes a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings

from shuke.api.urls import api
from shuke.resource.registry import independent
from tests.conformance.api import Caller
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

# For each of a hundred operations; enough to meet every branch that reads input, few enough for every run.
EXAMPLES = 40

APPLICATION = get_wsgi_application()
SCHEMA = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The server would close the connection after a request, and with it the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(samples: Samples, one_connection: None) -> str | None:
    """An administrator's token, in a company with a record of each object, so that small ids hit some."""
    for resource in independent():
        samples.make(resource)
    return Caller(samples.actor).token


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_input_breaks_the_server(operation: Any, token: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        answer = case.call(app=APPLICATION)
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400 and answer.status_code != 405:
            assert answer.headers["content-type"][0].startswith("application/problem+json"), answer.content

    call()
