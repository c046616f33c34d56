"""The messy spreadsheets go in with exact counts, every failure explained, and come out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import create
from shuke.engine.exchange import orders, template, uploads
from shuke.engine.exchange.mapping import guess
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from shuke.engine.organisation.models import User
from shuke.kernel.errors import Invalid
from shuke.resource.describe import fields_of
from tests.engine.conftest import MANAGER

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"
EXPECTED = json.loads((DATA / "messy_expected.json").read_text())


@pytest.fixture
def chief(person: Any, company: Any, settings: Any, tmp_path: Path) -> Any:
    settings.SHUKE_DATA = tmp_path
    for name in EXPECTED["owners"]:
        User.plain.create(login=name, name=name, unit=company["team"])
    return person("chen", company["east"], MANAGER)


def order(chief: Any, file: str, *, duplicates: str = "update", dry: bool = False) -> Job:
    with (DATA / file).open("rb") as content:
        token = uploads.keep(chief, file, content)
    found = guess(chief, customers, uploads.sheet_of(chief, token, file))
    job = orders.order_import(
        chief,
        customers,
        uploads.sheet_of(chief, token, file),
        header_line=found.header_line,
        fields=found.fields,
        duplicates=duplicates,
        dry=dry,
    )
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.report
    return job


@pytest.mark.parametrize("file", ["messy.xlsx", "messy_gbk.csv"])
def test_the_header_is_found_and_the_columns_are_guessed(chief: Any, file: str) -> None:
    with (DATA / file).open("rb") as content:
        token = uploads.keep(chief, file, content)
    found = guess(chief, customers, uploads.sheet_of(chief, token, file))
    assert found.header_line == EXPECTED[file]["header_line"]
    known = {"客户名称": "name", "客户等级": "level", "客户来源": "source", "电话": "phone", "电子邮件": "email"}
    known |= {"地址": "address", "所属人": "owner", "下次联系时间": "next_contact_at", "备注": "note", "QQ号": None}
    assert list(found.fields) == [known[title] for title in EXPECTED[file]["columns"]]


@pytest.mark.parametrize("file", ["messy.xlsx", "messy_gbk.csv"])
def test_a_messy_file_goes_in_with_exact_counts_and_can_be_taken_back(chief: Any, file: str) -> None:
    expected = EXPECTED[file]
    repeated = sum(expected["duplicate_of_earlier_row"].values())
    counts = {
        "created": expected["created_without_duplicates"],
        "updated": repeated,
        "failed": sum(expected["failed"].values()),
        "blank": expected["blank"],
    }
    checked = order(chief, file, dry=True)
    assert checked.report["counts"] == counts
    assert not Customer.objects.unscoped("test").exists()
    job = order(chief, file)
    assert job.report["counts"] == counts
    assert Customer.objects.unscoped("test").count() == counts["created"]
    assert (tmp := uploads.settings.SHUKE_DATA / "files" / "jobs" / str(job.pk) / "failed.xlsx").is_file(), tmp
    outcome = undo(chief, job.report["change"])
    assert outcome.refused == ()
    assert not Customer.objects.unscoped("test").filter(deleted_at__isnull=True).exists()


def test_every_failed_line_is_told_with_its_reason(chief: Any) -> None:
    job = order(chief, "messy_gbk.csv")
    lines = {line for found in EXPECTED["messy_gbk.csv"]["failed_lines"].values() for line in found}
    assert {failure["line"] for failure in job.report["failures"]} == lines
    assert all(failure["errors"] for failure in job.report["failures"])


def test_rows_of_a_second_import_update_or_are_skipped(chief: Any) -> None:
    first = order(chief, "messy_gbk.csv").report["counts"]
    again = order(chief, "messy_gbk.csv").report["counts"]
    assert again == {**first, "created": 0, "updated": first["created"] + first["updated"]} or "created" not in again
    skipped = order(chief, "messy_gbk.csv", duplicates="skip").report["counts"]
    assert skipped["skipped"] == first["created"] + first["updated"]


@pytest.mark.feature("DAT-04")
def test_contacts_come_with_the_customer_that_they_belong_to(chief: Any, tmp_path: Path) -> None:
    create(chief, customers, {"name": "华江科技"})
    title = str(fields_of(contacts)["customer"].label)
    template.write_template(chief, contacts, tmp_path / "blank.xlsx")
    titles = CalamineWorkbook.from_path(tmp_path / "blank.xlsx").get_sheet_by_index(0).to_python()[0]
    assert f"{title} *" in titles
    token = uploads.keep(chief, "contacts.csv", ["姓名,手机\n陈志远,13712345678\n".encode()])
    sheet = uploads.sheet_of(chief, token, "contacts.csv")
    options = {"header_line": 1, "duplicates": "update", "dry": False}
    with pytest.raises(Invalid):
        orders.order_import(chief, contacts, sheet, fields=("name", "mobile"), **options)
    token = uploads.keep(chief, "whole.csv", ["客户,姓名\n华江科技,陈志远\n没有的公司,林晓\n".encode()])
    whole = uploads.sheet_of(chief, token, "whole.csv")
    job = orders.order_import(chief, contacts, whole, fields=("customer", "name"), **options)
    run(job.pk)
    job.refresh_from_db()
    assert job.report["counts"] == {"created": 1, "failed": 1}
    assert Contact.plain.get(name="陈志远").customer.name == "华江科技"


def test_a_row_under_somebody_elses_customer_fails_alone(chief: Any, person: Any, company: Any, tmp_path: Path) -> None:
    grants = {"contacts": dict.fromkeys(("view", "create", "import"), "own"), "customers": {"view": "all"}}
    seller = person("seller", company["south"], {**grants, "customers": {"view": "all", "create": "own"}})
    create(seller, customers, {"name": "我的客户"})
    create(chief, customers, {"name": "别人的客户"})
    text = "姓名,客户\n陈志远,我的客户\n林晓,别人的客户\n王芳,我的客户\n"
    token = uploads.keep(seller, "contacts.csv", [text.encode()])
    found = guess(seller, contacts, uploads.sheet_of(seller, token, "contacts.csv"))
    job = orders.order_import(
        seller,
        contacts,
        uploads.sheet_of(seller, token, "contacts.csv"),
        header_line=found.header_line,
        fields=found.fields,
        duplicates="update",
        dry=False,
    )
    run(job.pk)
    job.refresh_from_db()
    assert job.report["counts"] == {"created": 2, "failed": 1}
    assert [failure["line"] for failure in job.report["failures"]] == [3]
