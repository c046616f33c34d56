"""Moments come out of the database as Django gives them, however they are written there."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.db.utils import DataError

from shuke.engine.record.moments import MomentLoader


def _utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[arg-type,misc]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22 10:52:12.718537+00", _utc(2026, 11, 22, 10, 52, 12, 718537)),
        ("2026-11-22 10:52:12.7+00", _utc(2026, 11, 22, 10, 52, 12, 700000)),
        ("2026-11-22 10:52:00+08", _utc(2026, 11, 22, 2, 52)),
        ("0001-01-01 00:00:00+00", _utc(1, 1, 1)),
        ("9999-12-31 23:59:59.999999+00", _utc(9999, 12, 31, 23, 59, 59, 999999)),
    ],
)
def test_moments_are_read_in_utc(text: str, moment: datetime.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, ARRAY[%s::timestamptz]", [text, text])
        found = cursor.fetchone()
        assert isinstance(cursor.connection.adapters.get_loader(1184, 0)(1184, None), MomentLoader)
    assert found == (moment, [moment])


@pytest.mark.django_db
def test_moments_that_python_cannot_hold_are_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT '10000-01-01 00:00:00+00'::timestamptz")
        with pytest.raises(DataError):
            cursor.fetchone()
