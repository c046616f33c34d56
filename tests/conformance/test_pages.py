"""The pages of every object answer; a full list asks the database as often as a short one; every word is Chinese."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from shuke.engine.access.actor import Actor
from shuke.engine.bulk.acting import Work, do_some
from shuke.engine.commands.undo import undo
from shuke.engine.files.keeping import attach
from shuke.resource.describe import fields_of
from shuke.resource.registry import independent, resource_for
from shuke.resource.spec import Resource
from tests.conformance.api import Caller
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

LIST_BUDGET = 8
RECORD_BUDGET = 15


def test_every_page_answers(resource: Resource, browser: Client, samples: Samples) -> None:
    pk = samples.make(resource).pk
    path = f"/{resource.name}"
    pages = [path, f"{path}/new", f"{path}/{pk}", f"{path}/{pk}/edit", f"{path}/bin"]
    pages += [f"{path}/import"] if resource.importable else []
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert "zh" in answer.content.decode()[:200], page
    assert browser.get(f"{path}/{10**9}").status_code == 404


def queries(call: Any) -> int:
    """How many statements a call sends, once everything that is kept in memory is there."""
    assert call().status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert call().status_code == 200
    return len(caught)


def test_lists_ask_as_often_for_a_full_page_as_for_five_rows(
    resource: Resource, browser: Client, admin: Actor, samples: Samples
) -> None:
    caller, path = Caller(admin), f"/{resource.name}"
    pk = min([samples.make(resource).pk for _ in range(5)])
    few = {"api": queries(lambda: caller.get(path, limit=200)), "page": queries(lambda: browser.get(path))}
    record = queries(lambda: browser.get(f"{path}/{pk}"))
    # A page that is nearly full: of one row more, the whole is counted apart.
    for _ in range(48 - resource.model._default_manager.count()):
        samples.make(resource)
    many = {"api": queries(lambda: caller.get(path, limit=200)), "page": queries(lambda: browser.get(path))}
    assert many == few
    assert max(many.values()) <= LIST_BUDGET, many
    assert record <= RECORD_BUDGET
    assert queries(lambda: browser.get(f"{path}/{pk}")) <= RECORD_BUDGET


def test_a_record_changed_in_bulk_and_back_asks_no_more_often(
    browser: Client, admin: Actor, samples: Samples, person: Person
) -> None:
    customers = resource_for("customers")
    ids = [samples.make(customers).pk for _ in range(12)]
    attach(admin, customers, ids[0], "合同.txt", ContentFile("一".encode()))
    for heir in ("heir", "other heir"):
        change, refused = do_some(admin, customers, Work("assign", {"owner": person(heir).user_id}), ids)
        assert not refused
        undo(admin, change)
    assert queries(lambda: browser.get(f"/customers/{ids[0]}")) <= RECORD_BUDGET
    attach(admin, customers, ids[0], "合同.txt", ContentFile("二".encode()))
    attach(admin, customers, ids[0], "照片.txt", ContentFile("三".encode()))
    # Versions of a file are one file.
    assert re.search(r">附件 <small>2</small>", browser.get(f"/customers/{ids[0]}").content.decode())


WITH_LINES = [resource for resource in independent() if resource.lines]


@pytest.mark.parametrize("resource", WITH_LINES, ids=lambda resource: resource.name)
def test_documents_ask_as_often_for_many_lines_as_for_two(
    resource: Resource, browser: Client, admin: Actor, samples: Samples
) -> None:
    caller = Caller(admin)
    few, many = (
        {
            "page": queries(partial(browser.get, f"/{resource.name}/{pk}")),
            "form": queries(partial(browser.get, f"/{resource.name}/{pk}/edit")),
            "api": queries(partial(caller.get, f"/{resource.name}/{pk}")),
        }
        for pk in (samples.document(resource, lines).pk for lines in (2, 9))
    )
    assert many == few


def test_every_label_is_chinese(resource: Resource) -> None:
    with translation.override("zh-hans"):
        labels = [resource.label, resource.label_plural, str(resource.about)]
        for info in fields_of(resource).values():
            labels += [str(info.label), str(info.help), *(str(label) for _value, label in info.choices)]
        labels += [str(section.title) for section in resource.form]
        labels += [str(view.title) for view in resource.table.views]
        for verb in resource.verbs:
            labels += [str(verb.label), *(str(parameter.label) for parameter in verb.parameters)]
        assert [label for label in labels if label and label.isascii() and label not in ("English", "QQ")] == []
