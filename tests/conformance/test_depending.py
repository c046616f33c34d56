"""Options that belong to others: whoever writes, and however, takes only what fits what it depends on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from shuke.apps.people.resources.dictionary import options
from shuke.engine.access.actor import Actor
from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.bulk.merging import merge
from shuke.engine.commands import removal, write
from shuke.engine.commands.many import edit_many
from shuke.engine.commands.undo import undo
from shuke.engine.exchange.orders import order_import
from shuke.engine.exchange.uploads import keep, sheet_of
from shuke.engine.jobs.runner import run
from shuke.engine.options.models import Dictionary, Option
from shuke.engine.organisation.models import Unit
from shuke.engine.present.cells import Presenter
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, dependents, fields_of
from shuke.resource.registry import independent, resource_for
from shuke.resource.spec import Resource
from tests.conformance.api import Caller
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

PAIRS = [
    pytest.param(resource, below, above, id=f"{resource.name}-{below.name}")
    for resource in independent()
    for below, above in dependents(resource)
]
Four = dict[str, int]


@pytest.fixture
def four(admin: Actor, below: FieldInfo, above: FieldInfo) -> Four:
    """Two options of the field depended upon, and one that belongs to each."""
    upper = Dictionary.plain.get(key=above.spec.dictionary)
    lower = Dictionary.plain.get(key=below.spec.dictionary)
    assert lower.above_id == upper.pk
    made: Four = {}
    for name in ("东", "西"):
        made[name] = write.create(admin, options, {"name": name, "dictionary": upper.pk}).record.pk
        values = {"name": f"{name}一", "dictionary": lower.pk, "parent": made[name]}
        made[f"{name}一"] = write.create(admin, options, values).record.pk
    return made


@pytest.fixture
def record(resource: Resource, below: FieldInfo, above: FieldInfo, samples: Samples, four: Four) -> Any:
    """It holds the first pair."""
    return samples.make(resource, **{above.name: four["东"], below.name: four["东一"]})


Way = Callable[[Actor, Resource, Any, dict[str, Any]], Any]


def _one_by_one(actor: Actor, resource: Resource, record: Any, values: dict[str, Any]) -> Any:
    return write.update(actor, resource, record.pk, values)


def _many(actor: Actor, resource: Resource, record: Any, values: dict[str, Any]) -> Any:
    return edit_many(actor, resource, [record.pk], values)


def _rule(actor: Actor, resource: Resource, record: Any, values: dict[str, Any]) -> Any:
    return write.update(AUTOMATION, resource, record.pk, values)


@pytest.mark.parametrize("way", [_one_by_one, _many, _rule])
@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_a_pair_that_does_not_fit_is_refused_by_every_command(
    resource: Resource, below: FieldInfo, above: FieldInfo, admin: Actor, record: Any, four: Four, way: Way
) -> None:
    refused: list[dict[str, Any]] = [{below.name: four["西一"]}, {above.name: four["西"]}, {above.name: None}]
    for values in refused:
        with pytest.raises(Invalid) as error:
            way(admin, resource, record, values)
        assert set(error.value.fields) == {below.name}
    way(admin, resource, record, {above.name: four["西"], below.name: four["西一"]})
    found = resource.model._default_manager.get(pk=record.pk)
    assert (getattr(found, above.column), getattr(found, below.column)) == (four["西"], four["西一"])


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_a_new_record_with_a_pair_that_does_not_fit_is_refused(
    resource: Resource, below: FieldInfo, above: FieldInfo, admin: Actor, samples: Samples, four: Four
) -> None:
    values = samples.values(resource, **{above.name: four["东"], below.name: four["西一"]})
    answer = Caller(admin).post(f"/{resource.name}", values)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {below.name}
    assert Caller(admin).post(f"/{resource.name}", {**values, below.name: four["东一"]}).status_code == 201


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_a_change_in_place_is_offered_what_fits(
    resource: Resource, below: FieldInfo, above: FieldInfo, record: Any, four: Four, browser: Client
) -> None:
    address = f"/{resource.name}/{record.pk}/field/{below.name}"
    drawn = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert f'value="{four["东一"]}"' in drawn
    assert f'value="{four["西一"]}"' not in drawn
    whole = browser.get(f"/{resource.name}/{record.pk}/edit").content.decode()
    assert f'data-depends="{above.name}"' in whole
    assert f'<option value="{four["西一"]}" data-of="{four["西"]}">' in whole


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_a_change_in_place_empties_what_fits_no_more_in_the_same_change(
    resource: Resource, below: FieldInfo, above: FieldInfo, admin: Actor, record: Any, four: Four, browser: Client
) -> None:
    def held() -> tuple[Any, Any]:
        found = resource.model._default_manager.get(pk=record.pk)
        return getattr(found, above.column), getattr(found, below.column)

    form = {"_was": json.dumps({above.name: str(four["东"])}), "version": record.version, above.name: four["西"]}
    answer = browser.post(f"/{resource.name}/{record.pk}/field/{above.name}", form, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.content.decode()
    assert held() == (four["西"], None)
    told = json.loads(answer["HX-Trigger"])
    assert str(below.label) in told["sk:toast"]["text"]
    assert told["sk:emptied"] == {"record": f"/{resource.name}/{record.pk}", "fields": [below.name]}
    undo(admin, int(told["sk:toast"]["undo"].split("/")[2]))
    assert held() == (four["东"], four["东一"])
    moved = browser.post(f"/{resource.name}/{record.pk}/move", {"field": above.name, "value": four["西"]})
    assert str(below.label) in moved.json()["text"]
    assert held() == (four["西"], None)


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_setting_a_choice_on_many_empties_what_fits_no_more_and_says_so(
    resource: Resource,
    below: FieldInfo,
    above: FieldInfo,
    admin: Actor,
    samples: Samples,
    record: Any,
    four: Four,
    browser: Client,
) -> None:
    blank = samples.make(resource, **{above.name: four["东"], below.name: None})
    ids = [record.pk, blank.pk]

    def held() -> list[tuple[Any, Any]]:
        rows = resource.model._default_manager.in_bulk(ids)
        return [(getattr(rows[pk], above.column), getattr(rows[pk], below.column)) for pk in ids]

    form = {"ids": ids, "field": above.name, above.name: four["西"]}
    asked = browser.get(f"/{resource.name}/bulk/edit", {"ids": ids, "field": above.name}).content.decode()
    assert f"{below.label}中与新选择不符的内容会被清空。其中 1 条填有内容。" in asked
    done = browser.post(f"/{resource.name}/bulk/edit", form, headers={"HX-Request": "true"})
    assert done.status_code == 200, done.content.decode()
    assert held() == [(four["西"], None), (four["西"], None)]
    (message,) = get_messages(done.wsgi_request)
    assert f"{below.label}（1）" in str(message)
    undo(admin, int(message.extra_tags.split("/")[2]))
    assert held() == [(four["东"], four["东一"]), (four["东"], None)]
    caller = Caller(admin)
    values = {"ids": ids, above.name: four["西"]}
    assert [one["id"] for one in caller.post(f"/{resource.name}/bulk/edit", values).json()["refused"]] == [record.pk]
    assert caller.post(f"/{resource.name}/bulk/edit-loosely", values).json()["done"] == 2
    assert held() == [(four["西"], None), (four["西"], None)]


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_what_is_closed_to_a_person_is_not_emptied_but_refused(
    resource: Resource,
    below: FieldInfo,
    above: FieldInfo,
    record: Any,
    four: Four,
    person: Person,
    company: dict[str, Unit],
) -> None:
    rights = {resource.name: {"view": "all", "edit": "all"}}
    reader = person("reader", company["east"], rights, {resource.name: {below.name: "read"}})
    with pytest.raises(Invalid):
        write.update(reader, resource, record.pk, {above.name: four["西"]}, loosely=True)


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_a_rule_that_would_set_a_pair_that_does_not_fit_is_not_stored(
    resource: Resource, below: FieldInfo, above: FieldInfo, admin: Actor, four: Four
) -> None:
    def stored(**values: int) -> Any:
        given = [{"field": name, "source": "value", "value": value} for name, value in values.items()]
        rule = {"name": "规则", "object": resource.name, "active": False, "trigger": {"on": "created"}}
        actions = [{"do": "set", "values": given}]
        return write.create(admin, resource_for("automation-rules"), {**rule, "actions": actions})

    with pytest.raises(Invalid) as refused:
        stored(**{above.name: four["东"], below.name: four["西一"]})
    assert "西一" in str(refused.value.fields["actions"])
    assert stored(**{above.name: four["西"], below.name: four["西一"]}).record.pk
    assert stored(**{below.name: four["西一"]}).record.pk, "what the record will hold above it is not known yet"


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_a_row_with_a_pair_that_does_not_fit_fails_and_says_why(
    resource: Resource,
    below: FieldInfo,
    above: FieldInfo,
    admin: Actor,
    record: Any,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.SHUKE_DATA = tmp_path
    columns = [info for info in fields_of(resource).values() if info.required] + [above, below]
    filled = [cell.text for cell in Presenter(admin, resource, [info.name for info in columns]).row(record)][:-2]
    rows = [[*filled, "东", "东一"], [*filled, "东", "西一"], [*filled, "", "西一"]]
    text = "\n".join(",".join(row) for row in [[str(info.label) for info in columns], *rows])
    sheet = sheet_of(admin, keep(admin, "rows.csv", [text.encode()]), "rows.csv")
    names = [info.name for info in columns]
    job = order_import(admin, resource, sheet, header_line=1, fields=names, duplicates="create", dry=False)
    run(job.pk)
    job.refresh_from_db()
    assert job.report["counts"] == {"created": 1, "failed": 2}
    assert all("西一" in str(failure) for failure in job.report["failures"])


@pytest.mark.parametrize(("resource", "below", "above"), PAIRS)
def test_what_records_hold_stays_when_options_move_are_retired_or_merged(
    resource: Resource, below: FieldInfo, above: FieldInfo, admin: Actor, record: Any, four: Four
) -> None:
    write.update(admin, options, four["东"], {"retired": True})
    write.update(admin, resource, record.pk, {below.name: None})
    write.update(admin, resource, record.pk, {below.name: four["东一"]})
    change = write.update(admin, options, four["东一"], {"parent": four["西"]}).change
    saved = write.update(admin, resource, record.pk, {resource.title: "别的"}).record
    assert getattr(saved, below.column) == four["东一"]
    removal.delete(admin, resource, [record.pk])
    removal.restore(admin, resource, [record.pk])
    undo(admin, change)
    caller = Caller(admin)
    assert caller.patch(f"/{resource.name}/{record.pk}", {above.name: four["西"]}).status_code == 422
    merge(admin, [Option.plain.get(pk=four["东"])], four["西"])
    found = resource.model._default_manager.get(pk=record.pk)
    assert (getattr(found, above.column), getattr(found, below.column)) == (four["西"], four["东一"])
    assert caller.patch(f"/{resource.name}/{record.pk}", {below.name: four["西一"]}).status_code == 200
    assert caller.patch(f"/{resource.name}/{record.pk}", {below.name: four["东一"]}).status_code == 200
