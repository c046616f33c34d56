"""What the page of a piece of background work says."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from shuke.engine.bulk.acting import RUN
from shuke.engine.exchange.jobs import DRY_RUN
from shuke.engine.jobs.models import Job
from shuke.web.bulk.work import described


@pytest.mark.feature("DAT-02")
@pytest.mark.parametrize(
    ("fields", "ready", "counted"),
    [
        (["title", "lines.product"], 1, "报价"),
        (["title", "lines.product", None], 2, "报价"),
        (["title", "customer", None], 2, ""),
    ],
)
def test_what_several_rows_make_is_counted_by_its_name(fields: list[str | None], ready: int, counted: str) -> None:
    job = Job(kind=DRY_RUN, arguments={"resource": "offers", "fields": fields}, report={"counts": {"created": ready}})
    told = described(job)
    assert (told["ready"], told["documents"]) == (ready, counted)


def test_a_bulk_action_names_and_links_the_records_it_left_alone() -> None:
    failures = [{"line": 7, "errors": {"": "华江：只能领取对您开放的池中的记录。"}}]
    report = {"counts": {"updated": 2, "failed": 1}, "failures": failures}
    job = Job(pk=1, kind=RUN, state=Job.State.DONE, arguments={"resource": "customers"}, report=report)
    shown = render_to_string("web/bulk/job_part.html", {"job": job, **described(job)})
    assert '<a href="/customers/7">华江：只能领取对您开放的池中的记录。</a>' in shown
    assert "保持不变的记录" in shown
    assert "行号" not in shown
    assert "有错误" not in shown
    assert 'class="late"' not in shown
    job.kind = DRY_RUN
    assert "行号" in render_to_string("web/bulk/job_part.html", {"job": job, **described(job)})


def test_a_job_that_was_told_to_stop_says_so() -> None:
    job = Job(pk=1, kind=RUN, state=Job.State.RUNNING, arguments={"resource": "customers"}, report={})
    assert "正在停止" not in render_to_string("web/bulk/job_part.html", {"job": job, **described(job)})
    job.cancel_requested = True
    assert "正在停止" in render_to_string("web/bulk/job_part.html", {"job": job, **described(job)})
