"""What is exported comes back the same: export, delete, import – for every object that can be imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shuke.engine.access.actor import Actor
from shuke.engine.commands.lines import columns_of, living
from shuke.engine.commands.removal import delete
from shuke.engine.commands.undo import undo
from shuke.engine.exchange.exporting import Shape, write_file
from shuke.engine.exchange.line_columns import writable_in_lines
from shuke.engine.exchange.mapping import guess, importable_fields, keys_for, mappable_fields
from shuke.engine.exchange.orders import order_import
from shuke.engine.exchange.template import write_template
from shuke.engine.exchange.uploads import keep, sheet_of
from shuke.engine.exchange.workbook import texts, write_book
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from shuke.kernel.phones import national
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import all_resources, resource_of
from shuke.resource.spec import Resource
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

IMPORTABLE = [resource for resource in all_resources() if resource.importable]
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "'=1+1", "''-2")


def values_of(resource: Resource, admin: Actor, record: Any) -> dict[str, Any]:
    """What an import can bring back, made comparable."""
    found = {}
    for name, info in importable_fields(admin, resource).items():
        value = getattr(record, info.column)
        if info.kind is Kind.PHONE and value:
            value = national(value)
        found[name] = " ".join(value.split()) if isinstance(value, str) else value
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("resource", IMPORTABLE, ids=lambda resource: resource.name)
def test_what_is_exported_can_be_imported_again(
    resource: Resource, kind: str, admin: Actor, samples: Samples, settings: Any, tmp_path: Path
) -> None:
    settings.SHUKE_DATA = tmp_path
    texts = [
        info
        for info in fields_of(resource).values()
        if info.kind is Kind.TEXT and not info.spec.readonly and not info.required and (info.max_length or 99) > 24
    ]
    formulas = [{info.name: formula for info in texts} for formula in FORMULAS]
    records = [samples.make(resource, **given) for given in [{}, *formulas]]
    before = [values_of(resource, admin, resource.model._default_manager.get(pk=record.pk)) for record in records]
    columns = list(importable_fields(admin, resource))
    criteria = {"id": [record.pk for record in records]}
    path, count = _export(admin, resource, tmp_path, kind, columns, criteria)
    assert count == len(records)
    delete(admin, resource, [record.pk for record in records])
    last = max(record.pk for record in records)
    report = _import(admin, resource, path)
    assert report["counts"] == {"created": len(records)}, report["failures"]
    back = resource.model._default_manager.filter(pk__gt=last).order_by("-pk")
    assert [values_of(resource, admin, record) for record in back] == before


def _export(
    admin: Actor, resource: Resource, folder: Path, kind: str, columns: list[str], criteria: Any
) -> tuple[Path, int]:
    from shuke.kernel.criteria import parse

    return write_file(
        admin, resource, folder, Shape(kind, columns), criteria=parse(criteria), progress=lambda _done: None
    )


@pytest.mark.parametrize("resource", IMPORTABLE, ids=lambda resource: resource.name)
def test_a_filled_template_is_imported_as_it_was_filled(
    resource: Resource, admin: Actor, samples: Samples, settings: Any, tmp_path: Path
) -> None:
    settings.SHUKE_DATA = tmp_path
    record = samples.make(resource)
    columns = [*importable_fields(admin, resource), *writable_in_lines(admin, resource)]
    path, _count = _export(admin, resource, tmp_path, "xlsx", columns, {"id": [record.pk]})
    _titles, filled = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    before = values_of(resource, admin, resource.model._default_manager.get(pk=record.pk))
    delete(admin, resource, [record.pk])
    blank = tmp_path / "template.xlsx"
    write_template(admin, resource, blank)
    titles = CalamineWorkbook.from_path(blank).get_sheet_by_index(0).to_python()[0]
    sheet = sheet_of(admin, keep(admin, "t.xlsx", [blank.read_bytes()]), "t.xlsx")
    assert list(guess(admin, resource, sheet).fields) == columns
    done = tmp_path / "done.xlsx"
    cells = [texts(at) for at in range(len(titles))]
    words = [[str(value) if value not in ("", None) else None] for value in filled]
    write_book(done, titles, cells, iter([words]))
    report = _import(admin, resource, done)
    assert report["counts"] == {"created": 1}, report["failures"]
    back = resource.model._default_manager.order_by("-pk")[0]
    assert values_of(resource, admin, back) == before


@pytest.mark.parametrize("resource", IMPORTABLE, ids=lambda resource: resource.name)
def test_filling_blanks_changes_nothing_that_is_filled(
    resource: Resource, admin: Actor, samples: Samples, settings: Any, tmp_path: Path
) -> None:
    settings.SHUKE_DATA = tmp_path
    keys = [key for key in keys_for(resource) if key] or [""]
    if not resource.duplicates and keys == [""]:
        return
    record, other = samples.make(resource), samples.make(resource)
    columns = list(mappable_fields(admin, resource))
    path, _count = _export(admin, resource, tmp_path, "xlsx", columns, {"id": [record.pk, other.pk]})
    titles, *lines = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    key = keys[0].split("+")
    # The other one's values, under the key of the first.
    mixed = [mine if name in key else theirs for name, mine, theirs in zip(columns, lines[1], lines[0], strict=True)]
    words = [[str(value) if value not in ("", None) else None] for value in mixed]
    write_book(path, titles, [texts(at) for at in range(len(titles))], iter([words]))
    before = values_of(resource, admin, resource.model._default_manager.get(pk=record.pk))
    report = _import(admin, resource, path, duplicates="fill", key=keys[0])
    assert report["counts"] == {"updated": 1}, report["failures"]
    assert values_of(resource, admin, resource.model._default_manager.get(pk=record.pk)) == before


WITH_LINES = [resource for resource in IMPORTABLE if resource.lines]


def lines_of(admin: Actor, resource: Resource, pk: int) -> dict[str, list[Any]]:
    """What stands in a document's lines that an import can bring back."""
    found = {}
    for lines in resource.lines:
        target = resource_of(lines.model)
        infos = [info for info in importable_fields(admin, target).values() if info.name in columns_of(lines)]
        found[lines.name] = [[getattr(row, info.column) for info in infos] for row in living(lines, [pk])]
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("resource", WITH_LINES, ids=lambda resource: resource.name)
def test_documents_come_back_with_their_lines_and_one_undo_takes_them_away(
    resource: Resource, kind: str, admin: Actor, samples: Samples, settings: Any, tmp_path: Path
) -> None:
    settings.SHUKE_DATA = tmp_path
    documents = [samples.document(resource) for _number in range(3)]
    ids = [one.pk for one in documents]
    before = [(values_of(resource, admin, _stored(resource, pk)), lines_of(admin, resource, pk)) for pk in ids]
    columns = [*importable_fields(admin, resource), *writable_in_lines(admin, resource)]
    path, count = _export(admin, resource, tmp_path, kind, columns, {"id": ids})
    assert count == 2 * len(documents)
    delete(admin, resource, ids)
    report = _import(admin, resource, path)
    assert report["counts"] == {"created": len(documents)}, report["failures"]
    back = list(resource.model._default_manager.filter(pk__gt=max(ids)).order_by("-pk"))
    assert [(values_of(resource, admin, one), lines_of(admin, resource, one.pk)) for one in back] == before
    undo(admin, report["change"])
    assert all(_stored(resource, one.pk).deleted_at for one in back)
    assert [lines_of(admin, resource, one.pk) for one in back] == [{lines.name: [] for lines in resource.lines}] * 3


def _stored(resource: Resource, pk: int) -> Any:
    return resource.model._default_manager.get(pk=pk)


def _import(
    admin: Actor, resource: Resource, path: Path, *, duplicates: str = "create", key: str = ""
) -> dict[str, Any]:
    with path.open("rb") as content:
        token = keep(admin, path.name, content)
    found = guess(admin, resource, sheet_of(admin, token, path.name))
    job = order_import(
        admin,
        resource,
        sheet_of(admin, token, path.name),
        header_line=found.header_line,
        fields=found.fields,
        duplicates=duplicates,
        key=key,
        dry=False,
    )
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.report
    return job.report
