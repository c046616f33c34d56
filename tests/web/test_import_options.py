"""What a company's own words need: options that a file names and the dictionaries lack are added from the check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from shuke.engine.options.catalogue import meant
from shuke.engine.options.models import Option
from tests.browser.company import Company

ClientOf = Callable[..., Client]
FILE = "客户名称,行业,所在省市\n大朗电子,五金,广东深圳\n虹桥贸易,五金,广东深圳\n白云商行,贸易,广东省深圳市"


def checked(client: Client) -> Job:
    """The finished check of the file."""
    upload = client.post("/customers/import", {"file": SimpleUploadedFile("ours.csv", FILE.encode())})
    page = client.get(upload["Location"])
    chosen = {column["at"]: next((name for name, *_, on in column["options"] if on), "") for column in columns_of(page)}
    form = {"header_line": "1", "columns": str(len(chosen)), "duplicates": "update"}
    answer = client.post(upload["Location"], {**form, **{f"column-{at}": name for at, name in chosen.items()}})
    return finished(answer)


def columns_of(page: Any) -> list[dict[str, Any]]:
    """The columns of the file as the page shows them."""
    found: list[dict[str, Any]] = page.context["columns"]
    return found


def finished(answer: Any) -> Job:
    """The job that an answer leads to, done."""
    pk = int(answer["Location"].rsplit("/", 1)[-1])
    run(pk)
    return Job.objects.get(pk=pk)


def test_options_that_a_file_names_are_added_from_the_check(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    job = checked(admin)
    assert job.report["counts"] == {"failed": 3}
    page = admin.get(f"/jobs/{job.pk}")
    (lacking,) = page.context["lacking"]
    assert (lacking.dictionary.key, lacking.words) == ("industry", (("五金", 2), ("贸易", 1)))
    assert page.context["matching"].startswith("/customers/import/")
    answer = admin.post(
        f"/customers/import/options/{job.pk}", {"add-industry": ["五金", "自己编的"], "add-gender": "五金"}
    )
    assert finished(answer).report["counts"] == {"created": 2, "failed": 1}
    assert meant("industry", "五金") is not None
    assert not Option.plain.filter(name__in=("自己编的", "贸易")).exists()
    # What is there by now is offered no more.
    (left,) = admin.get(f"/jobs/{job.pk}").context["lacking"]
    assert left.words == (("贸易", 1),)


def test_the_options_are_taken_back_as_one_change(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    job = checked(admin)
    admin.post(f"/customers/import/options/{job.pk}", {"add-industry": ["五金", "贸易"]})
    made = Option.plain.filter(name__in=("五金", "贸易"), deleted_at__isnull=True)
    assert made.count() == 2
    shown = admin.get("/jobs").content.decode()
    undo = shown[shown.index("/changes/") :].split('"', 1)[0]
    assert undo.endswith("/undo")
    admin.post(undo)
    assert not made.exists()


def test_who_may_not_make_options_is_offered_none(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    job = checked(zhang)
    assert zhang.get(f"/jobs/{job.pk}").context["lacking"] == []
    zhang.post(f"/customers/import/options/{job.pk}", {"add-industry": "五金"})
    assert not Option.plain.filter(name="五金").exists()
