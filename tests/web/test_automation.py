"""The pages of automation: a rule is built without a line of JSON, tried, and its work looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuke.apps.people.resources.automation import automation_rules
from shuke.apps.sales.models import Customer
from shuke.engine.automation.models import AutomationRule, Run
from shuke.engine.automation.rules import ready
from shuke.engine.automation.running import perform
from shuke.engine.automation.starting import order
from shuke.engine.commands.write import create
from tests.browser.company import NAMES, Company

pytestmark = pytest.mark.django_db
TREE = json.dumps({"join": "and", "parts": [{"field": "name", "op": "contains", "values": ["华江"]}]})
SET = {"do": "set", "values": [{"field": "note", "source": "value", "value": "已跟进"}]}


@pytest.fixture
def rule(company: Company) -> AutomationRule:
    values = {"name": "回访", "object": "customers", "trigger": {"on": "created"}, "actions": [SET]}
    return create(company.people["admin"], automation_rules, values).record


def test_a_rule_is_built_on_its_page(client_of: Callable[..., Client], rule: AutomationRule) -> None:
    client = client_of("admin", htmx=True)
    page = client.get(f"/automation-rules/{rule.pk}/design").content.decode()
    assert "已跟进" in page
    added = client.post(f"/automation-rules/{rule.pk}/design/step?do=notify").content.decode()
    key = re.search(r'name="step" value="(\w+)"', added)
    assert key
    data = {
        "version": rule.version, "tree": TREE, "active": "1", "when.on": "updated", "when.one": "phone",
        "when.to": "13800001111", "step": key[1], f"{key[1]}.do": "notify", f"{key[1]}.also": "owner",
        f"{key[1]}.text": "请看 {name}",
    }  # fmt: skip
    answer = client.post(f"/automation-rules/{rule.pk}/design", data)
    assert answer.headers["HX-Redirect"] == f"/automation-rules/{rule.pk}/runs", answer.content.decode()
    stored = AutomationRule.plain.get(pk=rule.pk)
    assert stored.active
    assert stored.trigger == {"on": "updated", "fields": ["phone"], "to": "13800001111"}
    assert stored.actions == [{"do": "notify", "owner": True, "text": "请看 {name}"}]
    assert "华江" in json.dumps(stored.criteria, ensure_ascii=False)


def test_what_was_typed_comes_back_with_the_reason(client_of: Callable[..., Client], rule: AutomationRule) -> None:
    data = {
        "version": rule.version,
        "tree": TREE,
        "when.on": "created",
        "step": "k",
        "k.do": "notify",
        "k.text": "{nix}!",
    }
    answer = client_of("admin", htmx=True).post(f"/automation-rules/{rule.pk}/design", data)
    assert answer.status_code == 422
    assert "{nix}!" in answer.content.decode()
    assert AutomationRule.plain.get(pk=rule.pk).actions == [SET]


def test_conditions_that_lack_a_value_stay_in_the_browser(
    client_of: Callable[..., Client], rule: AutomationRule
) -> None:
    lacking = '{"join": "and", "parts": [{"field": "level", "op": "in", "values": []}]}'
    data = {"version": rule.version, "tree": lacking, "when.on": "created"}
    answer = client_of("admin", htmx=True).post(f"/automation-rules/{rule.pk}/design", data)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (422, "none")
    assert "等级" in json.loads(answer.headers["HX-Trigger"])["sk:toast"]["text"]


def test_rows_of_an_action_come_and_go(client_of: Callable[..., Client], rule: AutomationRule) -> None:
    client, at = client_of("admin", htmx=True), f"/automation-rules/{rule.pk}/design/step?key=k"
    data = {"k.do": "set", "k.rows": ["a"], "k.a.field": "note", "k.a.source": "text", "k.a.value": "<x>{name}"}
    more = client.post(f"{at}&more=1", data).content.decode()
    assert more.count('name="k.rows"') == 2
    assert "&lt;x&gt;{name}" in more
    data["k.rows"] = ["a", "b"]
    assert client.post(f"{at}&drop=b", data).content.decode().count('name="k.rows"') == 1


@pytest.mark.parametrize("on", ["created", "updated", "near", "schedule"])
@pytest.mark.parametrize("do", ["set", "tag", "create", "assign", "pool", "notify", "mail", "call", "wait"])
def test_every_part_can_be_drawn(client_of: Callable[..., Client], rule: AutomationRule, on: str, do: str) -> None:
    client, at = client_of("admin", htmx=True), f"/automation-rules/{rule.pk}/design"
    assert client.post(f"{at}/when", {"when.on": on}).status_code == 200
    drawn = client.post(f"{at}/step?do={do}").content.decode()
    assert f'value="{do}"' in drawn


def test_a_trial_shows_and_keeps_nothing(
    client_of: Callable[..., Client], rule: AutomationRule, company: Company
) -> None:
    pk = company.customers[NAMES[0]]
    page = client_of("admin").post(f"/automation-rules/{rule.pk}/runs", {"record": pk}).content.decode()
    assert "已跟进" in page
    assert Customer.plain.get(pk=pk).note == ""
    assert not Run.objects.exists()


def test_the_log_shows_only_records_in_sight(
    client_of: Callable[..., Client], rule: AutomationRule, company: Company
) -> None:
    pk = company.customers[NAMES[0]]
    AutomationRule.plain.filter(pk=rule.pk).update(active=True)
    order(ready(rule), {"e1": pk})
    perform(Run.objects.get().pk)
    assert NAMES[0] in client_of("admin").get(f"/automation-rules/{rule.pk}/runs").content.decode()
    assert "回访" in client_of("zhang").get(f"/customers/{pk}/automation").content.decode()
    assert client_of("li").get(f"/customers/{pk}/automation").status_code == 404
    for at in ("runs", "design"):
        assert client_of("zhang").get(f"/automation-rules/{rule.pk}/{at}").status_code == 404
    timeline = client_of("zhang").get(f"/customers/{pk}").content.decode()
    assert "自动化：回访" in timeline


def test_a_secret_is_shown_once_and_replaces_the_old_one(
    client_of: Callable[..., Client], rule: AutomationRule
) -> None:
    from shuke.engine.automation.telling import secret_of

    old = secret_of(rule.salt)
    page = client_of("admin").post(f"/automation-rules/{rule.pk}/secret").content.decode()
    new = secret_of(AutomationRule.plain.get(pk=rule.pk).salt)
    assert new != old
    assert new in page
    assert new not in client_of("admin").get(f"/automation-rules/{rule.pk}/runs").content.decode()
    assert client_of("zhang").post(f"/automation-rules/{rule.pk}/secret").status_code == 404


def test_no_page_shows_a_rules_parts_as_json(client_of: Callable[..., Client], rule: AutomationRule) -> None:
    for at in ("/automation-rules", f"/automation-rules/{rule.pk}"):
        page: Any = client_of("admin").get(at).content.decode()
        assert "&quot;do&quot;" not in page
        assert "新建记录" in page


def test_who_made_a_rule_goes_on_in_its_editor(client_of: Any) -> None:
    answer = client_of("admin").post("/automation-rules/new", {"name": "回访", "object": "customers"})
    rule = AutomationRule.plain.get(name="回访")
    assert answer.headers["Location"] == f"/automation-rules/{rule.pk}/design"
