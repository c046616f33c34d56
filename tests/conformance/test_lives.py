"""The life of a record of any object: made, read, changed, contested, deleted, brought back, and each step undone."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import history
from shuke.engine.commands import removal, undo, write
from shuke.engine.query.paging import count, get, page, select
from shuke.engine.record.values import coerce
from shuke.kernel.errors import Conflict, Duplicate
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource
from tests.conformance.conftest import FLOOR
from tests.conformance.sample import SENSIBLE, Samples, different

pytestmark = pytest.mark.django_db

# What every write changes, and undoing does not take back.
BOOKKEEPING = {"version", "updated_at", "updated_by_id", "deleted_at", "deleted_by_id"}


def stored(resource: Resource, pk: int) -> dict[str, Any]:
    """The row as it is in the database, bookkeeping apart, links fields included."""
    row = resource.model._default_manager.filter(pk=pk).values().get()
    links = {
        info.name: sorted(
            info.source.remote_field.through._default_manager.filter(**{info.source.m2m_field_name(): pk}).values_list(
                info.source.m2m_reverse_field_name(), flat=True
            )
        )
        for info in fields_of(resource).values()
        if info.kind is Kind.LINKS
    }
    return {name: value for name, value in row.items() if name not in BOOKKEEPING} | links


def changes_for(resource: Resource, samples: Samples, record: Any) -> dict[str, Any]:
    """Valid input that changes as many fields of a record as can be changed."""
    fresh = samples.values(resource)
    changes = {}
    for info in fields_of(resource).values():
        if info.spec.readonly or info.spec.once:
            continue
        if info.kind in (Kind.LINK, Kind.LINKS) or (info.kind is Kind.JSON and resource.name in SENSIBLE):
            changes[info.name] = fresh[info.name]
        else:
            changes[info.name] = different(info, getattr(record, info.column))
    return changes


def test_objects_only_become_more() -> None:
    assert len(all_resources()) >= FLOOR


def test_a_record_is_made_listed_and_read_with_its_values(resource: Resource, admin: Actor, samples: Samples) -> None:
    values = samples.values(resource)
    saved = write.create(admin, resource, values)
    row = get(admin, resource, saved.record.pk)
    for name, value in values.items():
        info = fields_of(resource)[name]
        if info.kind is not Kind.LINKS:
            assert getattr(row, info.column) == coerce(info, value), name
    selection = select(admin, resource)
    assert row.pk in [found.pk for found in page(selection, limit=200).rows]
    assert count(selection).value == len(page(selection, limit=200).rows)
    assert stored(resource, row.pk) | {"id": row.pk} == stored(resource, saved.record.pk)


def test_every_field_can_be_changed_and_the_edit_undone(resource: Resource, admin: Actor, samples: Samples) -> None:
    record = samples.make(resource)
    before = stored(resource, record.pk)
    changes = changes_for(resource, samples, record)
    saved = write.update(admin, resource, record.pk, changes, version=1)
    assert saved.record.version == 2
    after = stored(resource, record.pk)
    for name, value in changes.items():
        info = fields_of(resource)[name]
        key = name if info.kind is Kind.LINKS else info.column
        assert after[key] == coerce(info, value), name
    taken_back = undo.undo(admin, saved.change)
    assert taken_back.refused == ()
    assert stored(resource, record.pk) == before
    undo.undo(admin, taken_back.change)
    assert stored(resource, record.pk) == after


def test_a_made_record_is_undone_into_the_bin(resource: Resource, admin: Actor, samples: Samples) -> None:
    saved = write.create(admin, resource, samples.values(resource))
    before = stored(resource, saved.record.pk)
    taken_back = undo.undo(admin, saved.change)
    assert get(admin, resource, saved.record.pk) is None
    undo.undo(admin, taken_back.change)
    assert get(admin, resource, saved.record.pk) is not None
    assert stored(resource, saved.record.pk) == before


def test_an_edit_that_changes_nothing_leaves_the_version(resource: Resource, admin: Actor, samples: Samples) -> None:
    values = samples.values(resource)
    record = write.create(admin, resource, values).record
    assert write.update(admin, resource, record.pk, values, version=1).record.version == 1


def test_a_stale_version_is_a_conflict_that_carries_theirs(resource: Resource, admin: Actor, samples: Samples) -> None:
    record = samples.make(resource)
    info = fields_of(resource)[resource.title]
    theirs, mine = different(info, getattr(record, info.name)), samples.values(resource)[info.name]
    write.update(admin, resource, record.pk, {info.name: theirs}, version=1)
    with pytest.raises(Conflict) as error:
        write.update(admin, resource, record.pk, {info.name: mine}, version=1)
    assert error.value.version == 2
    assert error.value.theirs == {info.name: coerce(info, theirs)}
    assert getattr(get(admin, resource, record.pk), info.name) == coerce(info, theirs)


def test_deleted_records_wait_in_the_bin_and_come_back_whole(
    resource: Resource, admin: Actor, samples: Samples
) -> None:
    record = samples.make(resource)
    before = stored(resource, record.pk)
    change = removal.delete(admin, resource, [record.pk])
    assert get(admin, resource, record.pk) is None
    assert record.pk not in [row.pk for row in page(select(admin, resource), limit=200).rows]
    assert record.pk in [row.pk for row in page(select(admin, resource, deleted=True), limit=200).rows]
    assert record.pk not in [row.pk for row in page(select(admin, resource, q=_title(resource, record))).rows]
    removal.restore(admin, resource, [record.pk])
    assert stored(resource, record.pk) == before
    with pytest.raises(Conflict):
        undo.undo(admin, change)
    undo.undo(admin, removal.delete(admin, resource, [record.pk]))
    assert get(admin, resource, record.pk) is not None
    assert stored(resource, record.pk) == before


def test_duplicates_are_reported_with_their_names(resource: Resource, admin: Actor, samples: Samples) -> None:
    if not resource.duplicates:
        pytest.skip("no duplicate rule")
    first = samples.make(resource)
    for match in resource.duplicates:
        same = {name: getattr(first, fields_of(resource)[name].column) for name in match.fields}
        with pytest.raises(Duplicate) as error:
            write.create(admin, resource, samples.values(resource, **same), allow_duplicates=False)
        assert error.value.matches == [(first.pk, _title(resource, first))]
    write.create(admin, resource, samples.values(resource), allow_duplicates=False)


def test_the_history_tells_who_did_what(resource: Resource, admin: Actor, samples: Samples) -> None:
    record = samples.make(resource)
    changes = changes_for(resource, samples, record)
    write.update(admin, resource, record.pk, changes)
    removal.delete(admin, resource, [record.pk])
    removal.restore(admin, resource, [record.pk])
    told = history(admin, resource, record.pk)
    assert [item.verb for item in told] == ["restore", "delete", "edit", "create"]
    assert {item.change.actor_id for item in told if item.change} == {admin.user_id}
    differences = {item.info.name for item in told[2].differences}
    columns = {info.name for info in fields_of(resource).values() if info.kind is not Kind.LINKS}
    really = {
        name
        for name in set(changes) & columns
        if coerce(fields_of(resource)[name], changes[name]) != getattr(record, fields_of(resource)[name].column)
    }
    assert really <= differences


def _title(resource: Resource, record: Any) -> str:
    return str(getattr(record, resource.title))
