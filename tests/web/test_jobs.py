"""What the page of a piece of background work says."""

from __future__ import annotations

import pytest

from shuke.engine.exchange.jobs import DRY_RUN
from shuke.engine.jobs.models import Job
from shuke.web.work import described


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
