"""The public contract: what programs rely on, word for word."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shuke.engine.access.actor import Actor
from shuke.engine.jobs.runner import run
from shuke.engine.organisation.models import ApiToken, Unit
from shuke.resource.registry import all_resources, resource_for
from tests.conformance.api import Caller, content_of, every_item, signed_in
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

VERBS = ("view", "create", "edit", "delete", "assign", "export", "import")


@pytest.fixture
def seller(person: Person, company: dict[str, Unit]) -> Actor:
    """Somebody who works with his own customers and knows his colleagues."""
    return person("seller", company["team"], {"customers": dict.fromkeys(VERBS, "own"), "users": {"view": "all"}})


@pytest.fixture
def caller(seller: Actor) -> Caller:
    return Caller(seller)


def made(caller: Caller, **values: Any) -> Any:
    """A new customer, as the API tells of it."""
    answer = caller.post("/customers", {"name": "华江科技", **values})
    assert answer.status_code == 201, content_of(answer)
    return answer.json()


def problem(answer: Any, status: int) -> Any:
    """The problem document of an error."""
    assert answer.status_code == status, content_of(answer)
    assert answer["Content-Type"] == "application/problem+json"
    data = answer.json()
    assert data["status"] == status
    assert data["type"].startswith("urn:shuke:")
    assert data["title"]
    assert data["detail"]
    return data


def test_healthz_answers_everybody() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_document_describes_every_object_and_every_operation() -> None:
    document = Caller().get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for resource in all_resources():
        paths = {path.removeprefix(f"/api/v1/{resource.name}") for path in document["paths"] if resource.name in path}
        assert {"", "/{id}", "/{id}/history", "/{id}/{verb}", "/bulk/{verb}", "/export"} <= paths
    names = [found["operationId"] for path in document["paths"].values() for found in path.values()]
    assert len(names) == len(set(names))


def test_every_operation_of_the_document_is_there() -> None:
    """A path whose methods come from two places answers only those of the first: 405 for the others."""
    document, anybody = Caller().get("/openapi.json").json(), Client()
    refused = []
    for path, methods in document["paths"].items():
        address = re.sub(r"{(\w+)}", lambda found: {"resource": "customers"}.get(found[1], "1"), path)
        refused += [
            (method, path) for method in methods if anybody.generic(method.upper(), address).status_code in (404, 405)
        ]
    assert refused == []


def test_an_export_is_read_at_once_or_ordered(caller: Caller, settings: Any, tmp_path: Any) -> None:
    settings.SHUKE_DATA = tmp_path
    made(caller)
    assert "华江科技" in content_of(caller.get("/customers/export", fields="name"))
    ordered = caller.post("/customers/export", {"kind": "csv", "fields": ["name"]})
    assert ordered.status_code == 202, content_of(ordered)
    run(ordered.json()["id"])
    assert "华江科技" in content_of(caller.get(f"/jobs/{ordered.json()['id']}/file"))


def test_a_single_object_is_the_object_itself(caller: Caller) -> None:
    new = made(caller, phone="138 1234 6021")
    found = caller.get(f"/customers/{new['id']}").json()
    assert (found["name"], found["phone"], found["version"]) == ("华江科技", "138 1234 6021", 1)
    assert found["owner"]["name"] == "同事seller"
    assert found == {name: value for name, value in new.items() if name != "change"}
    assert caller.get(f"/customers/{new['id']}", fields="name").json() == {
        "id": new["id"],
        "version": 1,
        "name": "华江科技",
    }


def test_a_list_is_filtered_sorted_cut_and_counted(caller: Caller) -> None:
    ids = [made(caller, name=f"第{number:02}号公司", address=f"{number % 2}")["id"] for number in range(12)]
    first = caller.get("/customers", sort="name", limit=5, fields="name").json()
    assert first["count"] == {"value": 12, "exact": True}
    assert [set(item) for item in first["items"]] == [{"id", "version", "name"}] * 5
    rest = every_item(caller, "/customers", sort="name", limit=5, fields="name")
    assert [item["id"] for item in rest] == ids
    assert [item["id"] for item in every_item(caller, "/customers", sort="-name", limit=5)] == ids[::-1]
    assert [item["name"] for item in caller.get("/customers", q="07").json()["items"]] == []
    assert [item["name"] for item in caller.get("/customers", q="第07").json()["items"]] == ["第07号公司"]
    for limit in (0, 201, "x"):
        problem(caller.get("/customers", limit=limit), 422)
    assert caller.get("/customers", limit=200).status_code == 200
    problem(caller.get("/customers", sort="name", cursor=caller.get("/customers", limit=5).json()["next"]), 422)


def test_filters_are_trees_or_short(caller: Caller, samples: Samples) -> None:
    level, other = (samples.values(resource_for("customers"))["level"] for _ in range(2))
    one, two = made(caller, name="甲公司", level=level)["id"], made(caller, name="乙公司", level=other)["id"]
    made(caller, name="丙公司")
    for criteria, expected in (
        ({"level": level}, {one}),
        ({"level": [level, other]}, {one, two}),
        ({"level": {"not_empty": True}}, {one, two}),
        ({"field": "level", "op": "eq", "value": level}, {one}),
        ({"or": [{"level": level}, {"name": "乙公司"}]}, {one, two}),
        ({"and": [{"level": level}, {"name": "乙公司"}]}, set()),
        ([{"level": level}, {"not": {"name": "乙公司"}}], {one}),
        ({"owner": {"eq": {"me": True}}, "level": level}, {one}),
        ({"created_at": {"gte": {"today": 0}}, "name": {"contains": "乙"}}, {two}),
    ):
        found = caller.get("/customers", filter=criteria)
        assert {item["id"] for item in found.json()["items"]} == expected, criteria
    problem(caller.get("/customers", filter="{"), 422)
    problem(caller.get("/customers", filter={"no_field": 1}), 422)
    problem(caller.get("/customers", fields="name,nothing"), 422)


def test_a_stale_version_is_a_conflict_that_shows_theirs(caller: Caller) -> None:
    pk = made(caller)["id"]
    assert caller.patch(f"/customers/{pk}", {"name": "乙公司", "version": 1}).json()["version"] == 2
    told = problem(caller.patch(f"/customers/{pk}", {"name": "丙公司", "version": 1}), 409)
    assert (told["version"], told["theirs"]) == (2, {"name": "乙公司"})
    problem(caller.patch(f"/customers/{pk}", {"name": "丙公司", "version": "1"}), 422)


def test_null_empties_a_field_and_unknown_ones_are_named(caller: Caller) -> None:
    pk = made(caller, address="旧址", next_contact_at="2026-03-01T09:30:00+08:00")["id"]
    cleared = caller.patch(f"/customers/{pk}", {"address": None, "next_contact_at": None}).json()
    assert (cleared["address"], cleared["next_contact_at"]) == ("", None)
    assert set(problem(caller.patch(f"/customers/{pk}", {"adress": "x"}), 422)["fields"]) == {"adress"}
    assert set(problem(caller.post("/customers", {"email": "x"}), 422)["fields"]) == {"name", "email"}


def test_every_write_names_its_change_and_can_be_taken_back(caller: Caller) -> None:
    new = made(caller)
    path = f"/customers/{new['id']}"
    edited = caller.patch(path, {"name": "乙公司"}).json()
    assert caller.get(f"/changes/{edited['change']}").json()["rows"] == 1
    undone = caller.post(f"/changes/{edited['change']}/undo").json()
    assert (undone["rows"], undone["refused"]) == (1, [])
    assert caller.get(path).json()["name"] == "华江科技"
    problem(caller.post(f"/changes/{edited['change']}/undo"), 409)
    gone = caller.delete(path).json()
    problem(caller.get(path), 404)
    assert caller.post(f"/changes/{gone['change']}/undo").status_code == 200
    assert caller.get(path).status_code == 200
    again = caller.post(f"{path}/delete").json()
    assert caller.post(f"{path}/restore").json()["change"] > again["change"]
    assert [item["verb"] for item in caller.get(f"{path}/history").json()][-2:] == ["edit", "create"]


def test_ten_customers_are_handed_to_a_colleague_and_back(
    caller: Caller, person: Person, company: dict[str, Unit]
) -> None:
    colleague = person("li", company["south"], {"customers": dict.fromkeys(VERBS, "own"), "users": {"view": "all"}})
    ids = [made(caller, name=f"客户{number}")["id"] for number in range(10)]
    done = caller.post("/customers/bulk/assign", {"ids": ids, "owner": colleague.user_id}).json()
    assert done["done"] == 10
    assert caller.get("/customers").json()["count"]["value"] == 0
    assert {item["id"] for item in Caller(colleague).get("/customers").json()["items"]} == set(ids)
    assert caller.post(f"/changes/{done['change']}/undo").json()["rows"] == 10
    assert caller.get("/customers").json()["count"]["value"] == 10
    single = caller.post(f"/customers/{ids[0]}/assign", {"owner": colleague.user_id})
    assert single.status_code == 200
    assert set(single.json()) == {"id", "change"}, "who gives a record away does not see it any more"
    for wrong in ({}, {"ids": []}, {"ids": ["1"]}, {"ids": [True]}, {"ids": ids, "owner": "li"}, {"ids": ids, "x": 1}):
        problem(caller.post("/customers/bulk/assign", wrong), 422)
    problem(caller.post("/customers/bulk/assign", {"ids": [10**9], "owner": colleague.user_id}), 404)
    problem(caller.post(f"/customers/{ids[1]}/dance"), 404)


def test_duplicates_are_refused_on_demand(caller: Caller) -> None:
    pk = made(caller)["id"]
    told = problem(caller.post("/customers", {"name": "华江 科技"}, duplicates="refuse"), 422)
    assert told["matches"] == [{"id": pk, "title": "华江科技"}]
    assert caller.post("/customers", {"name": "华江 科技"}).status_code == 201


def test_an_import_is_a_job_with_a_report(
    caller: Caller, seller: Actor, person: Person, settings: Any, tmp_path: Any
) -> None:
    settings.SHUKE_DATA = tmp_path
    file = io.BytesIO("客户名称,电话\n甲公司,13812346021\n乙公司,abc\n".encode())
    file.name = "客户.csv"
    answer = caller.upload("/customers/import", file)
    assert answer.status_code == 202, content_of(answer)
    job = answer.json()["id"]
    run(job)
    told = caller.get(f"/jobs/{job}").json()
    assert (told["state"], told["report"]["counts"]) == ("done", {"created": 1, "failed": 1})
    assert told["report"]["failures"][0]["line"] == 3
    assert content_of_file(caller.get(f"/jobs/{job}/file"))[:2] == b"PK"
    other = Caller(person("other", None, every("all")))
    for path in (f"/jobs/{job}", f"/jobs/{job}/file"):
        problem(other.get(path), 404)
    problem(other.post(f"/jobs/{job}/cancel"), 404)
    problem(other.get(f"/changes/{told['report']['change']}"), 404)
    assert caller.post(f"/changes/{told['report']['change']}/undo").json()["rows"] == 1
    for name, body in (("x.exe", b"MZ"), ("x.csv", b"")):
        wrong = io.BytesIO(body)
        wrong.name = name
        problem(caller.upload("/customers/import", wrong), 422)


def content_of_file(answer: Any) -> bytes:
    """The bytes of a streamed file."""
    return b"".join(answer.streaming_content)


def test_tokens_are_kept_hashed_and_end(caller: Caller) -> None:
    assert caller.token is not None
    kept = ApiToken.objects.get()
    assert caller.token not in (kept.digest, kept.label)
    assert len(kept.digest) == 64
    assert caller.get("/me").json()["login"] == "seller"
    ApiToken.objects.update(expires_at=timezone.now() + datetime.timedelta(minutes=1))
    assert caller.get("/me").status_code == 200
    ApiToken.objects.update(expires_at=timezone.now())
    problem(caller.get("/me"), 401)
    problem(Caller().get("/me"), 401)
    problem(Caller(token=kept.digest).get("/me"), 401)


def test_a_session_is_no_token(seller: Actor) -> None:
    browser = signed_in(seller)
    assert browser.get("/api/v1/customers").status_code == 401
