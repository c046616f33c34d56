"""What every object's list can do: views that hold it whole, columns, conditions, groups and totals."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import User
from shuke.engine.query.compile import offered
from shuke.engine.query.grouping import addable, criteria_of, group_totals, groupable, grouping_of, groups, totals_of
from shuke.engine.query.grouping import totals as totals_over
from shuke.engine.query.paging import count, select
from shuke.engine.record.rich import plain
from shuke.engine.views.definition import Column, Definition, load, store
from shuke.engine.views.saved import create_view
from shuke.kernel.criteria import All, Condition, Either
from shuke.resource.describe import Kind, fields_of, search_fields
from shuke.resource.spec import Resource
from shuke.web.lists.filters import RESERVED, filterable, read_state
from shuke.web.values.chips import chip_value, read_filter
from tests.conformance.api import whole
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

LIST_BUDGET = 8


def test_no_filter_is_called_like_a_part_of_an_address(resource: Resource) -> None:
    assert {name for name, info in fields_of(resource).items() if offered(info)} & RESERVED == set()


def test_a_saved_view_is_the_whole_list_and_nothing_resets_anything_else(
    resource: Resource, admin: Actor, samples: Samples
) -> None:
    samples.make(resource)
    info = filterable(admin, resource)[0]
    chip = Condition(info.name, "not_empty")
    further = Either((Condition("updated_at", "within", "this-year"), Condition("created_at", "empty")))
    sort = next(name for name, found in fields_of(resource).items() if found.spec.sort)
    names = [name for name in fields_of(resource) if name != resource.title][:3]
    definition = Definition(
        All((chip, further)),
        f"-{sort}",
        (Column(resource.title, 220), *(Column(name) for name in names)),
        "updated_at:month",
    )
    assert load(json.loads(json.dumps(store(definition)))) == definition
    view = create_view(admin, resource, "全部", definition)
    state = read_state(admin, resource, QueryDict(f"view={view.key}"))
    assert (state.is_modified, state.query()) == (False, f"view={view.key}")
    assert dict(state.filters) == {info.name: "*"}
    assert state.layout.where == further
    assert load(store(state.definition)) == Definition(
        All((further, chip)), definition.sort, definition.columns, definition.group
    )
    changed = read_state(admin, resource, QueryDict(state.query(sort=sort)))
    assert changed.is_modified
    assert (changed.filters, changed.layout.where, changed.columns) == (state.filters, further, state.columns)
    without = read_state(admin, resource, QueryDict(state.query(**{info.name: None})))
    assert (dict(without.filters), without.order) == ({}, f"-{sort}")
    back = read_state(admin, resource, QueryDict(changed.query(sort=f"-{sort}")))
    assert (back.is_modified, back.query()) == (False, f"view={view.key}")


def test_chips_read_back_what_they_wrote(resource: Resource, admin: Actor) -> None:
    values = {
        Kind.BOOLEAN: ["yes", "no"],
        Kind.DATE: ["today", "this-month", "last-90-days", "2026-01-01..2026-02-01", "..today", "2026-01-01.."],
        Kind.INTEGER: ["5", "1..9", "..9"],
        Kind.LINK: ["3", "3,4", "!3"],
        Kind.OPTION: ["3", "3,4", "!3,4"],
    }
    values[Kind.DATETIME] = values[Kind.DATE]
    values[Kind.MONEY] = values[Kind.DECIMAL] = values[Kind.INTEGER]
    for info in filterable(admin, resource):
        people = ["me", "me,3", "my-unit", "my-units"] if info.target is User else []
        for value in [*values.get(info.kind, ["甲"]), "-", "*", *people]:
            assert chip_value(info, read_filter(info, value)) == value, (info.name, value)


def test_groups_hold_every_row_once(
    resource: Resource, admin: Actor, samples: Samples, person: Person, company: Any
) -> None:
    viewer = person("viewer", company["foreign"], every("below"))
    for owner in (admin.user_id, viewer.user_id, viewer.user_id):
        samples.make(resource, owner=owner)
    for actor in (admin, viewer):
        selection = select(actor, resource)
        whole = count(selection).value
        for info in groupable(actor, resource):
            grouping = grouping_of(actor, resource, info.name)
            found = groups(selection, grouping).groups
            assert sum(group.count for group in found) == whole, info.name
            assert len({group.key for group in found}) == len(found)
            for group in found:
                inside = select(actor, resource, criteria=criteria_of(grouping, group.key))
                assert count(inside).value == group.count, (info.name, group.key)
            exact = {key: values["count"] for key, values in group_totals(selection, grouping, []).items()}
            assert exact == {group.key: group.count for group in found}, info.name


def test_totals_are_those_of_the_rows_one_sees(
    resource: Resource, admin: Actor, samples: Samples, person: Person, company: Any
) -> None:
    viewer = person("viewer", company["foreign"], every("below"))
    for owner in (admin.user_id, viewer.user_id, viewer.user_id):
        samples.make(resource, owner=owner)
    for info in addable(viewer, resource):
        rows = resource.model.objects.visible_to(viewer)  # type: ignore[attr-defined]
        values = [value for value in rows.values_list(info.column, flat=True) if value is not None]
        wanted = totals_of(viewer, resource, [f"{info.name}:{how}" for how in ("sum", "min", "max")])
        found = totals_over(select(viewer, resource), wanted)
        assert [found[f"{info.name}__{how}"] for how in ("sum", "min", "max")] == [
            sum(values) if values else None, min(values, default=None), max(values, default=None)
        ]  # fmt: skip


def test_lists_in_groups_fold_open_and_ask_no_more_for_more_rows(
    resource: Resource, browser: Client, admin: Actor, samples: Samples
) -> None:
    samples.make(resource)
    counts: Counter[str] = Counter()
    for size in ("few", "many"):
        for info in groupable(admin, resource):
            address = f"/{resource.name}?{whole(resource)}" + urlencode({"group": info.name})
            browser.get(address)
            with CaptureQueriesContext(connection) as caught:
                answer = browser.get(address)
            assert answer.status_code == 200, address
            counts[f"{size} {info.name}"] = len(caught)
            assert len(caught) <= LIST_BUDGET, (info.name, [query["sql"][:200] for query in caught])
            folds = [part.split('"')[0] for part in answer.content.decode().split('hx-get="')[1:]]
            rows = [one for one in folds if "/groups/rows?" in one]
            assert rows, info.name
            opened = browser.get(rows[0].replace("&amp;", "&"))
            assert opened.status_code == 200
            assert f'href="/{resource.name}/' in opened.content.decode()
            assert browser.get(address.replace("?", "/totals?")).status_code == 200
        for _ in range(4):
            samples.make(resource)
    for info in groupable(admin, resource):
        assert counts[f"many {info.name}"] <= counts[f"few {info.name}"] + 1, info.name


def test_the_condition_editor_draws_every_field_with_every_operator(
    resource: Resource, browser: Client, admin: Actor
) -> None:
    address = f"/{resource.name}/conditions/row"
    assert browser.get(f"/{resource.name}/conditions").status_code == 200
    for info in filterable(admin, resource):
        answer = browser.get(address, {"field": info.name})
        assert answer.status_code == 200
        text = answer.content.decode().split('name="op"')[1]
        for op in [part.split('"')[0] for part in text.split("</select>")[0].split('option value="')[1:]]:
            assert browser.get(address, {"field": info.name, "op": op}).status_code == 200, (info.name, op)
    assert browser.get(address, {"field": "password"}).status_code == 422


@pytest.mark.feature("SYS-15")
def test_every_list_is_searched_cleared_and_narrowed_by_conditions(
    resource: Resource, browser: Client, samples: Samples
) -> None:
    if fields_of(resource)[resource.title].spec.search is None:
        pytest.skip("its records are not searched by their titles")
    wanted = samples.make(resource, **{resource.title: "藏龙卧虎"})
    other = samples.make(resource, **{resource.title: "风马牛不相及"})
    address = f"/{resource.name}?{whole(resource)}"

    def shown(**asked: str) -> tuple[bool, bool]:
        page = browser.get(address + urlencode(asked))
        assert page.status_code == 200
        text = page.content.decode()
        return tuple(re.search(rf'href="/{resource.name}/{one.pk}["?]', text) is not None for one in (wanted, other))

    assert shown(q="风马牛") == (False, True)
    for text in ("龙卧", "clwh", "canglong"):
        assert shown(q=text) == (True, False), text
    page = browser.get(address + "q=clwh")
    assert 'type="search"' in page.content.decode()
    assert "clwh" not in page.context["clear"]
    for info in search_fields(resource):
        said = getattr(wanted, info.name)
        said = plain(said) if info.kind is Kind.RICH_TEXT else said
        assert not said or shown(q=said.split("\n")[0]) == (True, False), info.name
    everything = f"/{resource.name}" + (f"?{page.context['clear']}" if page.context["clear"] else "")
    assert f'href="{everything}"' in unescape(page.content.decode())
    condition = {"or": [{"field": resource.title, "op": "contains", "value": "龙卧"}]}
    assert shown(where=json.dumps(condition)) == (True, False)
