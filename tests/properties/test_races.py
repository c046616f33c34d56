"""Several people at once, in real transactions: numbers, versions, pools, undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands.ownership import assign, claim, release
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import create, update
from shuke.engine.organisation.actors import _actors, actor_for
from shuke.engine.organisation.models import Pool, User
from shuke.kernel.errors import Conflict, NotAllowed, ShukeError

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


@pytest.fixture
def people() -> list[Actor]:
    _actors.clear()
    users = [User.plain.create(login=f"user{at}", name=f"用户{at}", is_administrator=True) for at in range(AT_ONCE)]
    return [actor_for(user, "web") for user in users]


def together(work: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
    """Run ``work(0) … work(count-1)`` at the same moment, each on its own connection; errors come as results."""
    start = Barrier(count)

    def one(at: int) -> Any:
        try:
            start.wait()
            return work(at)
        except ShukeError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_numbers_are_unique_and_without_gaps_even_when_some_work_is_rolled_back(people: list[Actor]) -> None:
    class Changed(Exception):
        pass

    def work(at: int) -> None:
        for step in range(8):
            try:
                with transaction.atomic():
                    create(people[at], customers, {"name": f"客户 {at} {step}"})
                    if (at + step) % 3 == 0:
                        raise Changed
            except Changed:
                continue

    together(work)
    serials = sorted(int(row.number.rpartition("-")[2]) for row in Customer.plain.all())
    assert serials == list(range(1, len(serials) + 1))
    assert len(serials) > AT_ONCE * 4


def test_of_several_edits_of_one_version_one_wins(people: list[Actor]) -> None:
    pk = create(people[0], customers, {"name": "华江"}).record.pk
    outcomes = together(lambda at: update(people[at], customers, pk, {"name": f"第 {at}"}, version=1))
    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds[Conflict] == AT_ONCE - 1
    assert Customer.plain.get(pk=pk).version == 2


def test_one_claims_a_record_from_the_pool(people: list[Actor]) -> None:
    pool = Pool.plain.create(name="公海")
    _actors.clear()
    actors = [actor_for(user, "web") for user in User.plain.order_by("pk")]
    pk = create(actors[0], customers, {"name": "华江"}).record.pk
    release(actors[0], customers, [pk], pool.pk)
    outcomes = together(lambda at: claim(actors[at], customers, [pk]))
    assert sum(isinstance(outcome, NotAllowed) for outcome in outcomes) == AT_ONCE - 1
    winner = next(at for at, outcome in enumerate(outcomes) if isinstance(outcome, int))
    assert Customer.plain.get(pk=pk).owner_id == actors[winner].user_id


def test_a_change_is_taken_back_once(people: list[Actor]) -> None:
    pk = create(people[0], customers, {"name": "华江"}).record.pk
    change = assign(people[0], customers, [pk], people[1].user_id or 0)
    outcomes = together(lambda at: undo(people[at], change))
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == AT_ONCE - 1
    assert Customer.plain.get(pk=pk).owner_id == people[0].user_id


def test_many_hand_overs_of_the_same_rows_never_deadlock(people: list[Actor]) -> None:
    ids = [create(people[0], customers, {"name": f"客户 {at}"}).record.pk for at in range(20)]

    def work(at: int) -> int:
        mine = ids if at % 2 else ids[::-1]
        return assign(people[at], customers, mine, people[at].user_id or 0)

    outcomes = together(work)
    assert all(isinstance(outcome, int) for outcome in outcomes)
    assert len({row.owner_id for row in Customer.plain.all()}) == 1
