"""What a contact record does to its customer and to the schedule, and who may do what with it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from shuke.apps.activities.models import ContactRecord, ScheduleEntry
from shuke.apps.activities.resources.contact_record import contact_records
from shuke.apps.activities.services.truth import prove_last_contacts
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.apps.sales.resources.level import level_policies
from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Entry
from shuke.engine.commands import removal, verbs, write
from shuke.engine.commands.many import edit_many
from shuke.engine.commands.undo import undo
from shuke.engine.dispatch.dailies import DAILY, ask_for_dailies
from shuke.engine.dispatch.jobs import deliver
from shuke.engine.dispatch.models import Notice
from shuke.engine.events.models import Event
from shuke.engine.options.catalogue import options_of
from shuke.engine.organisation.models import Unit, User
from shuke.kernel.errors import Conflict, Invalid, NotAllowed
from tests.activities.conftest import SELLER, level, page_of
from tests.conformance.api import Caller

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def record(actor: Actor, customer: Any, **values: Any) -> ContactRecord:
    return write.create(actor, contact_records, {"customer": customer.pk, "summary": "电话沟通", **values}).record


def fresh(customer: Any) -> Customer:
    return Customer.plain.get(pk=customer.pk)


# ---- the next contact follows the level ------------------------------------------------------------------------------


@pytest.mark.feature("CUS-17", "CON-05")
def test_a_new_level_sets_the_next_contact_by_its_reminder_days(seller: Actor, customer: Any) -> None:
    """The worked example: 重要客户 has 3 days, a record of 31 August leads to 3 September."""
    made = record(seller, customer, level=level("重要客户"), happened_at="2026-08-31T15:20:00+08:00")
    assert made.next_contact_at is not None
    assert timezone.localtime(made.next_contact_at).date() == datetime.date(2026, 9, 3)
    assert fresh(customer).level_id == level("重要客户")
    assert fresh(customer).next_contact_at == made.next_contact_at


@pytest.mark.feature("CON-05")
def test_a_time_chosen_by_hand_wins(seller: Actor, customer: Any) -> None:
    chosen = timezone.now().replace(microsecond=0) + 10 * DAY
    made = record(seller, customer, level=level("重要客户"), next_contact_at=chosen.isoformat())
    assert made.next_contact_at == chosen
    assert fresh(customer).next_contact_at == chosen


@pytest.mark.feature("CON-05", "CUS-17")
def test_a_level_changed_on_a_record_that_is_there_moves_the_next_contact(seller: Actor, customer: Any) -> None:
    made = record(seller, customer, next_plan="问问反馈")

    def told() -> list[datetime.date]:
        """The days on record, customer and schedule."""
        made.refresh_from_db()
        [entry] = ScheduleEntry.plain.filter(record=made, deleted_at=None)
        moments = (made.next_contact_at, fresh(customer).next_contact_at, entry.starts_at)
        return [timezone.localtime(moment).date() for moment in moments if moment]

    for name, days in (("重要客户", 3), ("一般客户", 15)):
        write.update(seller, contact_records, made.pk, {"level": level(name)})
        assert told() == [timezone.localdate(made.happened_at) + days * DAY] * 3
    chosen = timezone.now().replace(microsecond=0) + 10 * DAY
    both = {"level": level("重要客户"), "next_contact_at": chosen.isoformat()}
    write.update(seller, contact_records, made.pk, both)
    assert told() == [timezone.localdate(chosen)] * 3
    write.update(seller, contact_records, made.pk, {"level": level("潜在客户")})
    assert told() == [timezone.localdate(chosen)] * 3
    assert fresh(customer).level_id == level("潜在客户")
    write.update(seller, contact_records, made.pk, {"level": level("重要客户"), "next_contact_at": None})
    made.refresh_from_db()
    assert (made.next_contact_at, made.level_id) == (None, level("重要客户"))


@pytest.mark.feature("CUS-17")
def test_without_a_new_level_no_time_is_made_up(seller: Actor, customer: Any) -> None:
    made = record(seller, customer)
    assert (made.level_id, made.next_contact_at) == (level("普通客户"), None)


@pytest.mark.feature("CUS-16", "CUS-03")
def test_a_level_is_defined_with_its_days_and_can_be_chosen_at_once(admin: Actor, seller: Actor, customer: Any) -> None:
    policy = write.create(admin, level_policies, {"name": "战略客户", "days": 5}).record
    made = record(seller, customer, level=level("战略客户"), happened_at="2026-08-31T09:00:00+08:00")
    assert timezone.localtime(made.next_contact_at).date() == datetime.date(2026, 9, 5)
    write.update(admin, level_policies, policy.pk, {"name": "战略伙伴"})
    assert level("战略伙伴") == made.level_id
    with pytest.raises(Invalid):
        write.update(admin, level_policies, policy.pk, {"name": "重要客户"})
    with pytest.raises(Invalid):
        write.create(admin, level_policies, {"name": "零天", "days": 0})


@pytest.mark.feature("CUS-18")
def test_every_change_of_a_level_is_kept_with_its_time(seller: Actor, customer: Any) -> None:
    for name in ("重要客户", "一般客户"):
        record(seller, customer, level=level(name))
    entries = Entry.objects.filter(relation="sales_customer", object_id=customer.pk, after__has_key="level_id")
    found = [(one.before["level_id"], one.after["level_id"]) for one in entries.order_by("id")]
    assert found == [(level("普通客户"), level("重要客户")), (level("重要客户"), level("一般客户"))]


@pytest.mark.feature("CUS-18")
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_levels_changed_at_customers_are_kept_with_time_and_person(seller: Actor, customer: Any, many: bool) -> None:
    other, key = write.create(seller, customers, {"name": "别家"}).record, level("重要客户")
    if many:
        edit_many(seller, customers, [customer.pk, other.pk], {"level": key})
    else:
        write.update(seller, customers, customer.pk, {"level": key})
    found = Entry.objects.filter(relation="sales_customer", after__has_key="level_id").select_related("change")
    told = {(one.object_id, one.before["level_id"], one.after["level_id"]) for one in found}
    assert told == {(customer.pk, customer.level_id, key), *([(other.pk, None, key)] if many else [])}
    assert {one.change and one.change.actor_id for one in found} == {seller.user_id}
    assert all(timezone.now() - one.at < HOUR for one in found)


def test_an_appointment_that_was_kept_is_no_longer_due(seller: Actor, customer: Any) -> None:
    Customer.plain.filter(pk=customer.pk).update(next_contact_at=timezone.now() - HOUR)
    record(seller, customer)
    assert fresh(customer).next_contact_at is None
    later = timezone.now() + 5 * DAY
    Customer.plain.filter(pk=customer.pk).update(next_contact_at=later)
    record(seller, customer)
    assert fresh(customer).next_contact_at == later


def test_an_older_record_that_is_written_later_moves_nothing_back(seller: Actor, customer: Any) -> None:
    newest = record(seller, customer, level=level("重要客户"))
    record(seller, customer, level=level("一般客户"), happened_at=(timezone.now() - 9 * DAY).isoformat())
    found = fresh(customer)
    assert (found.level_id, found.last_contact_at) == (level("重要客户"), newest.happened_at)


def test_the_last_contact_is_that_of_the_latest_record_whatever_happens(admin: Actor, customer: Any) -> None:
    first = record(admin, customer, happened_at=(timezone.now() - 3 * DAY).isoformat())
    second = write.create(admin, contact_records, {"customer": customer.pk, "summary": "又谈"})
    assert fresh(customer).last_contact_at == second.record.happened_at
    removal.delete(admin, contact_records, [second.record.pk])
    assert fresh(customer).last_contact_at == first.happened_at
    removal.restore(admin, contact_records, [second.record.pk])
    assert fresh(customer).last_contact_at == second.record.happened_at
    removal.delete(admin, contact_records, [first.pk, second.record.pk])
    assert fresh(customer).last_contact_at is None
    removal.restore(admin, contact_records, [first.pk])
    Customer.plain.filter(pk=customer.pk).update(last_contact_at=timezone.now())
    assert prove_last_contacts() == 1
    assert fresh(customer).last_contact_at == first.happened_at


def test_taking_back_a_record_takes_back_what_it_did(seller: Actor, customer: Any) -> None:
    saved = write.create(
        seller, contact_records, {"customer": customer.pk, "summary": "升级", "level": level("重要客户")}
    )
    assert ScheduleEntry.plain.filter(record=saved.record).exists()
    undo(seller, saved.change)
    found = fresh(customer)
    assert (found.level_id, found.last_contact_at, found.next_contact_at) == (level("普通客户"), None, None)
    assert not ScheduleEntry.plain.filter(customer=customer, deleted_at=None).exists()


def test_who_may_not_change_the_level_cannot_do_it_by_a_record(
    person: Any, company: Any, seller: Actor, customer: Any
) -> None:
    grants = {"customers": {"view": "all"}, "contact-records": {"view": "all", "create": "all"}}
    helper = person("helper", company["team"], grants)
    with pytest.raises(NotAllowed):
        record(helper, customer, level=level("重要客户"))
    assert record(helper, customer).level_id == level("普通客户")


@pytest.mark.feature("CON-04")
def test_a_record_makes_sense(seller: Actor, customer: Any) -> None:
    stranger = write.create(seller, customers, {"name": "别家"}).record
    other = write.create(seller, contacts, {"customer": stranger.pk, "name": "赵六"}).record
    with pytest.raises(Invalid) as error:
        record(seller, customer, contact=other.pk)
    assert set(error.value.fields) == {"contact"}
    with pytest.raises(Invalid) as error:
        record(seller, customer, happened_at=(timezone.now() + DAY).isoformat())
    assert set(error.value.fields) == {"happened_at"}
    with pytest.raises(Invalid) as error:
        record(seller, customer, next_contact_at=(timezone.now() - DAY).isoformat())
    assert set(error.value.fields) == {"next_contact_at"}


@pytest.mark.feature("CON-17")
def test_a_business_chance_marks_the_customer(seller: Actor, customer: Any) -> None:
    record(seller, customer, chance=True)
    assert fresh(customer).chance is True


@pytest.mark.feature("CON-17")
def test_the_list_of_customers_shows_how_far_the_talks_are_and_where_a_chance_is(seller: Actor, customer: Any) -> None:
    stage = next(one.pk for one in options_of("customer-stage") if one.name == "方案报价")
    write.update(seller, customers, customer.pk, {"stage": stage})

    def line() -> str:
        [found] = [row for row in page_of(seller, "/customers").split("<tr") if customer.name in row]
        return found

    before = line()
    assert "方案报价" in before
    record(seller, customer, chance=True)
    assert line().count("是") > before.count("是")
    write.create(seller, customers, {"name": "别家"})
    marked = page_of(seller, "/customers?chance=yes")
    assert (customer.name in marked, "别家" in marked) == (True, False)


@pytest.mark.feature("CON-15")
def test_how_much_each_salesperson_recorded_is_counted_by_day(
    seller: Actor, manager: Actor, person: Any, company: dict[str, Any], customer: Any
) -> None:
    other = person("han", company["team"], SELLER)
    theirs = write.create(other, customers, {"name": "韩家"}).record
    for actor, whose, days in ((seller, customer, 0), (seller, customer, 0), (seller, customer, 3), (other, theirs, 0)):
        record(actor, whose, happened_at=(timezone.now() - days * DAY).isoformat())
    asked = {"by": "salesperson", "filter": {"happened_at": {"within": "today"}}}
    groups = Caller(manager).get("/contact-records/groups", **asked).json()["groups"]
    assert {one["key"]: one["count"] for one in groups} == {str(seller.user_id): 2, str(other.user_id): 1}
    page = page_of(manager, "/contact-records?view=today&group=salesperson")
    assert "李雷" in page
    assert "han" in page


# ---- the schedule ----------------------------------------------------------------------------------------------------


@pytest.mark.feature("CAL-05", "CON-06")
def test_the_next_contact_goes_into_the_schedule_unless_it_is_unticked(seller: Actor, customer: Any) -> None:
    at = timezone.now().replace(microsecond=0) + 2 * DAY
    phone = next(option.pk for option in options_of("contact-way") if option.name == "电话")
    made = record(seller, customer, next_contact_at=at.isoformat(), next_plan="送样品报价", kind=phone)
    entry = ScheduleEntry.plain.get(record=made)
    assert (entry.title, entry.starts_at, entry.kind, entry.owner_id, entry.customer_id) == (
        "送样品报价", at, "call", seller.user_id, customer.pk
    )  # fmt: skip
    moved = at + DAY
    write.update(seller, contact_records, made.pk, {"next_contact_at": moved.isoformat()})
    entry.refresh_from_db()
    assert entry.starts_at == moved
    write.update(seller, contact_records, made.pk, {"add_to_schedule": False})
    entry.refresh_from_db()
    assert entry.deleted_at is not None
    unticked = record(seller, customer, next_contact_at=at.isoformat(), add_to_schedule=False)
    assert not ScheduleEntry.plain.filter(record=unticked).exists()


@pytest.mark.feature("CAL-05", "CON-06")
def test_the_next_contact_stands_in_the_schedule_of_who_talks_to_the_customer(
    seller: Actor, manager: Actor, customer: Any
) -> None:
    at = (timezone.now() + DAY).isoformat()
    made = record(manager, customer, salesperson=seller.user_id, next_contact_at=at)
    assert ScheduleEntry.plain.get(record=made).owner_id == seller.user_id


# ---- managers --------------------------------------------------------------------------------------------------------


@pytest.mark.feature("CON-09")
def test_a_managers_guidance_reaches_who_wrote_the_record(seller: Actor, manager: Actor, customer: Any) -> None:
    made = record(seller, customer)
    verb = verbs.verb_of(contact_records, "guide")
    with pytest.raises(NotAllowed):
        verbs.perform(seller, contact_records, [made.pk], verb, {"guidance": "x"})
    change = verbs.perform(manager, contact_records, [made.pk], verb, {"guidance": "先确认预算"})
    made.refresh_from_db()
    assert (made.guidance, made.guided_by_id) == ("先确认预算", manager.user_id)
    for event in Event.objects.filter(change_id=change):
        deliver(event.change_id, event.at.isoformat())
    notice = Notice.objects.get(user_id=seller.user_id, kind="told")
    assert "先确认预算" in notice.text


@pytest.mark.feature("CON-15")
def test_a_checker_samples_the_records_of_others(seller: Actor, manager: Actor, customer: Any) -> None:
    made = record(seller, customer)
    own = record(manager, write.create(manager, customers, {"name": "自家"}).record)
    verb = verbs.verb_of(contact_records, "check")
    with pytest.raises(Conflict):
        verbs.perform(manager, contact_records, [own.pk], verb, {})
    verbs.perform(manager, contact_records, [made.pk], verb, {})
    made.refresh_from_db()
    assert made.checked_by_id == manager.user_id
    with pytest.raises(NotAllowed):
        verbs.perform(seller, contact_records, [made.pk], verb, {})


@pytest.mark.feature("CON-16")
def test_the_manager_hears_of_contacts_with_key_customers(
    seller: Actor, manager: Actor, customer: Any, company: dict[str, Any]
) -> None:
    Unit.plain.filter(pk=company["east"].pk).update(head_id=manager.user_id)

    def heard() -> list[str]:
        for change_id, at in set(Event.objects.values_list("change_id", "at")):
            deliver(change_id, at.isoformat())
        notices = Notice.objects.filter(user_id=manager.user_id, kind="told").order_by("pk")
        return [*notices.values_list("text", flat=True)]

    record(seller, customer)
    assert heard() == []
    made = record(seller, customer, level=level("重要客户"))
    assert made.next_contact_at is not None
    assert len(heard()) == 1
    assert customer.name in heard()[0]
    assert timezone.localtime(made.next_contact_at).strftime("%m-%d") in heard()[0]


# ---- every day -------------------------------------------------------------------------------------------------------


def evening(hour: int = 17) -> datetime.datetime:
    """A Monday at five."""
    return datetime.datetime(2026, 11, 23, hour, 2, tzinfo=timezone.get_default_timezone())


def asked(actor: Actor) -> list[str]:
    return [*Notice.objects.filter(user_id=actor.user_id, kind=DAILY).order_by("pk").values_list("text", flat=True)]


@pytest.mark.feature("CON-15")
def test_who_wrote_no_record_on_a_working_day_is_reminded_and_his_manager_told(
    seller: Actor, manager: Actor, person: Any, company: dict[str, Any], customer: Any
) -> None:
    Unit.plain.filter(pk=company["east"].pk).update(head_id=manager.user_id)
    diligent = person("han", company["team"], SELLER)
    theirs = write.create(diligent, customers, {"name": "韩家"}).record
    without_customers = person("new", company["team"], SELLER)
    made = record(diligent, theirs)
    record(seller, customer)
    ContactRecord.plain.filter(customer=customer).update(happened_at=evening() - 3 * DAY)
    ContactRecord.plain.filter(pk=made.pk).update(happened_at=evening(9))
    assert ask_for_dailies(evening(16)) == 0
    assert ask_for_dailies(evening() - DAY) == 0, "a Sunday"
    assert ask_for_dailies(evening()) == 1
    assert "联系记录" in asked(seller)[0]
    assert asked(diligent) == asked(without_customers) == []
    assert "李雷" in asked(manager)[0]
    assert "han" not in asked(manager)[0]
    bell = page_of(seller, "/notices")
    assert asked(seller)[0] in bell
    assert 'href="/contact-records"' in bell
    Notice.objects.update(at=evening())
    assert ask_for_dailies(evening()) == 0, "once a day"


@pytest.mark.feature("CON-15")
def test_the_home_page_says_whether_one_wrote_a_record_today(
    seller: Actor, person: Any, company: dict[str, Any], customer: Any
) -> None:
    assert "您今天还没有填写" in page_of(seller, "/")
    record(seller, customer)
    home = page_of(seller, "/")
    assert "您今天还没有填写" not in home
    assert "您今天已填写 1 条" in home
    assert "您今天" not in page_of(person("new", company["team"], SELLER), "/"), (
        "without customers there is nothing to write"
    )


@pytest.mark.feature("CON-16")
def test_without_a_head_those_who_oversee_the_unit_hear_and_at_last_the_administrators(
    seller: Actor, manager: Actor, admin: Actor, customer: Any
) -> None:
    def told() -> set[int]:
        for change_id, at in set(Event.objects.values_list("change_id", "at")):
            deliver(change_id, at.isoformat())
        return set(Notice.objects.filter(kind="told").values_list("user_id", flat=True))

    record(seller, customer, level=level("重要客户"))
    assert told() == {manager.user_id}
    Notice.objects.all().delete()
    Event.objects.all().delete()
    User.plain.filter(pk=manager.user_id).update(is_active=False)
    record(seller, customer)
    assert told() == {admin.user_id}
