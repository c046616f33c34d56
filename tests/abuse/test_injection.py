"""SQL, control characters, half characters, giants and deep nests in every parameter: an answer, and never too much."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from shuke.engine.organisation.models import Unit
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from tests.conformance.api import Caller, content_of
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

SQL = [
    "' OR 1=1 --",
    "name) OR (1=1",
    "name; DROP TABLE sales_customer",
    "(SELECT password FROM organisation_user LIMIT 1)",
    "owner__password",
    "owner__login__startswith",
    "haystack",
    "pk",
    "?",
    "*",
    "name desc",
    "%s",
    "%(x)s",
    "{0}",
]
BYTES = ["💥" * 50, "\\", "%", "_", "\uffff"]
BYTES += ["\x00", "a\x00b", "\x1b[31m", "\u202e", "\ufeff", "\ud800", "é" * 300, "\u200f" * 5]
NUMBERS = ["0", "-1", str(2**31), str(2**63), str(2**64), "1e400", "9" * 5_000, "NaN", "Infinity", "0x10", "１", "1.5"]
EVIL = [*SQL, *BYTES, *NUMBERS]
DEEP = ["[" * 5_000, '{"not":' * 3_000 + "{}" + "}" * 3_000, '{"and":[' * 900 + "]}" * 900, "[" * 900 + "]" * 900]
CONDITIONS: list[Any] = [
    {"field": ["name"], "op": "eq", "value": 1},
    {"field": "name", "op": ["eq"], "value": 1},
    {"field": "name", "op": {"eq": 1}, "value": 1},
    {"field": "name", "op": "in", "value": [{}, [], None, True]},
    {"field": "name", "op": "contains", "value": {"a": 1}},
    {"field": "name", "op": "contains", "value": "\x00"},
    {"field": "name", "op": "contains", "value": "\ud800"},
    {"field": "name", "op": "eq", "value": "a\x00"},
    {"field": "name", "op": "in", "value": ["\ud800"]},
    {"field": "name", "op": "in", "value": list(range(501))},
    {"field": "owner", "op": "eq", "value": {"me": False}},
    {"field": "owner", "op": "eq", "value": 1e400},
    {"field": "owner", "op": "in", "value": [2**70, "1 OR 1=1"]},
    {"field": "region", "op": "under", "value": None},
    {"field": "region", "op": "under", "value": 2**62},
    {"field": "region", "op": "eq", "value": 2**40},
    {"field": "next_contact_at", "op": "eq", "value": "9999-12-31"},
    {"field": "next_contact_at", "op": "lte", "value": "0001-01-01"},
    {"field": "next_contact_at", "op": "gte", "value": {"today": 10**9}},
    {"field": "next_contact_at", "op": "gte", "value": {"now": -(10**12)}},
    {"field": "next_contact_at", "op": "between", "value": ["x", {}]},
    {"field": "next_contact_at", "op": "eq", "value": "2026-01-01T00:00:00+99:99"},
    {"field": "created_at", "op": "gte", "value": "2026-01-01 00:00 Asia/Shanghai'; --"},
    {"id": {"in": [2**80, True]}},
    {"id": {"eq": "1"}},
    {"id": {"gt": 0}},
    {"or": []},
    {"not": {"or": []}},
    {"and": {"or": 1}},
    {"name": {"eq": 1, "ne": 2}},
    {"": 1},
    "text",
    7,
    True,
]


@pytest.fixture
def customers() -> Resource:
    return resource_for("customers")


@pytest.fixture
def mine(customers: Resource, samples: Samples, person: Person, company: dict[str, Unit]) -> tuple[Caller, set[int]]:
    """A salesman's caller and the ids of his two customers, among many of others."""
    me = person("me", company["team"], every("own"), {"customers": {"credit_limit": "hidden", "phone": "masked"}})
    for _ in range(3):
        samples.make(customers, owner=person(f"other{_}").user_id)
    return Caller(me), {samples.make(customers, owner=me.user_id).pk for _ in range(2)}


def raw(text: str) -> bytes:
    """The bytes that a hostile client sends: half characters, too."""
    return text.encode("utf-8", "surrogatepass")


def judge(answer: Any, allowed: set[int]) -> None:
    """No 5xx; a list holds nobody else's rows; an error is a problem document."""
    assert answer.status_code < 500, content_of(answer)
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
    elif "items" in (data := answer.json()):
        assert {item["id"] for item in data["items"]} <= allowed


@pytest.mark.parametrize("parameter", ["q", "sort", "fields", "cursor", "filter", "limit", "exact", "timezone", "tz"])
def test_no_parameter_of_a_list_lets_anything_through(parameter: str, mine: tuple[Caller, set[int]]) -> None:
    caller, allowed = mine
    for value in [*EVIL, *DEEP]:
        judge(caller.get("/customers", **{parameter: raw(value)}), allowed)


def test_no_criteria_let_anything_through(mine: tuple[Caller, set[int]]) -> None:
    caller, allowed = mine
    for condition in CONDITIONS:
        for wrapped in (condition, {"not": condition}, [condition, condition]):
            judge(caller.get("/customers", filter=json.dumps(wrapped)), allowed)
    for field in EVIL:
        for value in EVIL[:20]:
            judge(caller.get("/customers", filter=json.dumps({"field": field, "op": "eq", "value": value})), allowed)


def test_no_forged_cursor_lets_anything_through(mine: tuple[Caller, set[int]]) -> None:
    caller, allowed = mine
    for sort in ("name", "-updated_at", "next_contact_at"):
        for value in [None, True, {}, [], 2**70, 1e308, *EVIL]:
            for pk in (0, -1, 2**62, 2**64, True, None, "1", [1]):
                data = json.dumps([sort, value, pk, 0]).encode()
                cursor = base64.urlsafe_b64encode(data).decode().rstrip("=")[:2_000]
                judge(caller.get("/customers", sort=sort, cursor=cursor), allowed)
    for raw in (b"[" * 1_400, b"{}", b"[]", b"[1,2,3]", b"\xff\xfe", b"null", b'["name","x",1,{}]'):
        judge(caller.get("/customers", sort="name", cursor=base64.urlsafe_b64encode(raw).decode()), allowed)


def test_no_search_everywhere_lets_anything_through(mine: tuple[Caller, set[int]]) -> None:
    caller, allowed = mine
    for value in [*EVIL, "华\x00", "\x00华", "华 \x00", "1381\x00"]:
        answer = caller.get("/search", q=raw(value), limit=20)
        assert answer.status_code < 500, content_of(answer)
        for group in answer.json().get("groups", ()):
            if group["resource"] == "customers":
                assert {item["id"] for item in group["items"]} <= allowed


def test_no_id_in_an_address_breaks_anything(mine: tuple[Caller, set[int]]) -> None:
    caller, _allowed = mine
    for number in ("0", "-1", str(2**63), str(2**64), "9" * 400, "1;", "1'", "%00", "１"):
        for path in (f"/customers/{number}", f"/customers/{number}/history", f"/changes/{number}", f"/jobs/{number}"):
            assert caller.get(path).status_code in (404, 405, 422), path
        for path in (f"/customers/{number}/delete", f"/changes/{number}/undo", f"/jobs/{number}/cancel"):
            assert caller.post(path).status_code in (404, 405, 422), path


def test_no_body_breaks_anything(mine: tuple[Caller, set[int]], customers: Resource) -> None:
    caller, allowed = mine
    pk = min(allowed)
    before = list(customers.model._default_manager.order_by("pk").values())
    bodies = ["", "{", "[]", "null", "1", '"x"', "\x00", '{"name":"\\u0000"}', '{"name":"\\ud800"}', *DEEP, "\ufeff{}"]
    bodies += ['{"name":' + "[" * 800 + "]" * 800 + "}", '{"note":{"a":1}}', '{"version":"1","name":"x"}', '{"ids":{}}']
    bodies += [
        '{"ids":[1e400]}',
        '{"ids":[true]}',
        '{"ids":[]}',
        f'{{"ids":[{2**70}]}}',
        '{"owner":Infinity}',
        '{"x":NaN}',
    ]
    for body in bodies:
        for call in (
            caller.post("/customers", body),
            caller.patch(f"/customers/{pk}", body) if body.strip() else caller.get("/customers"),
            caller.post(f"/customers/{pk}/assign", body),
            caller.post("/customers/bulk/assign", body),
            caller.post("/customers/bulk/delete", body),
        ):
            assert call.status_code < 500, (body[:60], content_of(call))
    assert list(customers.model._default_manager.order_by("pk").values()) == before
