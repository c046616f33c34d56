"""Field rules for every field of every object: what is hidden is nowhere, what is masked is masked everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.engine.access.actor import Actor
from shuke.engine.present.cells import Presenter
from shuke.engine.query.compile import offered
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import independent, related_of
from shuke.resource.spec import Resource
from tests.conformance.api import Caller, content_of, signed_in
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples, different

pytestmark = pytest.mark.django_db

FIELDS = [
    pytest.param(resource, info, id=f"{resource.name}-{info.name}")
    for resource in independent()
    for info in fields_of(resource).values()
]
# Kinds whose sample values stand in nothing else on a page.
_TELLING = frozenset(
    {Kind.TEXT, Kind.LONG_TEXT, Kind.PHONE, Kind.EMAIL, Kind.URL, Kind.MONEY, Kind.LINK, Kind.INTEGER, Kind.DATE}
)
MASKED = [
    pytest.param(resource, info, id=f"{resource.name}-{info.name}")
    for resource in independent()
    for info in fields_of(resource).values()
    if info.spec.mask
]


def marks(admin: Actor, resource: Resource, info: FieldInfo, record: Any) -> list[str]:
    """The spellings of a field's value by which it would be known in an answer."""
    if info.kind not in _TELLING or info.name in ("created_by", "updated_by"):
        return []
    cell = Presenter(admin, resource, [info.name]).row(record)[0]
    spellings = {cell.text, str(cell.value), "".join(cell.text.split()), cell.text.replace(",", "").lstrip("¥")}
    if info.kind is Kind.LINK:
        spellings = {cell.text}
    # A short number may stand in any time or id.
    return [text.split("\n")[0] for text in spellings if len(text) > (6 if text.isdigit() else 3)]


def changed_record(resource: Resource, info: FieldInfo, samples: Samples, person: Person) -> Any:
    """A record of a colleague's whose field was changed once, so that its history tells of it."""
    record = samples.make(resource, owner=person("colleague").user_id)
    if not info.spec.readonly and not info.spec.once and info.kind not in (Kind.LINK, Kind.LINKS, Kind.JSON):
        caller = Caller(samples.actor)
        value = different(info, getattr(record, info.column))
        assert caller.patch(f"/{resource.name}/{record.pk}", {info.name: value}).status_code == 200
    record = resource.model._default_manager.get(pk=record.pk)
    assert info.source.name != resource.title or str(getattr(record, info.name))
    return record


def _carries_pages(resource: Resource, info: FieldInfo) -> bool:
    """Pages name a record by its title, and find what belongs to it by the field that points at it."""
    return info.name == resource.title or any(
        related.model is resource.model and related.by == info.name for related in related_of(resource)
    )


def answers_about(actor: Actor, resource: Resource, record: Any, *, pages: bool = True) -> dict[str, str]:
    """Everything that programs and – with ``pages`` – people are told of a record."""
    caller, path = Caller(actor), f"/{resource.name}"
    browser = signed_in(actor)
    found = {
        "list": caller.get(path, limit=200),
        "detail": caller.get(f"{path}/{record.pk}"),
        "history": caller.get(f"{path}/{record.pk}/history"),
        "export": caller.get(f"{path}/export"),
    }
    if pages:
        found |= {
            "page of the list": browser.get(f"/{resource.name}"),
            "page of the record": browser.get(f"/{resource.name}/{record.pk}"),
            "page to edit": browser.get(f"/{resource.name}/{record.pk}/edit"),
        }
    for name, answer in found.items():
        assert answer.status_code == 200, (name, content_of(answer)[:500])
    return {name: content_of(answer) for name, answer in found.items()}


@pytest.mark.parametrize(("resource", "info"), FIELDS)
def test_a_hidden_field_is_nowhere_and_of_no_use(
    resource: Resource, info: FieldInfo, admin: Actor, samples: Samples, person: Person
) -> None:
    record = changed_record(resource, info, samples, person)
    rules = {resource.name: {info.name: "hidden"}}
    blind = person("blind", None, every("all"), rules)
    caller, path = Caller(blind), f"/{resource.name}"
    told = answers_about(blind, resource, record, pages=not _carries_pages(resource, info))
    for name, text in told.items():
        for mark in marks(admin, resource, info, record):
            assert mark not in text, name
    for item in [*caller.get(path, limit=200).json()["items"], caller.get(f"{path}/{record.pk}").json()]:
        assert info.name not in item
    assert all(info.name not in happening["fields"] for happening in caller.get(f"{path}/{record.pk}/history").json())
    for mark in marks(admin, resource, info, record)[:1] if info.spec.search else ():
        assert caller.get(path, q=mark).json()["items"] == []
        assert mark not in caller.get("/search", q=mark).content.decode()
    for address in (path, f"{path}/{record.pk}", f"{path}/export"):
        assert caller.get(address, fields=info.name).status_code == 422
    refuse_use(caller, resource, info, record)


def refuse_use(caller: Caller, resource: Resource, info: FieldInfo, record: Any) -> None:
    """Who does not see a field fully neither compares by it nor writes it, and a conflict does not tell it either."""
    path = f"/{resource.name}"
    assert caller.get(path, filter={"field": info.name, "op": "not_empty"}).status_code == 422
    assert caller.get(path, sort=info.name).status_code == 422
    assert caller.get(path, sort=f"-{info.name}").status_code == 422
    for version in (record.version, record.version + 7):
        answer = caller.patch(f"{path}/{record.pk}", {info.name: "x", "version": version})
        assert answer.status_code in (403, 409, 422)
        assert info.name not in answer.json().get("theirs", {})
    row = resource.model._default_manager.filter(pk=record.pk).values().get()
    assert row["version"] == record.version


@pytest.mark.parametrize(("resource", "info"), MASKED)
def test_a_masked_field_is_masked_everywhere_and_of_no_use(
    resource: Resource, info: FieldInfo, admin: Actor, samples: Samples, person: Person
) -> None:
    record = changed_record(resource, info, samples, person)
    half_blind = person("squint", None, every("all"), {resource.name: {info.name: "masked"}})
    caller, path = Caller(half_blind), f"/{resource.name}"
    for name, text in answers_about(half_blind, resource, record).items():
        for mark in marks(admin, resource, info, record):
            assert mark not in text, name
    shown = caller.get(f"{path}/{record.pk}").json()[info.name]
    assert shown
    assert "*" in shown
    assert all(info.name not in happening["fields"] for happening in caller.get(f"{path}/{record.pk}/history").json())
    raw = str(getattr(record, info.name))
    assert caller.get(path, q=raw).json()["items"] == []
    assert caller.get(path, q=raw[:4]).json()["items"] == []
    assert raw not in caller.get("/search", q=str(getattr(record, resource.title))).content.decode()
    refuse_use(caller, resource, info, record)


def test_fields_one_only_reads_are_shown_and_compared_but_not_written(
    resource: Resource, samples: Samples, person: Person
) -> None:
    record = samples.make(resource)
    rules = {resource.name: dict.fromkeys(fields_of(resource), "read")}
    caller, path = Caller(person("reader", None, every("all"), rules)), f"/{resource.name}"
    item = caller.get(f"{path}/{record.pk}").json()
    for info in fields_of(resource).values():
        assert info.name in item
        if offered(info):
            assert caller.get(path, filter={"field": info.name, "op": "not_empty"}).status_code == 200
        if info.spec.sort:
            assert caller.get(path, sort=info.name).status_code == 200
        answer = caller.patch(f"{path}/{record.pk}", {info.name: None})
        assert answer.status_code == (422 if info.spec.readonly else 403), info.name


def test_sensitive_fields_are_hidden_until_they_are_granted(
    resource: Resource, samples: Samples, person: Person
) -> None:
    record = samples.make(resource)
    item = Caller(person("plain", None, every("all"))).get(f"/{resource.name}/{record.pk}").json()
    for info in fields_of(resource).values():
        assert (info.name in item) != info.spec.sensitive
