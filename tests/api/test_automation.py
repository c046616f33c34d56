"""Automation through the API."""

from __future__ import annotations

import pytest

from shuke.apps.people.resources.automation import automation_rules
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.automation.models import AutomationRule, Run
from shuke.engine.automation.rules import ready
from shuke.engine.automation.running import perform
from shuke.engine.automation.starting import order
from tests.conformance.api import Caller
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db


def test_rules_are_tried_and_their_runs_read(admin: Actor, samples: Samples) -> None:
    caller = Caller(admin)
    customer = samples.make(customers)
    step = {"do": "set", "values": [{"field": "note", "source": "value", "value": "已跟进"}]}
    made = caller.post(
        "/automation-rules",
        {"name": "回访", "object": "customers", "active": True, "trigger": {"on": "created"}, "actions": [step]},
    ).json()
    tried = caller.post(f"/automation-rules/{made['id']}/try", {"record": customer.pk}).json()
    assert tried["meets"]
    assert "已跟进" in tried["outcome"][0]["text"]
    assert Customer.plain.get(pk=customer.pk).note != "已跟进"
    order(ready(AutomationRule.plain.get(pk=made["id"])), {"e1": customer.pk})
    perform(Run.objects.get().pk)
    for path in (f"/automation-rules/{made['id']}/runs", f"/customers/{customer.pk}/runs"):
        [run] = caller.get(path).json()
        assert (run["state"], run["record"]) == ("done", customer.pk)
    assert len(caller.post(f"/automation-rules/{made['id']}/secret", {}).json()["secret"]) == 43


def test_strangers_learn_nothing(admin: Actor, samples: Samples, person: Person) -> None:
    rule = samples.make(automation_rules)
    stranger = Caller(person("stranger"))
    for path in (f"/automation-rules/{rule.pk}/runs", f"/customers/{samples.make(customers).pk}/runs"):
        assert stranger.get(path).status_code == 404
    for verb in ("try", "secret"):
        assert stranger.post(f"/automation-rules/{rule.pk}/{verb}", {"record": 1}).status_code == 404
