"""SYS-03 over the API: numbering rules are read, tried, changed and taken back by administrators' programs."""

from __future__ import annotations

import pytest

from shuke.engine.access.actor import Actor
from tests.conformance.api import Caller
from tests.conformance.conftest import Person, every

pytestmark = [pytest.mark.django_db, pytest.mark.feature("SYS-03")]


def test_a_rule_is_read_tried_changed_and_taken_back(admin: Actor) -> None:
    caller = Caller(admin)
    before = {one["resource"]: one for one in caller.get("/numbering").json()}["customers"]
    tried = caller.get("/numbering/customers/preview", pattern="N{seq:3}", reset="never", next=9).json()
    assert tried["numbers"] == ["N009", "N010", "N011"]
    kept = caller.put("/numbering/customers", {"pattern": "N{seq:3}", "reset": "never", "next": 9}).json()
    assert (kept["next"], kept["first_of_next_period"]) == (9, None)
    assert caller.post("/customers", {"name": "编客"}).json()["number"] == "N009"
    assert caller.put("/numbering/customers", {"pattern": "N{seq:3}", "reset": "year"}).status_code == 422
    assert caller.put("/numbering/customers", {"pattern": "N{seq:3}", "reset": "never", "next": 9}).status_code == 422
    caller.post(f"/changes/{kept['change']}/undo", {})
    after = {one["resource"]: one for one in caller.get("/numbering").json()}["customers"]
    assert after == before


def test_only_administrators_have_it(person: Person) -> None:
    caller = Caller(person("clerk", None, every("all")))
    assert caller.get("/numbering").status_code == 403
    assert caller.put("/numbering/customers", {"pattern": "N{seq}", "reset": "never"}).status_code == 403
