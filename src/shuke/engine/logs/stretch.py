"""Stretches of a log, newest first: by keyset, each filter and each person out of an index of its own.

Every log has the columns ``at`` and ``id``. For several people the newest lines of each are read and merged: one
sorted scan over all would pass by millions of lines of others.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from psycopg import sql

from shuke.engine.record.values import storable
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid

MOST = 200


@dataclass(frozen=True)
class Asked:
    """What is asked of a log: of one person, in a span of days (both included), with these values in these columns."""

    person: int | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    equal: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """Lines of a log, newest first, and where the older ones begin, if there are any."""

    rows: list[Any]
    older: str | None


def stretch(
    rows: models.QuerySet[Any], person: str, people: Sequence[int] | None, asked: Asked, *, before: str, limit: int
) -> Stretch:
    """The newest lines that meet what is asked, or those older than ``before`` (``Stretch.older`` of the one above).

    ``rows`` says what to load of them, ``person`` is the column that names whose they are, ``people`` whose may be
    seen (None: all). Raises ``Invalid`` for a senseless place.
    """
    limit = min(limit, MOST)
    ids = _ids(rows.model, person, _asked_people(people, asked.person), asked, _place(before), limit + 1)
    found = list(rows.filter(pk__in=ids[:limit]).order_by("-at", "-pk"))
    more = len(ids) > limit
    return Stretch(found, f"{found[-1].at.isoformat()}_{found[-1].pk}" if more and found else None)


def _asked_people(people: Sequence[int] | None, person: int | None) -> list[int] | None:
    if person is None:
        return None if people is None else list(people)
    return [person] if people is None or person in people else []


def _place(text: str) -> tuple[datetime.datetime, int] | None:
    if not text:
        return None
    moment, _bar, number = text.rpartition("_")
    try:
        at = parse_datetime(moment)
    except ValueError:
        at = None
    pk = whole_number(number)
    if at is None or timezone.is_naive(at) or pk is None:
        raise Invalid(_("This is no place in the log. Begin with the newest lines."))
    return at, pk


def _ids(
    model: type[models.Model],
    person: str,
    people: list[int] | None,
    asked: Asked,
    place: tuple[datetime.datetime, int] | None,
    limit: int,
) -> list[int]:
    conditions, values = _conditions(asked, place)
    if people is not None:
        conditions.append(sql.SQL("c.{} = somebody").format(sql.Identifier(person)))
    newest = sql.SQL("SELECT c.id, c.at FROM {} c WHERE {} ORDER BY c.at DESC, c.id DESC LIMIT {}").format(
        sql.Identifier(model._meta.db_table), sql.SQL(" AND ").join(conditions), sql.Literal(limit)
    )
    if people is not None:
        newest = sql.SQL(
            "SELECT found.id, found.at FROM unnest({}::bigint[]) somebody, LATERAL ({}) found "
            "ORDER BY found.at DESC, found.id DESC LIMIT {}"
        ).format(sql.Literal(people), newest, sql.Literal(limit))
    with connection.cursor() as cursor:
        cursor.execute(newest, values)
        return [row[0] for row in cursor.fetchall()]


def _conditions(
    asked: Asked, place: tuple[datetime.datetime, int] | None
) -> tuple[list[sql.Composable], dict[str, Any]]:
    found: list[sql.Composable] = [sql.SQL("true")]
    values: dict[str, Any] = {}
    if asked.since:
        found.append(sql.SQL("c.at >= %(since)s"))
        values["since"] = _midnight(asked.since)
    if asked.until:
        found.append(sql.SQL("c.at < %(until)s"))
        values["until"] = _midnight(asked.until + datetime.timedelta(days=1))
    if place:
        found.append(sql.SQL("(c.at, c.id) < (%(at)s, %(id)s)"))
        values |= {"at": place[0], "id": place[1]}
    for column, value in asked.equal.items():
        found.append(sql.SQL("c.{} = {}").format(sql.Identifier(column), sql.Placeholder(column)))
        values[column] = storable(value)
    return found, values


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
