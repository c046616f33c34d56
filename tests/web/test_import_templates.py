"""Import templates: named columns under titles of their own, used and changed by whom they are for (DAT-01, DAT-04)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.exchange import named
from shuke.engine.exchange.models import ImportTemplate
from shuke.engine.exchange.named import Column
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource
from tests.browser.company import Company
from tests.conformance.api import Caller

ClientOf = Callable[..., Client]
IMPORTABLE = [resource for resource in all_resources() if resource.importable]
COLUMNS = [Column("phone", "总机"), Column("name", "单位全称"), Column("note")]
FORM = {"field": ["phone", "name"], "title": ["总机", "单位全称"]}


def table(actor: Actor, *, everyone: bool = False) -> ImportTemplate:
    """A template of three columns, of which one has no title of its own."""
    return named.create_template(actor, customers, "展会名单", COLUMNS, everyone=everyone).template


def titles(content: bytes) -> list[Any]:
    """The first line of a workbook."""
    found: list[Any] = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0]
    return found


def uploaded(client: Client, text: str, template: int | str) -> Any:
    """The page on which the columns of a file are matched."""
    file = SimpleUploadedFile("rows.csv", text.encode())
    answer = client.post("/customers/import", {"file": file, "template": template})
    assert answer.status_code == 302
    return client.get(answer["Location"])


def matched(page: Any) -> dict[str, str]:
    """Title → field as the page proposes them."""
    return {
        column["title"]: next((name for name, _label, _must, on in column["options"] if on), "")
        for column in page.context["columns"]
    }


@pytest.mark.feature("DAT-01")
def test_a_template_is_named_filled_with_columns_and_saved_back_into_the_list(
    company: Company, client_of: ClientOf
) -> None:
    client = client_of("zhang")
    fresh = client.get("/customers/import/templates/new")
    assert [column.field for column in fresh.context["columns"]] == ["name"]
    answer = client.post("/customers/import/templates/new", {"name": "展会名单", **FORM})
    pk = ImportTemplate.objects.get().pk
    assert answer["Location"] == f"/customers/import?template={pk}"
    listed = client.get(answer["Location"])
    assert [(one["template"].name, one["titles"]) for one in listed.context["templates"]] == [
        ("展会名单", ["总机", "单位全称"])
    ]
    assert titles(b"".join(client.get(f"/customers/import/templates/{pk}/workbook"))) == ["总机", "单位全称"]


@pytest.mark.feature("DAT-01")
@pytest.mark.parametrize("resource", IMPORTABLE, ids=lambda resource: resource.name)
def test_every_object_that_can_be_imported_has_templates(
    resource: Resource, company: Company, client_of: ClientOf
) -> None:
    client = client_of("admin")
    columns = client.get(f"/{resource.name}/import/templates/new").context["columns"]
    columns = columns or [Column(resource.title)]
    form = {"name": "模版", "field": [one.field for one in columns], "title": [f"第{n}列" for n in range(len(columns))]}
    assert client.post(f"/{resource.name}/import/templates/new", form).status_code == 302
    pk = ImportTemplate.objects.get().pk
    assert titles(b"".join(client.get(f"/{resource.name}/import/templates/{pk}/workbook"))) == form["title"]


@pytest.mark.feature("DAT-04")
def test_a_template_of_contacts_must_have_the_customer(company: Company, client_of: ClientOf) -> None:
    zhang = company.people["zhang"]
    with pytest.raises(Invalid) as refused:
        named.create_template(zhang, contacts, "名片", [Column("name", "姓名")])
    assert str(fields_of(contacts)["customer"].label) in str(refused.value.fields)
    named.create_template(zhang, contacts, "名片", [Column("name", "姓名"), Column("customer", "客户名称")])


@pytest.mark.parametrize(
    "columns",
    [
        [*COLUMNS, Column("phone", "另一个电话")],
        [Column("name", "名称"), Column("phone", "名 称")],
        [Column("name", "———")],
        [Column("name"), Column("nothing")],
        [Column("name"), Column("created_by")],
        [Column("name", "长" * 61)],
        [],
    ],
    ids=["field twice", "title twice", "no letter", "unknown field", "closed field", "too long", "no column"],
)
def test_columns_that_could_not_be_read_back_are_refused(company: Company, columns: list[Column]) -> None:
    with pytest.raises(Invalid):
        named.create_template(company.people["zhang"], customers, "模版", columns)


@pytest.mark.feature("DAT-02")
def test_the_chosen_template_decides_which_column_is_which(company: Company, client_of: ClientOf) -> None:
    client, template = client_of("zhang"), table(company.people["zhang"])
    text = "2026 年名单,,\n单位全称,总机,备注\n新华贸易,0755-88886666,展会\n"
    assert matched(uploaded(client, text, ""))["总机"] == ""
    page = uploaded(client, text, template.pk)
    assert matched(page) == {"单位全称": "name", "总机": "phone", "备注": "note"}
    assert (page.context["header_line"], page.context["absent"]) == (2, [])


@pytest.mark.feature("DAT-02")
def test_a_file_that_does_not_match_its_template_is_told(company: Company, client_of: ClientOf) -> None:
    template = table(company.people["zhang"])
    page = uploaded(client_of("zhang"), "单位全称,电话\n新华贸易,0755-88886666\n", template.pk)
    assert page.context["absent"] == ["总机", "备注"]
    assert "总机、备注" in page.content.decode()
    assert matched(page) == {"单位全称": "name", "电话": "phone"}


def test_a_template_is_its_owners_until_an_administrator_gives_one_to_everybody(
    company: Company, client_of: ClientOf
) -> None:
    zhang, admin = company.people["zhang"], company.people["admin"]
    own = table(zhang)
    with pytest.raises(NotAllowed):
        named.change_template(zhang, own.pk, everyone=True)
    assert client_of("li").get(f"/customers/import/templates/{own.pk}").status_code == 404
    shared = table(admin, everyone=True)
    li = client_of("li")
    assert [one["template"].pk for one in li.get("/customers/import").context["templates"]] == [shared.pk]
    assert li.get(f"/customers/import/templates/{shared.pk}/workbook").status_code == 200
    assert li.get(f"/customers/import/templates/{shared.pk}").status_code == 403
    assert li.post(f"/customers/import/templates/{shared.pk}/delete").status_code == 403
    assert li.post("/customers/import/templates/new", {"name": "她的", "everyone": "1", **FORM}).status_code == 302
    assert not ImportTemplate.objects.get(name="她的").everyone


def test_who_may_not_import_has_no_templates(company: Company, client_of: ClientOf) -> None:
    table(company.people["admin"], everyone=True)
    client = client_of("zhang")
    assert client.get("/users/import/templates/new").status_code == 403
    assert Caller(company.people["zhang"]).get("/import-templates", resource="users").status_code == 403


def test_what_is_changed_and_deleted_comes_back(company: Company, client_of: ClientOf) -> None:
    client, template = client_of("zhang"), table(company.people["zhang"])
    before = (template.name, template.columns)
    for address, form in (("", {"name": "别的", **FORM}), ("/delete", {})):
        done = client.post(f"/customers/import/templates/{template.pk}{address}", form, follow=True)
        assert not ImportTemplate.objects.filter(name="展会名单").exists()
        client.post(next(iter(done.context["messages"])).extra_tags, follow=True)
        again = ImportTemplate.objects.get(pk=template.pk)
        assert (again.name, again.columns) == before


def test_programs_import_by_a_template(company: Company, tmp_path: Path) -> None:
    caller = Caller(company.people["zhang"])
    columns = [{"field": "name", "title": "单位全称"}, {"field": "phone", "title": "总机"}]
    made = caller.post("/import-templates", {"resource": "customers", "name": "接口", "columns": columns})
    assert (made.status_code, made.json()["columns"]) == (201, columns)
    pk = made.json()["id"]
    blank = caller.get("/customers/import/template", template=pk)
    assert titles(b"".join(blank)) == ["单位全称", "总机"]
    file = SimpleUploadedFile("rows.csv", "单位全称,总机\n新华贸易,0755-88886666\n".encode())
    job = caller.upload("/customers/import", file, template=pk, dry="true")
    assert job.status_code == 202, job.content
    assert caller.get("/contacts/import/template", template=pk).status_code == 404
    assert caller.delete(f"/import-templates/{pk}").status_code == 200
    assert caller.get("/import-templates", resource="customers").json() == []
