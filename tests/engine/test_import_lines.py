"""Documents out of one sheet, a row a line: which rows go together, what refuses a document, what becomes of lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands import write
from shuke.engine.commands.lines import MOST
from shuke.engine.commands.undo import undo
from shuke.engine.exchange import importing, orders, uploads
from shuke.engine.exchange.mapping import guess
from shuke.engine.jobs import runner
from shuke.engine.jobs.models import Job
from shuke.engine.options.catalogue import forget
from shuke.kernel.errors import Invalid
from shuke.resource.spec import Match
from tests.documents.models import Offer, OfferLine
from tests.documents.resources import offers
from tests.engine.conftest import SELLER

pytestmark = [pytest.mark.django_db, pytest.mark.feature("DAT-02")]
RIGHTS = SELLER | {"offers": dict.fromkeys(("view", "create", "edit", "delete", "import", "export"), "own")}
HEAD = ["报价主题", "客户", "明细·产品", "明细·数量", "单价", "收货人"]


@pytest.fixture
def seller(person: Any, company: Any, settings: Any, tmp_path: Path) -> Actor:
    settings.SHUKE_DATA = tmp_path
    forget()
    found: Actor = person("seller", company["team"], RIGHTS)
    write.create(found, customers, {"name": "华江"})
    return found


@pytest.fixture
def known_by_title() -> Iterator[None]:
    """Offers of the same title are the same offer."""
    before = offers.duplicates
    object.__setattr__(offers, "duplicates", (Match(("title",)),))
    yield
    object.__setattr__(offers, "duplicates", before)


def job_of(actor: Actor, rows: list[list[str]], *, dry: bool = False, duplicates: str = "create") -> Job:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    token = uploads.keep(actor, "rows.csv", [buffer.getvalue().encode()])
    sheet = uploads.sheet_of(actor, token, "rows.csv")
    found = guess(actor, offers, sheet)
    job = orders.order_import(actor, offers, sheet, header_line=1, fields=found.fields, duplicates=duplicates, dry=dry)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.report
    return job


def kept() -> dict[str, list[tuple[str, Decimal]]]:
    """Product and quantity of the lines of each living offer, by its title."""
    return {
        offer.title: [
            (line.product, line.quantity)
            for line in OfferLine.plain.filter(offer=offer, deleted_at=None).order_by("position")
        ]
        for offer in Offer.plain.filter(deleted_at=None).order_by("pk")
    }


def test_rows_with_an_empty_or_the_same_head_are_lines_of_one_document(seller: Actor) -> None:
    rows = [
        HEAD,
        ["甲", "华江", "阀门", "2", "", ""],
        ["", "", "轴承", "3", "", ""],
        ["", "", "", "", "", ""],
        ["乙", "华江", "密封圈", "10", "1.5", ""],
        ["乙", "华江", "垫片", "4", "2", ""],
        ["丙", "华江", "", "", "", ""],
    ]
    job = job_of(seller, rows)
    assert kept() == {"甲": [("阀门", 2), ("轴承", 3)], "乙": [("密封圈", 10), ("垫片", 4)], "丙": []}
    assert job.report["counts"] == {"created": 3, "blank": 1}
    # The usual prices are filled in, formulas are worked out, and the lines carry their document's owner.
    assert Offer.plain.get(title="甲").amount == Decimal("346.50")
    assert {line.owner_id for line in OfferLine.plain.all()} == {seller.user_id}
    undo(seller, job.change_id or 0)
    assert kept() == {}


@pytest.mark.usefixtures("known_by_title")
def test_a_bad_line_refuses_its_document_and_is_told_by_its_row(seller: Actor) -> None:
    rows = [
        HEAD,
        ["甲", "华江", "阀门", "2", "", ""],
        ["", "", "", "3", "", ""],
        ["", "", "轴承", "0", "", ""],
        ["", "", "垫片", "1", "", "谁"],
        ["甲", "另一家", "垫片", "1", "", ""],
        ["乙", "华江", "阀门", "1", "", ""],
    ]
    for dry in (True, False):
        job = job_of(seller, rows, dry=dry)
        assert job.report["counts"] == {"failed": 1, "created": 1}
        told = {one["line"]: set(one["errors"]) for one in job.report["failures"]}
        # Unreadable, missing, against a rule, out of place: all of it at once.
        assert told == {3: {"lines.product"}, 4: {"lines.quantity"}, 5: {"lines.contact"}, 6: {"customer"}}
        path = runner.file_of(job)
        assert path is not None
        failed = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        # The file has the whole document, so that it can be mended and imported again.
        assert [row[2] for row in failed[1:]] == ["阀门", "", "轴承", "垫片", "垫片"]
        assert [row[6] for row in failed[1:]] == [2, 3, 4, 5, 6]
    assert kept() == {"乙": [("阀门", 1)]}


def test_lines_of_a_document_with_an_unreadable_head_are_looked_through(seller: Actor) -> None:
    rows = [HEAD, ["甲", "没有这一家", "", "2", "", ""], ["", "", "轴承", "", "", "谁"]]
    job = job_of(seller, rows, dry=True)
    told = {one["line"]: set(one["errors"]) for one in job.report["failures"]}
    assert told == {2: {"customer", "lines.product"}, 3: {"lines.quantity", "lines.contact"}}


def test_a_line_without_a_document_and_documents_of_too_many_lines_are_refused(seller: Actor) -> None:
    many = [["", "", f"产品{number}", "1", "", ""] for number in range(MOST + 5)]
    job = job_of(seller, [HEAD, ["", "", "阀门", "1", "", ""], ["甲", "华江", "", "", "", ""], *many])
    assert job.report["counts"] == {"failed": 3}
    assert kept() == {}
    path = runner.file_of(job)
    assert path is not None
    assert len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) == MOST + 8
    whole = job_of(seller, [HEAD, ["甲", "华江", "", "", "", ""], *many[:MOST]])
    assert whole.report["counts"] == {"created": 1}
    assert len(kept()["甲"]) == MOST


@pytest.mark.usefixtures("known_by_title")
def test_lines_that_are_there_are_known_again_and_the_rest_comes_and_goes(seller: Actor) -> None:
    job_of(
        seller,
        [HEAD, ["甲", "华江", "阀门", "2", "99", ""], ["", "", "轴承", "3", "5", ""], ["", "", "垫片", "1", "1", ""]],
    )
    offer = Offer.plain.get()
    ids = {line.product: line.pk for line in OfferLine.plain.all()}
    titles = ["报价主题", "客户", "明细·产品", "明细·数量"]
    rows = [titles, ["甲", "华江", "轴承", "8"], ["", "", "密封圈", "4"], ["", "", "阀门", "2"]]
    dry = job_of(seller, rows, dry=True, duplicates="update")
    (change,) = dry.report["changes"]
    assert change["fields"] == {"lines": ["3 行", "3 行（新增 1，修改 1，删除 1）"]}
    job = job_of(seller, rows, duplicates="update")
    assert job.report["counts"] == {"updated": 1}
    assert kept() == {"甲": [("轴承", 8), ("密封圈", 4), ("阀门", 2)]}
    there = {line.product: line for line in OfferLine.plain.filter(deleted_at=None)}
    assert (there["轴承"].pk, there["阀门"].pk) == (ids["轴承"], ids["阀门"])
    # What the sheet says nothing of stays, and the document is another version.
    assert there["阀门"].price == 99
    assert Offer.plain.get().version == offer.version + 1
    again = job_of(seller, rows, duplicates="update")
    assert (again.report["counts"], Offer.plain.get().version) == ({"updated": 1}, offer.version + 1)
    undo(seller, job.change_id or 0)
    assert kept() == {"甲": [("阀门", 2), ("轴承", 3), ("垫片", 1)]}


@pytest.mark.usefixtures("known_by_title")
def test_filling_blanks_leaves_lines_alone_and_gives_some_to_who_has_none(seller: Actor) -> None:
    job_of(seller, [HEAD, ["甲", "华江", "阀门", "2", "", ""], ["乙", "华江", "", "", "", ""]])
    titles = ["报价主题", "客户", "明细·产品", "明细·数量"]
    rows = [titles, ["甲", "华江", "轴承", "1"], ["乙", "华江", "轴承", "1"]]
    job_of(seller, rows, duplicates="fill")
    assert kept() == {"甲": [("阀门", 2)], "乙": [("轴承", 1)]}


@pytest.mark.usefixtures("known_by_title")
@pytest.mark.parametrize("batch", [1, 2_000])
def test_a_document_in_two_places_of_a_sheet_is_refused_the_second_time(
    seller: Actor, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", batch)
    rows = [
        ["报价主题", "客户", "明细·产品", "明细·数量"],
        ["甲", "华江", "阀门", "2"],
        ["乙", "华江", "阀门", "2"],
        ["甲", "华江", "轴承", "9"],
    ]
    for dry in (True, False):
        job = job_of(seller, rows, dry=dry, duplicates="update")
        assert job.report["counts"] == {"created": 2, "failed": 1}
    assert kept() == {"甲": [("阀门", 2)], "乙": [("阀门", 2)]}


def test_a_stopped_import_goes_on_with_the_next_document(seller: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    rows = [HEAD]
    for title in "甲乙丙":
        rows += [[title, "华江", "阀门", "1", "", ""], ["", "", "轴承", "2", "", ""], ["", "", "垫片", "3", "", ""]]
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    sheet = uploads.sheet_of(seller, uploads.keep(seller, "rows.csv", [buffer.getvalue().encode()]), "rows.csv")
    fields = guess(seller, offers, sheet).fields
    job = orders.order_import(seller, offers, sheet, header_line=1, fields=fields, duplicates="create", dry=False)
    answers = iter([False, True])
    runner.run(job.pk, lambda: next(answers))
    job.refresh_from_db()
    assert (job.state, job.done, list(kept())) == (Job.State.RUNNING, 3, ["甲"])
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.done, job.report["counts"]) == (9, {"created": 3})
    assert [len(lines) for lines in kept().values()] == [3, 3, 3]


def test_more_documents_of_a_batch_cost_no_more_queries(seller: Actor) -> None:
    found = []
    for count in (2, 2, 40):
        rows = [HEAD]
        for number in range(count):
            rows += [[f"报价{count}-{number}", "华江", "阀门", "1", "", ""], ["", "", f"产品{number}", "2", "3", ""]]
        with CaptureQueriesContext(connection) as queries:
            job_of(seller, rows)
        found.append(len(queries))
    # The first one has looked up what stays known.
    assert found[1] == found[2]


def test_lines_are_closed_to_who_may_not_write_them(seller: Actor, person: Any, company: Any) -> None:
    other = person("other", company["team"], RIGHTS, rules={"offer-lines": {"price": "read"}})
    with pytest.raises(Invalid):
        _order(other, ["title", "customer", "lines.product", "lines.quantity", "lines.price", None])
    with pytest.raises(Invalid):
        _order(other, ["title", "customer", "lines.product", "lines.amount", None, None])
    # A required column of the lines is asked for, where any of theirs is chosen.
    with pytest.raises(Invalid):
        _order(seller, ["title", "customer", "lines.product", None, None, None])


def _order(actor: Actor, fields: list[str | None]) -> Job:
    token = uploads.keep(actor, "rows.csv", [",".join(HEAD).encode()])
    sheet = uploads.sheet_of(actor, token, "rows.csv")
    return orders.order_import(actor, offers, sheet, header_line=1, fields=fields, duplicates="create", dry=True)
