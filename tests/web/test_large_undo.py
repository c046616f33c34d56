"""What changed very much goes back in the background, as one change that can itself be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.bulk import undoing
from shuke.engine.bulk.acting import Work, do_some
from shuke.engine.commands.write import update
from shuke.engine.jobs import runner
from shuke.engine.jobs.models import Job
from shuke.engine.options.catalogue import options_of
from tests.browser.company import Company


def of_the_fair() -> int:
    return Customer.plain.filter(source__name="展会").count()


@pytest.fixture
def fair(company: Company) -> Work:
    """To set the source of customers."""
    Customer.plain.update(source=None)
    return Work("edit", {"source": next(one.pk for one in options_of("customer-source") if one.name == "展会")})


def test_a_large_change_goes_back_in_the_background(
    company: Company, client_of: Callable[..., Client], fair: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, admin, ids = client_of("admin"), company.people["admin"], list(company.customers.values())[:4]
    change, refused = do_some(admin, customers, fair, ids)
    assert not refused
    update(admin, customers, ids[0], {"source": "广告"})
    monkeypatch.setattr(undoing, "LARGE", 3)
    answer = browser.post(f"/changes/{change}/undo")
    job = Job.objects.latest("pk")
    assert answer["Location"] == f"/jobs/{job.pk}"
    assert of_the_fair() == 3
    runner.run(job.pk)
    assert of_the_fair() == 0
    assert str(Customer.plain.get(pk=ids[0]).source) == "广告"
    page = browser.get(f"/jobs/{job.pk}").content.decode()
    assert "又被修改过" in page
    assert Customer.plain.get(pk=ids[0]).name in page
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.report["counts"]) == (Job.State.DONE, {"undone": 3, "kept": 1})
    browser.post(f"/changes/{done.change_id}/undo")
    assert of_the_fair() == 3


def test_who_may_not_know_of_a_change_orders_nothing(
    company: Company, client_of: Callable[..., Client], fair: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, ids = company.people["admin"], list(company.customers.values())[:4]
    change, _refused = do_some(admin, customers, fair, ids)
    monkeypatch.setattr(undoing, "LARGE", 0)
    assert client_of("li").post(f"/changes/{change}/undo").status_code == 404
    assert not Job.objects.exists()
