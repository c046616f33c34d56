"""One thing done to many records: in the background, with reasons for what was refused, undone as one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Change
from shuke.engine.bulk.acting import AT_ONCE, MOST, Work, order
from shuke.engine.commands.ownership import assign, release
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import create
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import cancel, run
from shuke.engine.options.catalogue import options_of
from shuke.engine.organisation.models import Membership, Pool, Role
from shuke.kernel.errors import Invalid, NotAllowed
from tests.browser.company import Company

ClientOf = Callable[..., Client]


@pytest.fixture
def many(company: Company) -> list[int]:
    """More customers of Zhang's than are done while he waits."""
    return [create(company.people["zhang"], customers, {"name": f"批量客户 {n}"}).record.pk for n in range(AT_ONCE + 1)]


def levels(ids: list[int]) -> set[Any]:
    """The levels of these customers."""
    return set(Customer.objects.unscoped("test").filter(pk__in=ids).values_list("level_id", flat=True))


def test_more_than_a_few_become_a_job_that_is_undone_as_one(
    company: Company, client_of: ClientOf, many: list[int]
) -> None:
    level = options_of("customer-level")[0].pk
    zhang = client_of("zhang", htmx=True)
    whole = {"whole": "1", "query": "q=批量客户", "field": "level", "level": str(level)}
    assert "后台" in zhang.get("/customers/bulk/edit", whole).content.decode()
    response = zhang.post("/customers/bulk/edit", whole)
    job = Job.objects.get(kind="bulk")
    assert response["HX-Redirect"] == f"/jobs/{job.pk}"
    assert levels(many) == {None}
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["counts"], levels(many)) == ("done", {"updated": len(many), "failed": 0}, {level})
    assert Change.objects.filter(pk=job.change_id, verb="bulk").exists()
    assert str(len(many)) in client_of("zhang").get(f"/jobs/{job.pk}").content.decode()
    undo(company.people["zhang"], job.change_id or 0)
    assert levels(many) == {None}


def test_refused_records_are_told_with_their_reason_and_the_rest_is_done(company: Company, many: list[int]) -> None:
    level = options_of("customer-level")[0].pk
    job = order(company.people["zhang"], customers, Work("edit", {"level": level}), many)
    assign(company.people["chen"], customers, many[:1], company.people["li"].user_id or 0)
    run(job.pk)
    job.refresh_from_db()
    assert job.report["counts"] == {"updated": len(many) - 1, "failed": 1}
    (told,) = job.report["failures"]
    assert told["line"] == many[0]
    assert told["errors"][""]
    assert (levels(many[:1]), levels(many[1:])) == ({None}, {level})


def test_a_stopped_job_leaves_the_rest_alone(company: Company, many: list[int]) -> None:
    job = order(company.people["zhang"], customers, Work("delete"), many)
    cancel(company.people["zhang"], job.pk)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report.get("counts")) == ("cancelled", None)
    assert not Customer.objects.unscoped("test").filter(pk__in=many, deleted_at__isnull=False).exists()


def test_nobody_orders_what_he_may_not_do(company: Company) -> None:
    stranger = Actor(user_id=company.people["li"].user_id)
    with pytest.raises(NotAllowed):
        order(stranger, customers, Work("delete"), [1])
    with pytest.raises(Invalid):
        order(company.people["zhang"], customers, Work("delete"), range(1, MOST + 2))


@pytest.mark.feature("CUS-08")
def test_a_dialog_says_which_of_the_ticked_records_stay_as_they_are(company: Company, client_of: ClientOf) -> None:
    waiting, own, *_rest = company.customers.values()
    release(company.people["zhang"], customers, [waiting], Pool.plain.get().pk)
    zhang = client_of("zhang", htmx=True)
    for verb in ("edit", "tag", "delete", "release"):
        mixed = zhang.get(f"/customers/bulk/{verb}", {"ids": [waiting, own]}).content.decode()
        assert f'name="ids" value="{own}"' in mixed
        assert f'name="ids" value="{waiting}"' not in mixed
        assert "有 1 条保持不变" in mixed
        assert "需要先领取" in mixed
        alone = zhang.get(f"/customers/bulk/{verb}", {"ids": [waiting]}).content.decode()
        assert "有 1 条保持不变" in alone
        assert "btn-primary" not in alone
        assert "btn-danger" not in alone
    claim = zhang.get("/customers/bulk/claim", {"ids": [waiting, own]}).content.decode()
    assert f'name="ids" value="{waiting}"' in claim
    assert "有 1 条保持不变" in claim
    assert zhang.post("/customers/bulk/delete", {"ids": [waiting]}).status_code == 422


@pytest.mark.feature("CUS-20")
def test_ticked_customers_are_shared_with_one_colleague_to_look_or_to_work_with(
    company: Company, client_of: ClientOf
) -> None:
    chen, li = client_of("chen"), company.people["li"]
    owner = company.people["zhang"].user_id
    ids = sorted(Customer.plain.filter(owner_id=owner).values_list("pk", flat=True))[:3]
    role = Role.plain.get(pk=Membership.objects.get(user_id=company.people["chen"].user_id).role_id)
    without = {**role.grants, "customers": {k: v for k, v in role.grants["customers"].items() if k != "share"}}
    Role.plain.filter(pk=role.pk).update(grants=without)
    assert "/customers/bulk/share" not in chen.get("/customers").content.decode()
    assert chen.post("/customers/bulk/share", {"ids": ids, "user": li.user_id, "level": "view"}).status_code == 403
    shares = {**without["customers"], "share": "below"}
    Role.plain.filter(pk=role.pk).update(grants={**without, "customers": shares, "roles": {"view": "all"}})
    assert "/customers/bulk/share" in chen.get("/customers").content.decode()
    dialog = chen.get("/customers/bulk/share", {"ids": ids}).content.decode()
    assert {'data-name="user"', 'data-name="role"', 'name="level"'} <= set(re.findall(r'(?:data-)?name="\w+"', dialog))
    for wrong in ({}, {"user": li.user_id, "role": role.pk}):
        answer = chen.post("/customers/bulk/share", {"ids": ids, "level": "view", **wrong})
        assert answer.status_code == 422
        assert "请选择一项" in answer.content.decode()

    def seen(action: str) -> set[int]:
        return set(Customer.objects.visible_to(li, action).filter(pk__in=ids).values_list("pk", flat=True))

    assert not seen("view")
    for level, works in (("view", set()), ("edit", set(ids))):
        assert chen.post("/customers/bulk/share", {"ids": ids, "user": li.user_id, "level": level}).status_code == 200
        assert (seen("view"), seen("edit")) == (set(ids), works)
    assert set(Customer.plain.filter(pk__in=ids).values_list("owner_id", flat=True)) == {owner}
    for change in Change.objects.order_by("-pk")[:2]:
        undo(company.people["chen"], change.pk)
    assert not seen("view")
