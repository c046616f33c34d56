"""What a loading process does. Imports nothing that needs Django before `start` has set it up."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import psycopg

from shuke.cli.demo.plan import Plan


@dataclass
class Work:
    """The state of this process."""

    plan: Plan
    connection: psycopg.Connection[Any]


_works: list[Work] = []


def start(plan: Plan, address: str) -> None:
    """Set Django up for the descriptions of the objects, and open a connection of our own."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuke.config.settings")
    django.setup()
    _works.append(Work(plan, psycopg.connect(address, options="-c synchronous_commit=off")))


def load(chunk: int, first_contact: int) -> None:
    """Make and copy one chunk in a transaction of its own."""
    from shuke.cli.demo.loading import copy_chunk

    work = _works[-1]
    with work.connection.transaction():
        copy_chunk(work.connection, work.plan, chunk, first_contact)
