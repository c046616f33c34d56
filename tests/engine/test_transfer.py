"""Imports by key, filling of blanks, originals, remembered columns, templates; exports by choice; jobs that stop."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands import write
from shuke.engine.commands.undo import undo
from shuke.engine.exchange import exporting, importing, orders, uploads, workbook
from shuke.engine.exchange.mapping import guess
from shuke.engine.exchange.remembered import recall
from shuke.engine.jobs import runner
from shuke.engine.jobs.models import Job
from shuke.engine.organisation.models import User
from shuke.kernel.errors import Invalid
from tests.engine.conftest import MANAGER

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(person: Any, company: Any, settings: Any, tmp_path: Path) -> Actor:
    settings.SHUKE_DATA = tmp_path
    found: Actor = person("chen", company["east"], MANAGER)
    return found


def sheet(actor: Actor, rows: list[list[str]], encoding: str = "utf-8") -> Any:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return uploads.sheet_of(actor, uploads.keep(actor, "rows.csv", [buffer.getvalue().encode(encoding)]), "rows.csv")


def job_of(actor: Actor, rows: list[list[str]], *, dry: bool = False, duplicates: str = "update", key: str = "") -> Job:
    found = sheet(actor, rows)
    guessed = guess(actor, customers, found)
    job = orders.order_import(
        actor,
        customers,
        found,
        header_line=guessed.header_line,
        fields=guessed.fields,
        duplicates=duplicates,
        key=key,
        dry=dry,
    )
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def customer(actor: Actor, **values: Any) -> Customer:
    found: Customer = write.create(actor, customers, values).record
    return found


def test_records_are_recognised_by_their_number_and_need_nothing_else(chief: Actor) -> None:
    known = customer(chief, name="华江科技", phone="13800138000")
    rows = [["编号", "电话", "备注"], [known.number, "13900139000", "新号码"], ["C1999-1", "13700137000", ""]]
    job = job_of(chief, rows, key="number")
    known.refresh_from_db()
    assert (known.name, known.phone, known.note) == ("华江科技", "13900139000", "新号码")
    # What is not found would be new, and lacks its name.
    assert job.report["counts"] == {"updated": 1, "failed": 1}
    undo(chief, job.change_id or 0)
    known.refresh_from_db()
    assert (known.phone, known.note) == ("13800138000", "")


def test_a_chosen_key_is_the_only_one_that_counts(chief: Actor) -> None:
    customer(chief, name="华江科技", phone="13800138000")
    rows = [["客户名称", "电话"], ["另一家", "13800138000"]]
    assert job_of(chief, rows, dry=True).report["counts"] == {"updated": 1}
    assert job_of(chief, rows, dry=True, key="name").report["counts"] == {"created": 1}
    with pytest.raises(Invalid):
        job_of(chief, rows, key="address")
    with pytest.raises(Invalid):
        job_of(chief, rows, key="number")


def test_filling_blanks_never_overwrites(chief: Actor) -> None:
    known = customer(chief, name="华江科技", phone="13800138000")
    job_of(chief, [["客户名称", "电话", "地址"], ["华江科技", "13900139000", "深圳路 1 号"]], duplicates="fill")
    known.refresh_from_db()
    assert (known.phone, known.address) == ("13800138000", "深圳路 1 号")


def test_a_check_tells_what_would_change_and_changes_nothing(chief: Actor) -> None:
    known = customer(chief, name="华江科技", phone="13800138000", address="旧地址")
    job = job_of(chief, [["客户名称", "电话", "地址"], ["华江科技", "13800138000", "新地址"], ["", "1", ""]], dry=True)
    (change,) = job.report["changes"]
    assert (change["line"], change["id"], change["title"]) == (2, known.pk, "华江科技")
    assert change["fields"] == {"address": ["旧地址", "新地址"]}
    known.refresh_from_db()
    assert known.address == "旧地址"
    # The failed rows of a check can be fetched, too.
    path = runner.file_of(job)
    assert path is not None
    assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1][:2] == ["", "1"]


def test_administrators_keep_who_made_a_record_and_when(
    person: Any, company: Any, settings: Any, tmp_path: Path
) -> None:
    settings.SHUKE_DATA = tmp_path
    admin = person("root", company["group"], admin=True)
    author = User.plain.create(login="laowang", name="老王", unit=company["east"])
    rows = [
        ["客户名称", "创建人", "创建时间", "所属人"],
        ["老客户", "老王", "2019-05-06 08:30", "老王"],
        ["新客户", "", "", ""],
    ]
    job_of(admin, rows)
    old = Customer.objects.unscoped("test").get(name="老客户")
    moment = datetime.datetime(2019, 5, 6, 0, 30, tzinfo=datetime.UTC)
    assert (old.created_by_id, old.created_at, old.owner_id) == (author.pk, moment, author.pk)
    new = Customer.objects.unscoped("test").get(name="新客户")
    assert (new.created_by_id, new.created_at.date()) == (admin.user_id, timezone.now().date())
    # Never for records that exist.
    job_of(admin, [rows[0], ["老客户", "root", "2001-01-01", "root"]])
    old.refresh_from_db()
    assert (old.created_by_id, old.created_at, old.owner_id) == (author.pk, moment, author.pk)


def test_who_is_no_administrator_forges_no_author(chief: Actor) -> None:
    found = guess(chief, customers, sheet(chief, [["客户名称", "创建人", "创建时间"], ["甲", "老王", "2019-05-06"]]))
    assert found.fields == ("name", None, None)


def test_the_same_titles_are_matched_as_they_were_the_last_time(chief: Actor, person: Any) -> None:
    rows = [["名头", "客户名称"], ["备注甲", "华江科技"]]
    found = sheet(chief, rows)
    orders.order_import(
        chief, customers, found, header_line=1, fields=["note", "name"], duplicates="fill", key="name", dry=True
    )
    again = recall(chief, customers, [" 名头", "客户名称"])
    assert again is not None
    assert (again.fields, again.duplicates, again.key) == (["note", "name"], "fill", "name")
    assert recall(chief, customers, ["客户名称", "名头"]) is None
    assert recall(person("other"), customers, rows[0]) is None


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "big5", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_any_usual_encoding_is_read(chief: Actor, encoding: str) -> None:
    rows = [["客戶名稱", "備註"], ["華江科技有限公司", "聯絡人是陳先生，電話請打公司總機"]]
    assert list(sheet(chief, rows, encoding).rows()) == rows


def test_a_job_stops_with_its_worker_and_goes_on_behind_what_is_stored(
    chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    rows = [["客户名称"], *[[f"客户{number}"] for number in range(6)]]
    found = sheet(chief, rows)
    job = orders.order_import(chief, customers, found, header_line=1, fields=["name"], duplicates="create", dry=False)
    answers = iter([False, True])
    runner.run(job.pk, lambda: next(answers))
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.RUNNING, 2)
    assert Customer.objects.unscoped("test").count() == 2
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["counts"]) == (Job.State.DONE, {"created": 6})
    assert Customer.objects.unscoped("test").count() == 6


def test_an_export_can_be_cancelled_and_tells_how_far_it_is(chief: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_CHUNK", 2)
    for number in range(5):
        customer(chief, name=f"客户{number}")
    job = orders.order_export(chief, customers, exporting.Shape("xlsx", ["name"]), criteria={}, q="")
    seen = []
    advance = runner.Run.advance

    def watch(run: runner.Run, done: int, report: Any, *, total: int | None = None) -> None:
        seen.append((done, total))
        runner.cancel(chief, job.pk)
        advance(run, done, report, total=total)

    monkeypatch.setattr(runner.Run, "advance", watch)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, seen) == (Job.State.CANCELLED, [(2, 5)])


def test_files_are_cleared_away_after_their_days(chief: Actor) -> None:
    customer(chief, name="华江科技")
    kept = orders.order_export(chief, customers, exporting.Shape("csv", ["name"]), criteria={}, q="")
    runner.run(kept.pk)
    kept.refresh_from_db()
    assert runner.clear_files(timezone.now() - datetime.timedelta(days=7)) == 0
    assert runner.file_of(kept) is not None
    assert runner.clear_files(timezone.now() + datetime.timedelta(seconds=1)) == 1
    assert runner.file_of(kept) is None
    sheet(chief, [["客户名称"], ["甲"]])
    now = timezone.now().timestamp()
    assert uploads.clear_uploads(now - 60) == 0
    assert uploads.clear_uploads(now + 60) == 1


def test_administrators_look_at_everybodys_jobs_and_others_at_their_own(chief: Actor, person: Any) -> None:
    job = runner.start(chief, "export", "甲", {})
    assert list(runner.jobs_of(chief)) == [job]
    assert not list(runner.jobs_of(person("other"), everybody=True))
    assert list(runner.jobs_of(person("boss", admin=True), everybody=True)) == [job]


def test_an_export_has_the_chosen_columns_in_the_chosen_order_as_words_or_codes(chief: Actor, tmp_path: Path) -> None:
    known = customer(chief, name="华江科技", phone="13800138000")
    names = ["phone", "owner", "name"]
    found = {}
    for codes in (False, True):
        path, _count = exporting.write_file(
            chief, customers, tmp_path, exporting.Shape("xlsx", names, codes), progress=lambda _done: None
        )
        found[codes] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1]
    assert found == {False: ["13800138000", "chen", "华江科技"], True: ["13800138000", known.owner_id, "华江科技"]}


def test_a_workbook_holds_what_was_written_and_nothing_else(tmp_path: Path) -> None:
    odd = ["<b>&amp;", "=1+1", "_x0041_", "line\nline", "tab\tend", "bell\x07", " spaces ", "龘𠮷"]
    path = tmp_path / "odd.xlsx"
    columns = [workbook.texts(0), workbook.numbers(1, workbook.MONEY), workbook.texts(2)]
    numbers = [Decimal("1.50"), None, 0, -3, 4, 5, 6, 7]
    assert workbook.write_book(path, ["甲", "乙", "空"], columns, iter([[odd, numbers, [None] * 8]])) == 8
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[0] == ["甲", "乙", "空"]
    assert [row[1] for row in rows[1:]] == [1.5, "", 0, -3, 4, 5, 6, 7]
    assert [row[0] for row in rows[1:]] == [
        text.replace("\x07", "_x0007_").replace("_x0041_", "_x005F_x0041_") if text in (odd[2], odd[5]) else text
        for text in odd
    ] or [row[0] for row in rows[1:]] == odd
    with zipfile.ZipFile(path) as package:
        parts = {name for name in package.namelist() if name.endswith((".xml", ".rels"))}
        for name in parts:
            ElementTree.fromstring(package.read(name))
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    assert parts == {
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_lettered(place: int, letters: str) -> None:
    assert workbook.column_letters(place) == letters
