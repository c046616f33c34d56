"""Wrong input of every kind, for every field of every object: refused by name, and nothing is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Change
from shuke.engine.commands import write
from shuke.engine.options.models import Option
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import independent
from shuke.resource.spec import Resource
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

NOBODY = 2**40
_LINKS = [NOBODY, "nobody", -1, 0, 2**70, True, 1.5, float("inf"), float("nan"), [], {"id": None}]
_NUMBERS = ["abc", "1 2", "１０万", True, {}, [], float("nan"), float("inf"), "1e400", "9" * 40]

# What no field of a kind takes.
WRONG: dict[Kind, list[Any]] = {
    Kind.TEXT: [{}, [], True, "a\x00b", "a\ud800b"],
    Kind.LONG_TEXT: [{}, [], True, "a\x00b", "a\ud800b"],
    Kind.RICH_TEXT: [{}, [], True, "a\x00b", "a\ud800b", "字" * 100_001],
    Kind.INTEGER: [*_NUMBERS, "1.5", 2**31],
    Kind.DECIMAL: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.BOOLEAN: ["maybe", 2, {}, []],
    Kind.DATE: ["2026-02-30", "tomorrow", 7, "0000-01-01", {}, [], True],
    Kind.DATETIME: [
        "2026-02-30 10:00",
        "noon",
        7,
        "2026-01-01 25:00",
        "0001-01-01 00:00",
        "9999-12-31 23:59-12:00",
        {},
    ],
    Kind.CHOICE: ["no such choice", 99, {}, [], True],
    Kind.OPTION: [*_LINKS, "没有这一项"],
    Kind.LINK: _LINKS,
    Kind.LINKS: [[NOBODY], ["nobody"], [True], [[1]], NOBODY, [float("inf")]],
    Kind.TAGS: [{}, [NOBODY], [True], [[1]], NOBODY, [float("inf")], "字" * 65],
    Kind.FILES: [["nobody"], [NOBODY], [True], [[1]], NOBODY, [float("inf")], {"x": 1}],
    Kind.PHONE: ["call me maybe", "12", "1" * 33, {}, [], "138\x0012345678"],
    Kind.EMAIL: ["nobody", "a@b", "a b@example.com", {}, [], "a\x00@example.com"],
    Kind.URL: ["nowhere", "javascript:alert(1)", "ftp://example.com", {}, []],
    Kind.JSON: [
        "text",
        7,
        True,
        {"a": "\x00"},
        {"\x00": 1},
        json.loads('{"a":' * 900 + "1" + "}" * 900),
        {"a": ["\ud800"]},
        {"a": float("nan")},
    ],
}

CASES = [
    pytest.param(resource, info, id=f"{resource.name}-{info.name}")
    for resource in independent()
    for info in fields_of(resource).values()
]


def wrong_values(info: FieldInfo) -> list[Any]:
    """Everything that this field must refuse."""
    values = list(WRONG[info.kind])
    if info.max_length and info.kind is not Kind.CHOICE:
        values.append({Kind.EMAIL: "a@example.com", Kind.URL: "https://example.com/"}.get(info.kind, "") + "字" * 4000)
    if info.kind is Kind.OPTION:
        values.append(Option.plain.exclude(dictionary__key=info.spec.dictionary).values_list("pk", flat=True)[0])
    if info.required and info.kind is not Kind.BOOLEAN:
        values += [None, "", " 　", "\u200b"]
    return values


def state(resource: Resource) -> Any:
    """What a refused write leaves as it was."""
    return list(resource.model._default_manager.order_by("pk").values()), Change.objects.count()


@pytest.mark.parametrize(("resource", "info"), CASES)
def test_wrong_values_are_refused_by_name(resource: Resource, info: FieldInfo, admin: Actor, samples: Samples) -> None:
    record = samples.make(resource)
    values = samples.values(resource)
    before = state(resource)
    wrong = [7, None, "x"] if info.spec.readonly else wrong_values(info)
    for value in wrong:
        with pytest.raises(Invalid) as error:
            write.create(admin, resource, {**values, info.name: value})
        assert set(error.value.fields) == {info.name}, (value, error.value.fields)
        with pytest.raises(Invalid) as error:
            write.update(admin, resource, record.pk, {info.name: value})
        assert set(error.value.fields) == {info.name}, (value, error.value.fields)
    assert state(resource) == before


def test_what_is_required_may_not_be_left_out(resource: Resource, admin: Actor, samples: Samples) -> None:
    needed = {info.name for info in fields_of(resource).values() if info.required and not info.source.has_default()}
    assert needed, "an object without a single required field would store nothing at all"
    values = {name: value for name, value in samples.values(resource).items() if name not in needed}
    before = state(resource)
    with pytest.raises(Invalid) as error:
        write.create(admin, resource, values)
    assert set(error.value.fields) == needed
    assert state(resource) == before


def test_a_box_that_is_not_ticked_lacks_nothing(resource: Resource) -> None:
    assert not [info.name for info in fields_of(resource).values() if info.required and info.kind is Kind.BOOLEAN]


def test_all_wrong_fields_are_named_together(resource: Resource, admin: Actor, samples: Samples) -> None:
    wrong = {info.name: WRONG[info.kind][0] for info in fields_of(resource).values() if not info.spec.readonly}
    with pytest.raises(Invalid) as error:
        write.create(admin, resource, wrong)
    assert set(error.value.fields) == set(wrong)


@pytest.mark.parametrize(
    "name", ["no_such_field", "deleted_at", "version", "haystack", "custom", "pk", "id", "__class__"]
)
def test_what_is_no_field_is_refused(resource: Resource, name: str, admin: Actor, samples: Samples) -> None:
    record = samples.make(resource)
    before = state(resource)
    values = samples.values(resource)
    before = state(resource)
    with pytest.raises(Invalid) as error:
        write.create(admin, resource, {**values, name: 1})
    assert set(error.value.fields) == {name}
    with pytest.raises(Invalid):
        write.update(admin, resource, record.pk, {name: 1})
    assert state(resource) == before


def test_optional_fields_may_be_emptied(resource: Resource, admin: Actor, samples: Samples) -> None:
    record = samples.make(resource)
    optional = {
        info.name: None
        for info in fields_of(resource).values()
        if not (info.required or info.spec.readonly or info.spec.once)
    }
    saved = write.update(admin, resource, record.pk, optional).record
    for name in optional:
        info = fields_of(resource)[name]
        if info.kind not in (Kind.LINKS, Kind.BOOLEAN, Kind.JSON):
            assert getattr(saved, info.column) in (None, "", []), name
