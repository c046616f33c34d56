"""One record's life through the commands: created, changed, handed over, deleted, and every step taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.audit.history import history
from shuke.engine.commands import ownership, removal, undo, write
from shuke.kernel.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound
from tests.engine.conftest import MANAGER, SELLER

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(person: Any, company: Any) -> Any:
    return (
        person("zhang", company["team"], SELLER),
        person("li", company["south"], SELLER),
        person("chen", company["east"], MANAGER),
    )


def test_create_stamps_owner_unit_number_and_search_text(team: Any) -> None:
    zhang = team[0]
    saved = write.create(zhang, customers, {"name": "华江科技有限公司", "phone": "138 1234 6021"})
    row = Customer.objects.visible_to(zhang).get(pk=saved.record.pk)
    assert (row.owner_id, row.unit_id, row.version) == (zhang.user_id, zhang.unit_id, 1)
    assert row.number.startswith("C20")
    assert row.number.endswith("-00001")
    assert "华江" in row.grams
    assert "hj" in row.grams
    assert saved.change > 0


def test_input_is_refused_field_by_field(team: Any) -> None:
    with pytest.raises(Invalid) as error:
        write.create(team[0], customers, {"name": " ", "email": "x", "credit_limit": "5"})
    assert set(error.value.fields) == {"credit_limit"}
    with pytest.raises(Invalid) as error:
        write.create(team[0], customers, {"name": " ", "email": "x", "level": 999, "owner": 1})
    assert set(error.value.fields) == {"owner"}
    with pytest.raises(Invalid) as error:
        write.create(team[0], customers, {"name": " ", "email": "x", "level": 999})
    assert set(error.value.fields) == {"name", "email", "level"}


def test_a_stale_version_is_a_conflict_that_shows_theirs(team: Any) -> None:
    zhang = team[0]
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    write.update(zhang, customers, pk, {"name": "乙公司"}, version=1)
    with pytest.raises(Conflict) as error:
        write.update(zhang, customers, pk, {"name": "丙公司"}, version=1)
    assert error.value.version == 2
    assert error.value.theirs == {"name": "乙公司"}


def test_what_one_may_not_see_is_not_found_and_what_one_may_not_do_not_allowed(team: Any) -> None:
    zhang, li, chen = team
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    with pytest.raises(NotFound):
        write.update(li, customers, pk, {"name": "x"})
    with pytest.raises(NotFound):
        ownership.assign(li, customers, [pk], li.user_id)
    assert write.update(chen, customers, pk, {"name": "乙公司"}).record.name == "乙公司"


def test_hand_over_takes_the_contacts_along_and_can_be_taken_back(team: Any) -> None:
    zhang, li, _ = team
    ids = [write.create(zhang, customers, {"name": f"客户{n}"}).record.pk for n in range(10)]
    write.create(zhang, contacts, {"name": "陈志远", "customer": ids[0]})
    change = ownership.assign(zhang, customers, ids, li.user_id)
    assert Customer.objects.visible_to(zhang).count() == 0
    assert Customer.objects.visible_to(li).count() == 10
    assert Contact.objects.visible_to(li).get().unit_id == li.unit_id
    outcome = undo.undo(zhang, change)
    assert outcome.refused == ()
    assert outcome.rows == 11
    assert Customer.objects.visible_to(zhang).count() == 10
    assert Contact.objects.visible_to(zhang).count() == 1
    with pytest.raises(Conflict):
        undo.undo(zhang, change)
    undo.undo(zhang, outcome.change)
    assert Customer.objects.visible_to(li).count() == 10


def test_undo_leaves_alone_what_has_moved_on(team: Any) -> None:
    zhang = team[0]
    pk = write.create(zhang, customers, {"name": "甲公司", "address": "旧址"}).record.pk
    first = write.update(zhang, customers, pk, {"name": "乙公司", "address": "新址"})
    write.update(zhang, customers, pk, {"address": "更新"})
    with pytest.raises(Conflict):
        undo.undo(zhang, first.change)
    row = Customer.objects.visible_to(zhang).get(pk=pk)
    assert (row.name, row.address) == ("乙公司", "更新")


def test_undo_looks_at_children_only_where_their_parent_moved(team: Any) -> None:
    zhang, li, _ = team
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    write.create(zhang, contacts, {"name": "陈志远", "customer": pk})
    renamed = write.update(zhang, customers, pk, {"name": "乙公司"}).change
    with CaptureQueriesContext(connection) as asked:
        undo.undo(zhang, renamed)
    assert not [one["sql"] for one in asked if Contact._meta.db_table in one["sql"]]
    assigned = ownership.assign(zhang, customers, [pk], li.user_id)
    with CaptureQueriesContext(connection) as asked:
        undo.undo(zhang, assigned)
    assert [one["sql"] for one in asked if f'UPDATE "{Contact._meta.db_table}" c ' in one["sql"]]


def test_undo_of_a_rename_restores_the_search_text(team: Any) -> None:
    zhang = team[0]
    pk = write.create(zhang, customers, {"name": "华江科技"}).record.pk
    renamed = write.update(zhang, customers, pk, {"name": "蓝海信息"})
    undo.undo(zhang, renamed.change)
    row = Customer.objects.visible_to(zhang).get(pk=pk)
    assert "华江" in row.grams
    assert "蓝海" not in row.grams


def test_delete_and_restore_take_the_children_along(team: Any) -> None:
    zhang = team[0]
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    kept = write.create(zhang, contacts, {"name": "陈志远", "customer": pk}).record.pk
    gone = write.create(zhang, contacts, {"name": "林晓", "customer": pk}).record.pk
    removal.delete(zhang, contacts, [gone])
    removal.delete(zhang, customers, [pk])
    assert not Contact.objects.visible_to(zhang).exists()
    removal.restore(zhang, customers, [pk])
    assert list(Contact.objects.visible_to(zhang).values_list("pk", flat=True)) == [kept]


def test_duplicates_are_named_as_far_as_one_may_see_them(team: Any) -> None:
    zhang, li, _ = team
    write.create(zhang, customers, {"name": "华江科技有限公司"})
    with pytest.raises(Duplicate) as error:
        write.create(zhang, customers, {"name": "华江 科技 有限公司"}, allow_duplicates=False)
    assert [name for _pk, name in error.value.matches] == ["华江科技有限公司"]
    with pytest.raises(Duplicate) as error:
        write.create(li, customers, {"name": "华江科技有限公司"}, allow_duplicates=False)
    assert error.value.matches == []


def test_nobody_creates_below_a_customer_that_is_not_his(team: Any) -> None:
    zhang, li, _ = team
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    with pytest.raises(Invalid):
        write.create(li, contacts, {"name": "林晓", "customer": pk})
    with pytest.raises(NotFound):
        removal.delete(li, customers, [pk])


def test_who_may_only_look_is_not_allowed_to_change(person: Any, company: Any, team: Any) -> None:
    reader = person("reader", company["company"], {"customers": {"view": "all"}})
    pk = write.create(team[0], customers, {"name": "甲公司"}).record.pk
    with pytest.raises(NotAllowed):
        write.update(reader, customers, pk, {"name": "乙公司"})
    with pytest.raises(NotAllowed):
        write.create(reader, customers, {"name": "乙公司"})
    with pytest.raises(NotAllowed):
        removal.delete(reader, customers, [pk])


def test_somebody_elses_change_goes_back_whole_or_not_at_all(team: Any) -> None:
    zhang, li, chen = team
    mine = [write.create(zhang, customers, {"name": f"客户{n}"}).record.pk for n in range(2)]
    theirs = write.create(li, customers, {"name": "客户"}).record.pk
    given = ownership.assign(zhang, customers, mine, chen.user_id)
    with pytest.raises(NotFound):
        undo.undo(li, given)
    assert undo.undo(chen, given).rows == 2
    made = write.create(li, customers, {"name": "新客户"}).change
    with pytest.raises(NotFound):
        undo.undo(chen, made)
    assert Customer.objects.visible_to(li).filter(pk=theirs).exists()


def test_the_history_says_which_changes_reach_further_than_the_record(team: Any) -> None:
    zhang, _li, chen = team
    ids = [write.create(zhang, customers, {"name": f"客户{n}"}).record.pk for n in range(26)]
    one = write.update(zhang, customers, ids[0], {"note": "x"}).change
    all_of_them = ownership.assign(zhang, customers, ids, chen.user_id)
    wide = {item.change.pk: item.wide for item in history(chen, customers, ids[0]) if item.change}
    assert wide[one] is False
    assert wide[all_of_them] is True


def test_ones_own_hand_over_goes_back_for_a_day_only(team: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    zhang, li, _ = team
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    given = ownership.assign(zhang, customers, [pk], li.user_id)
    monkeypatch.setattr(undo, "OWN_CHANGE", timedelta(0))
    with pytest.raises(NotAllowed):
        undo.undo(zhang, given)
    monkeypatch.undo()
    assert undo.undo(zhang, given).rows == 1
