"""Programs work on many records: each that is refused is named with its reason, above a number it becomes a job."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.bulk import undoing
from shuke.engine.bulk.acting import AT_ONCE
from shuke.engine.commands.many import insert_many
from shuke.engine.jobs.runner import run
from shuke.engine.options.catalogue import options_of
from shuke.engine.organisation.models import Unit
from shuke.resource.registry import all_resources
from tests.conformance.api import Caller
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples

GRANTS = {"customers": dict.fromkeys(("view", "create", "edit", "delete", "assign"), "own")}


@pytest.fixture
def zhang(person: Person, company: dict[str, Unit]) -> Actor:
    """A salesperson who works with what is hers."""
    return person("zhang", company["east"], GRANTS)


@pytest.fixture
def caller(zhang: Actor) -> Caller:
    """A program that works for her."""
    return Caller(zhang)


def planted(owner: Actor, count: int) -> list[int]:
    """So many customers of hers."""
    rows = [Customer(name=f"批量{n}", owner_id=owner.user_id, unit_id=owner.unit_id) for n in range(count)]
    insert_many(owner, customers, rows)
    return sorted(row.pk for row in rows)


def levels(ids: list[int]) -> set[Any]:
    """The levels that these customers have."""
    return set(Customer.objects.unscoped("test").filter(pk__in=ids).values_list("level_id", flat=True))


def test_what_is_refused_is_told_by_record_and_the_rest_is_one_change(
    caller: Caller, zhang: Actor, samples: Samples
) -> None:
    level = options_of("customer-level")[0].pk
    mine, foreign = planted(zhang, 3), samples.make(customers, level=options_of("customer-level")[1].pk).pk
    before = levels([foreign])
    done = caller.post("/customers/bulk/edit", {"ids": [*mine, foreign, mine[0]], "level": level})
    assert done.status_code == 200
    told = done.json()
    assert told["done"] == 3
    assert [(one["id"], one["title"]) for one in told["refused"]] == [(foreign, f"#{foreign}")], "its name is not told"
    assert told["refused"][0]["reason"]
    assert levels(mine) == {level}
    assert levels([foreign]) == before
    assert caller.post(f"/changes/{told['change']}/undo").json()["rows"] == 3
    assert levels(mine) == {None}


def test_when_nothing_can_be_done_the_answer_is_the_error(caller: Caller, zhang: Actor) -> None:
    mine = planted(zhang, 2)
    wrong = caller.post("/customers/bulk/edit", {"ids": mine, "level": 10**9})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["level"])
    for fields in ({}, {"name": "一样"}, {"number": "1"}, {"nonsense": 1}):
        assert caller.post("/customers/bulk/edit", {"ids": mine, **fields}).status_code == 422
    assert caller.post("/customers/bulk/share", {"ids": mine, "user": 1}).status_code == 403
    assert caller.post("/customers/bulk/dance", {"ids": mine}).status_code == 404


def test_a_filter_chooses_what_one_sees_and_no_more(caller: Caller, zhang: Actor, samples: Samples) -> None:
    mine = planted(zhang, 3)
    foreign = samples.make(customers, name="批量外人").pk
    found = caller.post("/customers/bulk/delete", {"filter": {"name": {"contains": "批量"}}}).json()
    assert (found["done"], found["refused"]) == (3, [])
    assert Customer.objects.unscoped("test").filter(pk=foreign, deleted_at__isnull=True).exists()
    assert caller.post("/customers/bulk/restore", {"ids": mine}).json()["done"] == 3
    assert caller.post("/customers/bulk/delete", {"q": "批量1"}).json()["done"] == 1
    for nothing in ({"q": "查无此人"}, {"filter": {"nonsense": 1}}, {"q": 5}, {"filter": 5}):
        assert caller.post("/customers/bulk/delete", nothing).status_code == 422


def test_tags_are_put_on_and_taken_off_by_name(caller: Caller, zhang: Actor, admin: Actor) -> None:
    mine = planted(zhang, 2)
    root = Caller(admin)
    put = root.post("/customers/bulk/tag", {"ids": mine, "field": "tags", "add": ["展会"]})
    assert put.json()["done"] == 2
    assert root.get(f"/customers/{mine[0]}").json()["tags"] == ["展会"]
    assert caller.post("/customers/bulk/tag", {"ids": mine, "field": "tags", "remove": ["展会"]}).json()["done"] == 2
    assert root.get(f"/customers/{mine[0]}").json()["tags"] == []
    for wrong in ({"field": "name", "add": ["x"]}, {"field": "tags", "add": "x"}, {"field": "tags", "more": 1}):
        assert caller.post("/customers/bulk/tag", {"ids": mine, **wrong}).status_code == 422


def test_more_than_a_few_are_a_job_with_progress_reasons_and_undo(
    caller: Caller, zhang: Actor, samples: Samples
) -> None:
    level = options_of("customer-level")[0].pk
    mine, foreign = planted(zhang, AT_ONCE), samples.make(customers).pk
    assert caller.post("/customers/bulk/edit", {"ids": [*mine, foreign], "note": "一样"}).status_code == 422
    answer = caller.post("/customers/bulk/edit", {"ids": [*mine, foreign], "level": level})
    assert answer.status_code == 202
    job = answer.json()
    assert levels(mine) == {None}
    run(job["id"])
    told = caller.get(job["url"].removeprefix("/api/v1")).json()
    assert (told["state"], told["done"], told["total"]) == ("done", AT_ONCE + 1, AT_ONCE + 1)
    assert told["report"]["counts"] == {"updated": AT_ONCE, "failed": 1}
    assert told["report"]["failures"][0]["line"] == foreign
    assert levels(mine) == {level}
    assert caller.post(f"/changes/{told['change']}/undo").json()["rows"] == AT_ONCE
    assert levels(mine) == {None}
    planted(zhang, 1)
    waiting = caller.post("/customers/bulk/delete", {"filter": [], "q": "批量"}).json()
    assert caller.post(f"/jobs/{waiting['id']}/cancel").status_code == 200
    run(waiting["id"])
    assert caller.get(f"/jobs/{waiting['id']}").json()["state"] == "cancelled"
    assert not Customer.objects.unscoped("test").filter(deleted_at__isnull=False).exists()


def test_a_large_change_goes_back_as_a_job(
    caller: Caller, zhang: Actor, person: Person, company: dict[str, Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    level = options_of("customer-level")[0].pk
    mine = planted(zhang, 4)
    change = caller.post("/customers/bulk/edit", {"ids": mine, "level": level}).json()["change"]
    monkeypatch.setattr(undoing, "LARGE", 3)
    assert Caller(person("li", company["south"], GRANTS)).post(f"/changes/{change}/undo").status_code == 404
    answer = caller.post(f"/changes/{change}/undo")
    assert (answer.status_code, levels(mine)) == (202, {level})
    run(answer.json()["id"])
    told = caller.get(answer.json()["url"].removeprefix("/api/v1")).json()
    assert (levels(mine), told["report"]["counts"]) == ({None}, {"undone": 4, "kept": 0})
    assert caller.get(f"/changes/{told['change']}").json()["undoes"] == change


def test_verbs_that_make_sense_for_one_are_refused_for_many(admin: Actor) -> None:
    single = [(one.name, verb.name) for one in all_resources() for verb in one.verbs if not verb.bulk]
    assert single
    for name, verb in single:
        assert Caller(admin).post(f"/{name}/bulk/{verb}", {"ids": [1, 2]}).status_code == 422
