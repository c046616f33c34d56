"""Every filter with every operator, every order, every search field of every object: SQL against plain Python."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands import write
from shuke.engine.options.models import Region
from shuke.engine.options.regions import last_code
from shuke.engine.organisation.models import Pool
from shuke.engine.organisation.tree import units_below
from shuke.engine.present.cells import text_of
from shuke.engine.query.compile import offered, operators
from shuke.engine.query.paging import Selection, count, neighbours, page, select
from shuke.kernel.criteria import Condition, Not, matches
from shuke.kernel.errors import Invalid
from shuke.kernel.grams import haystack
from shuke.kernel.json import plain
from shuke.kernel.periods import span
from shuke.resource.describe import FieldInfo, Kind, fields_of, search_fields
from shuke.resource.registry import has_resource, independent, resource_of
from shuke.resource.spec import Resource, Search
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

SORTS = [
    pytest.param(resource, info, id=f"{resource.name}-{info.name}")
    for resource in independent()
    for info in fields_of(resource).values()
    if info.spec.sort
]


# Values that no two records have.
ALONE = {("users", "login"), ("level-policies", "name")}

# What only the first record may lack.
PLACED = {("units", "parent")}


def some_rows(resource: Resource, samples: Samples, person: Person, pool: Pool) -> list[Any]:
    """Rows of all sorts: of several owners, one full-width, one in a pool, two with nothing but what must be there."""
    for _ in range(3):
        samples.make(resource)
    samples.make(resource, owner=person("somebody").user_id)
    samples.make(resource, **{resource.title: f"华江ＫＴＶ{resource.name}"})
    samples.into_pool(resource, samples.make(resource), pool)
    for _ in range(2):
        values = samples.values(resource)
        infos = fields_of(resource)
        needed = {
            name: values[name]
            for name in values
            if infos[name].required or infos[name].spec.asked or (resource.name, name) in PLACED
        }
        write.create(samples.actor, resource, needed)
    return list(resource.model._default_manager.order_by("pk"))


def held(info: FieldInfo, row: Any) -> Any:
    """The typed value of a row's field; of several links their ids."""
    value = getattr(row, info.column)
    return sorted(value.values_list("pk", flat=True)) if info.kind is Kind.LINKS else value


def wanted_values(info: FieldInfo, op: str, rows: list[Any]) -> list[Any]:
    """Values to compare with: of rows, as typed values – and for lists several at once, an empty one among them."""
    present = [value for row in rows if (value := held(info, row)) not in (None, "")]
    assert present or info.spec.readonly, f"no sample has {info.name}"
    if not present:
        return []
    first, last = present[0], present[-1]
    if info.kind in (Kind.TAGS, Kind.LINKS):
        first, last = first[0], next(value for value in present if value != first)[0]
    match op:
        case "in" | "not_in":
            return [[first], [first, last], [], [first, None]]
        case "between":
            return [sorted([first, last]), [max(first, last), min(first, last)]]
        case "contains" | "not_contains" | "begins":
            return [str(first)[1:4], str(first)[:3], str(last)[-2:], "ktv", "没有"]
        case "under":
            return [first, last, [first, last]]
        case "within":
            return ["today", "this-year", "over-30-days-ago", "last-200-days", "after-today"]
        case "empty" | "not_empty":
            return [True]
    return [first, last]


def raw(value: Any) -> Any:
    """A typed value as JSON says it."""
    if isinstance(value, list):
        return [raw(item) for item in value]
    return value if value is None or isinstance(value, (str, int, bool)) else plain(value)


def answers(info: FieldInfo, op: str, value: Any, row: Any) -> bool:
    """Does the row meet the condition, by the predicate – or by the tree, for what only the database knows?"""
    actual = held(info, row)
    if op == "within":
        day = timezone.localdate(actual) if isinstance(actual, datetime.datetime) else actual
        first, last = span(value, timezone.localdate()) or (None, None)
        return day is not None and (first is None or first <= day) and (last is None or day <= last)
    if op != "under":
        return matches(Condition(info.name, op, value), lambda _name: actual)
    if isinstance(value, list):
        return any(answers(info, op, item, row) for item in value)
    if actual is None:
        return False
    return value <= actual <= last_code(value) if info.target is Region else actual in units_below(value)


def test_filters_mean_the_same_in_sql_and_in_memory(
    resource: Resource, admin: Actor, samples: Samples, person: Person, pool: Pool
) -> None:
    rows = some_rows(resource, samples, person, pool)
    everything = {row.pk for row in rows}
    wrong = []
    for info in fields_of(resource).values():
        for op in operators(info) if offered(info) else ():
            for value in wanted_values(info, op, rows):
                condition = Condition(info.name, op, raw(value))
                expected = {row.pk for row in rows if answers(info, op, value, row)}
                found = select(admin, resource, criteria=condition)
                others = select(admin, resource, criteria=Not(condition))
                if (ids(found), count(found).value, ids(others)) != (expected, len(expected), everything - expected):
                    wrong.append((info.name, op, value))
    assert wrong == []


def ids(selection: Selection) -> set[int]:
    """Ids of the selected rows."""
    return {row.pk for row in page(selection, limit=200).rows}


def walk(actor: Actor, resource: Resource, sort: str) -> list[int]:
    """All ids of a list, two a page; the way back shows the same pages."""
    found: list[list[int]] = []
    selection = select(actor, resource)
    current = page(selection, sort=sort, limit=2)
    while True:
        found.append([row.pk for row in current.rows])
        if current.next is None:
            break
        current = page(selection, sort=sort, cursor=current.next, limit=2)
    back = [found[-1]]
    while current.previous is not None:
        current = page(selection, sort=sort, cursor=current.previous, limit=2)
        back.append([row.pk for row in current.rows])
    assert back[::-1] == found
    for number, ids in enumerate(found, start=1):
        assert [row.pk for row in page(selection, sort=sort, number=number, limit=2).rows] == ids
    return [pk for ids in found for pk in ids]


@pytest.mark.parametrize(("resource", "info"), SORTS)
def test_pages_in_any_order_show_each_row_once_forth_and_back(
    resource: Resource, info: FieldInfo, admin: Actor, samples: Samples, person: Person, pool: Pool
) -> None:
    rows = {row.pk: row for row in some_rows(resource, samples, person, pool)}
    twin = samples.make(resource)
    if not info.spec.readonly and (resource.name, info.name) not in ALONE:
        write.update(admin, resource, twin.pk, {info.name: raw(getattr(next(iter(rows.values())), info.column))})
    rows = {row.pk: row for row in resource.model._default_manager.all()}
    up, down = walk(admin, resource, info.name), walk(admin, resource, f"-{info.name}")
    assert sorted(up) == sorted(rows)
    assert down == up[::-1]
    values = [getattr(rows[pk], info.sort_column) for pk in up]
    filled = [value for value in values if value is not None]
    if not info.is_text or info.sort_column != info.column:
        assert filled == sorted(filled)
    edge = values[: len(values) - len(filled)] + values[len(filled) :]
    assert not edge or None in (values[0], values[-1]), "empty values stand together at one end"


def test_sorted_pages_of_a_partial_view_show_each_row_once(
    resource: Resource, admin: Actor, samples: Samples, person: Person, company: Any, pool: Any
) -> None:
    """Where rows come from several sources – own, one's units', shared, pooled – no row may come twice."""
    viewer = person("viewer", company["foreign"], every("below"))
    for owner in (viewer.user_id, person("peer", company["foreign"]).user_id, admin.user_id):
        samples.make(resource, owner=owner)
    samples.into_pool(resource, samples.make(resource, owner=viewer.user_id), pool)
    expected = sorted(resource.model.objects.visible_to(viewer).values_list("pk", flat=True))
    for info in fields_of(resource).values():
        if info.spec.sort and FieldAccess(viewer, resource).compares(info.name):
            up = walk(viewer, resource, info.name)
            assert sorted(up) == expected, info.name
            assert walk(viewer, resource, f"-{info.name}") == up[::-1], info.name
            for sort, order in ((info.name, up), (f"-{info.name}", up[::-1])):
                chosen = select(viewer, resource)
                beside = [neighbours(chosen, pk, sort) for pk in order]
                ends = [None, *order, None]
                assert beside == [(ends[at], ends[at + 2]) for at in range(len(order))], sort


def test_search_finds_by_characters_by_initials_and_by_every_search_field(
    resource: Resource, admin: Actor, samples: Samples, person: Person, pool: Pool
) -> None:
    if not search_fields(resource):
        pytest.skip("cannot be searched")
    some_rows(resource, samples, person, pool)
    named = samples.make(resource, **({resource.title: "华江科技"}))
    for text in ("华江", "科技", "hjkj", "kj", "huajiang", "华江 科技", "ＨＪＫＪ"):
        assert named.pk in found_by(admin, resource, text), text
    assert found_by(admin, resource, "蓝海") == set()
    for info in search_fields(resource):
        value = getattr(named, info.name)
        if value and haystack([value]):
            assert named.pk in found_by(admin, resource, text_of(info, value)), info.name


def found_by(actor: Actor, resource: Resource, text: str) -> set[int]:
    """Ids of the rows that a search finds."""
    return ids(select(actor, resource, q=text))


def test_what_is_not_offered_is_refused(resource: Resource, admin: Actor) -> None:
    for info in fields_of(resource).values():
        if not offered(info):
            with pytest.raises(Invalid):
                select(admin, resource, criteria=Condition(info.name, "not_empty"))
        if not info.spec.sort:
            with pytest.raises(Invalid):
                page(select(admin, resource), sort=info.name)
    for name in ("password", "haystack", "owner__login", "pk", "custom", "deleted_at", ""):
        with pytest.raises(Invalid):
            select(admin, resource, criteria=Condition(name, "eq", 1))
        if name:
            with pytest.raises(Invalid):
                page(select(admin, resource), sort=name)


LINKS = [
    pytest.param(resource, info, id=f"{resource.name}-{info.name}")
    for resource in independent()
    for info in fields_of(resource).values()
    if info.kind is Kind.LINK and offered(info) and info.target and has_resource(info.target)
]


@pytest.mark.parametrize(("resource", "info"), LINKS)
def test_filters_reach_through_links_as_far_as_one_sees(
    resource: Resource, info: FieldInfo, admin: Actor, samples: Samples, person: Person, pool: Pool
) -> None:
    rows = some_rows(resource, samples, person, pool)
    assert info.target is not None
    target = resource_of(info.target)
    name = next(found.name for found in fields_of(target).values() if found.spec.search is Search.A)
    linked = next((getattr(row, info.name) for row in rows if getattr(row, info.column) is not None), None)
    if linked is None:
        pytest.skip("only verbs fill it")
    condition = Condition(f"{info.name}.{name}", "contains", getattr(linked, name))
    expected = {row.pk for row in rows if getattr(row, info.column) == linked.pk}
    assert expected <= ids(select(admin, resource, criteria=condition))
    if target is not resource:
        blind = person("blind", None, {resource.name: {"view": "all"}})
        with pytest.raises(Invalid):
            select(blind, resource, criteria=condition)
    with pytest.raises(Invalid):
        select(admin, resource, criteria=Condition(f"{info.name}.updated_by.name", "eq", "x"))
