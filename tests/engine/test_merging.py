"""Options that mean the same become one, on every record, as one change that can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.apps.people.resources.dictionary import options
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.bulk import merging
from shuke.engine.commands import write
from shuke.engine.commands.removal import delete
from shuke.engine.commands.undo import undo
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.exchange.resolve import Resolver
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from shuke.engine.options.catalogue import forget, options_of
from shuke.engine.options.models import Option
from shuke.engine.query.paging import count, select
from shuke.kernel.criteria import Condition
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.describe import fields_of
from tests.engine.conftest import SELLER

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(person: Any, company: Any) -> Any:
    forget()
    return person("admin", company["team"], admin=True)


@pytest.fixture
def ids(admin: Any) -> dict[str, int]:
    """The ids of the customer tags and sources by name."""
    return {one.name: one.pk for key in ("customer-tag", "customer-source") for one in options_of(key)}


def merged(actor: Any, taken: list[int], into: int) -> int:
    """Merge options as the page and the API do; returns the change's id."""
    change = perform(actor, options, taken, verb_of(options, "merge"), {"into": into})
    forget()
    return change


def tags_of(pk: int) -> list[int]:
    return list(Customer.plain.get(pk=pk).tags)


@pytest.mark.feature("SYS-01")
def test_every_record_bears_the_tag_that_stays_and_one_undo_brings_all_back(admin: Any, ids: Any) -> None:
    taken, kept, other = ids["长期合作"], ids["重点跟进"], ids["价格敏感"]
    both = write.create(admin, customers, {"name": "甲", "tags": [taken, kept]}).record.pk
    one = write.create(admin, customers, {"name": "乙", "tags": [taken, other]}).record.pk
    binned = write.create(admin, customers, {"name": "丁", "tags": [taken]}).record.pk
    delete(admin, customers, [binned])
    change = merged(admin, [taken], kept)
    assert (tags_of(both), tags_of(one), tags_of(binned)) == ([kept], sorted([kept, other]), [kept])
    assert taken not in {found.pk for found in options_of("customer-tag")}
    undo(admin, change)
    forget()
    assert (tags_of(both), tags_of(one), tags_of(binned)) == (sorted([taken, kept]), sorted([taken, other]), [taken])
    assert taken in {found.pk for found in options_of("customer-tag")}


@pytest.mark.feature("SYS-01")
def test_what_still_names_the_merged_one_means_the_one_that_stays(admin: Any, ids: Any) -> None:
    taken, kept = ids["长期合作"], ids["重点跟进"]
    merged(admin, [taken], kept)
    by_name = write.create(admin, customers, {"name": "甲", "tags": ["长期合作"]}).record.pk
    by_id = write.create(admin, customers, {"name": "乙", "tags": [taken]}).record.pk
    assert (tags_of(by_name), tags_of(by_id)) == ([kept], [kept])
    assert count(select(admin, customers, criteria=Condition("tags", "in", [taken]))).value == 2
    merged(admin, [kept], ids["价格敏感"])
    assert write.create(admin, customers, {"name": "丙", "tags": ["长期合作"]}).record.tags == [ids["价格敏感"]]


@pytest.mark.feature("SYS-01")
def test_options_of_a_single_choice_are_merged_as_well(admin: Any, ids: Any) -> None:
    taken, kept = ids["网站"], ids["广告"]
    pk = write.create(admin, customers, {"name": "甲", "source": taken}).record.pk
    change = merged(admin, [taken], kept)
    assert Customer.plain.get(pk=pk).source_id == kept
    assert write.create(admin, customers, {"name": "乙", "source": "网站"}).record.source_id == kept
    assert Resolver(admin).id_of(fields_of(customers)["source"], "网站") == kept
    assert count(select(admin, customers, criteria=Condition("source", "eq", taken))).value == 2
    undo(admin, change)
    assert Customer.plain.get(pk=pk).source_id == taken


def test_many_records_are_a_job_that_goes_on_with_the_same_change(
    admin: Any, ids: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "AT_ONCE", 2)
    monkeypatch.setattr(merging, "_BATCH", 2)
    taken, kept = ids["长期合作"], ids["重点跟进"]
    pks = [write.create(admin, customers, {"name": name, "tags": [taken]}).record.pk for name in "甲乙丙丁戊"]
    change = merged(admin, [taken], kept)
    assert {tuple(tags_of(pk)) for pk in pks} == {(taken,)}
    job = Job.objects.get(kind=merging.RUN)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.change_id) == ("done", 5, 5, change)
    assert {tuple(tags_of(pk)) for pk in pks} == {(kept,)}
    assert undo(admin, change).rows == 6
    assert {tuple(tags_of(pk)) for pk in pks} == {(taken,)}


def test_a_job_whose_merge_was_taken_back_changes_nothing(
    admin: Any, ids: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "AT_ONCE", 0)
    taken = ids["长期合作"]
    pk = write.create(admin, customers, {"name": "甲", "tags": [taken]}).record.pk
    undo(admin, merged(admin, [taken], ids["重点跟进"]))
    job = Job.objects.get(kind=merging.RUN)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, tags_of(pk)) == ("cancelled", [taken])


@pytest.mark.feature("SYS-01")
def test_only_administrators_merge_and_only_within_a_dictionary(
    admin: Any, ids: Any, person: Any, company: Any
) -> None:
    keeper = person("keeper", company["team"], SELLER | {"options": {"view": "all", "edit": "all"}})
    with pytest.raises(NotAllowed):
        merged(keeper, [ids["长期合作"]], ids["重点跟进"])
    retired = ids["暂缓联系"]
    write.update(admin, options, retired, {"retired": True})
    for into in (ids["长期合作"], ids["广告"], retired, 10**9):
        with pytest.raises(Invalid):
            merged(admin, [ids["长期合作"]], into)
    assert not Option.plain.get(pk=ids["长期合作"]).retired
