"""One throw-away PostgreSQL for the whole run, a database in it for each worker, and the feature marks."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from shuke.cli.postgres import cluster_in, running, server
from shuke.cli.postgres.lease import unused
from shuke.cli.postgres.tuning import THROW_AWAY

# The same examples in every run, however busy the machine is: who changes one thing is not stopped by another.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# New ones in every run, many of them: for whoever looks for what nobody thought of.
settings.register_profile("searching", settings.get_profile("repeatable"), derandomize=False, max_examples=2_000)
settings.load_profile("repeatable")

_server = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server before any worker starts. As in production the role is no superuser, but may make databases."""
    if hasattr(config, "workerinput"):
        return
    _sweep()
    data = Path(os.environ["SHUKE_TEST_RUN"])
    cluster = _server.enter_context(running(data, {**THROW_AWAY, "shared_buffers": "256MB", "max_connections": "200"}))
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as connection:
        connection.execute("ALTER ROLE shuke CREATEDB")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and leave nothing behind."""
    if hasattr(config, "workerinput"):
        return
    _server.close()
    shutil.rmtree(os.environ["SHUKE_TEST_RUN"], ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """A test's custom fields and rules are rolled back with its transaction; the process is to forget them, too.

    So is the language of who was answered last: every test begins in the product's own.
    """
    translation.deactivate()
    yield
    from shuke.engine.automation.rules import forget
    from shuke.engine.customfields.attach import attached, take_over
    from shuke.engine.layouts.arranging import forget as forget_layouts
    from shuke.resource.registry import all_resources

    forget()
    forget_layouts()
    if any(attached(resource.model) for resource in all_resources()):
        take_over(())


def _sweep() -> None:
    """Remove what killed runs left: folders that nobody uses any more. (A run that just starts has no lease yet.)"""
    for data in Path(tempfile.gettempdir()).glob("shuke-test-*"):
        with suppress(OSError):
            if time.time() - data.stat().st_ctime > 600 and unused(data):
                server.stop(cluster_in(data))
                shutil.rmtree(data, ignore_errors=True)
