"""A form is arranged on a page of its own, and forms and record pages follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuke.apps.activities.models.task import Task
from shuke.apps.people.resources.form_layout import form_layouts
from shuke.apps.people.resources.unit import units
from shuke.engine.commands.write import create, update
from shuke.engine.layouts.models import FormLayout
from shuke.engine.organisation.models import Unit, User
from shuke.resource.registry import resource_for
from tests.browser.company import NAMES, Company

ClientOf = Callable[..., Client]


@pytest.fixture
def layout(company: Company) -> Any:
    values = {"name": "销售表单", "object": "customers"}
    return create(company.people["admin"], form_layouts, values).record


def design(layout: Any, **more: Any) -> dict[str, Any]:
    return {
        "version": layout.version,
        "item": ["section", "field:phone", "field:name", "section", "field:address", "out", "field:note", "field:nix"],
        "title": ["联络", "其他"],
        "wide": ["phone"],
        "required": ["address", "name"],
        **more,
    }


def test_who_makes_a_layout_goes_on_in_its_editor(company: Company, client_of: ClientOf) -> None:
    answer = client_of("admin").post("/form-layouts/new", {"name": "销售表单", "object": "customers"})
    made = FormLayout.plain.get()
    assert answer.headers["Location"] == f"/form-layouts/{made.pk}/design"
    page = client_of("admin").get(answer.headers["Location"]).content.decode()
    assert page.index('value="field:name"') < page.index('value="field:note"') < page.index('value="out"')
    assert client_of("zhang").get(f"/form-layouts/{made.pk}/design").status_code in (403, 404)


def test_what_stands_on_the_page_is_kept_in_its_order(layout: Any, client_of: ClientOf) -> None:
    answer = client_of("admin").post(f"/form-layouts/{layout.pk}/design", design(layout))
    assert answer.status_code == 302
    stored = FormLayout.plain.get()
    assert stored.sections == [
        {"title": "联络", "fields": [{"name": "phone", "wide": True}, {"name": "name"}]},
        {"title": "其他", "fields": [{"name": "address", "required": True}]},
    ]
    assert stored.left_out == ["note"]
    shown = client_of("admin").get(f"/form-layouts/{layout.pk}").content.decode()
    assert "联络 (2)、其他 (1)" in shown
    assert "&quot;fields&quot;" not in shown


def test_forms_and_record_pages_follow_the_layout(company: Company, layout: Any, client_of: ClientOf) -> None:
    client_of("admin").post(f"/form-layouts/{layout.pk}/design", design(layout))
    pk, zhang = company.customers[NAMES[0]], client_of("zhang")
    for at in ("/customers/new", f"/customers/{pk}/edit"):
        form = zhang.get(at).content.decode()
        assert form.index("<legend>联络") < form.index('id="f-phone"') < form.index('id="f-name"')
        assert 'id="f-note"' not in form
        assert 'id="f-level"' in form
    page = zhang.get(f"/customers/{pk}").content.decode()
    assert page.index("<h3>联络") < page.index('id="field-phone"')
    assert 'id="field-note"' not in page
    refused = zhang.post(f"/customers/{pk}/edit", {"name": "改名", "phone": "010-66668888", "address": ""})
    assert refused.status_code == 422
    assert 'href="#f-address"' in refused.content.decode()
    assert zhang.post("/customers/new", {"name": "新月酒店"}).status_code == 422


def test_a_field_that_must_be_there_is_refused_and_nothing_is_lost(layout: Any, client_of: ClientOf) -> None:
    wrong = design(layout, item=["section", "field:phone", "out", "field:name"], title=["别的"])
    answer = client_of("admin").post(f"/form-layouts/{layout.pk}/design", wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "缺少“客户名称”就无法保存客户" in page
    assert 'value="别的"' in page
    assert FormLayout.plain.get().sections == []
    stale = client_of("admin").post(f"/form-layouts/{layout.pk}/design", design(layout, version=layout.version + 1))
    assert stale.status_code == 409


def test_what_the_address_brings_is_kept_for_a_field_that_the_form_does_not_have(
    company: Company, client_of: ClientOf
) -> None:
    values = {"name": "任务表单", "object": "tasks", "left_out": ["customer"]}
    create(company.people["admin"], form_layouts, values)
    pk, admin = company.customers[NAMES[0]], client_of("admin")
    form = admin.get(f"/tasks/new?customer={pk}").content.decode()
    assert 'name="customer"' not in form
    answer = admin.post(f"/tasks/new?customer={pk}", {"title": "回访"})
    assert answer.status_code == 302, answer.content.decode()
    assert Task.plain.get().customer_id == pk


def test_a_layout_is_made_for_a_company_and_its_people_alone_have_it(company: Company, client_of: ClientOf) -> None:
    admin = company.people["admin"]
    group = Unit.plain.get(name="熟客商贸")
    north = create(admin, units, {"name": "北方公司", "kind": "company", "parent": group.pk}).record
    offered = client_of("admin").get("/lookup/units", {"for": "form-layouts.company", "makes": "1", "q": ""}).json()
    assert {one["text"] for one in offered["choices"]} == {"熟客商贸", "北方公司"}, "departments are no companies"
    assert "maker" not in offered
    found = client_of("admin").get("/lookup/units", {"for": "form-layouts.company", "q": "北方"}).json()["choices"]
    assert [one["text"] for one in found] == ["北方公司"]
    everywhere = client_of("admin").get("/lookup/units", {"makes": "1"}).json()
    assert "华南一部" in {one["text"] for one in everywhere["choices"]}
    form = client_of("admin").get("/form-layouts/new").content.decode()
    assert 'data-picker="/lookup/units?for=form-layouts.company"' in form
    made = {"name": "北方表单", "object": "customers", "company": str(north.pk)}
    address = client_of("admin").post("/form-layouts/new", made).headers["Location"]
    page = client_of("admin").get(address).content.decode()
    assert "北方公司" in page
    layout = FormLayout.plain.get()
    client_of("admin").post(address, design(layout))
    zhang = User.plain.get(login="zhang")

    def has_note() -> bool:
        return 'name="note"' in client_of("zhang").get("/customers/new").content.decode()

    assert has_note(), "he works in another company"
    update(admin, resource_for("users"), zhang.pk, {"unit": north.pk})
    assert not has_note()
