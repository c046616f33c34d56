"""Rules “when … if … then …”: what wakes them, what they do, and what they can never do."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from shuke.apps.people.resources.automation import automation_rules
from shuke.apps.people.resources.unit import units
from shuke.apps.people.resources.user import users
from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.audit.models import Change
from shuke.engine.automation import timing
from shuke.engine.automation.jobs import clear_log, send_mail
from shuke.engine.automation.models import AutomationRule, Clock, Run
from shuke.engine.automation.people import overseers
from shuke.engine.automation.running import perform, try_out
from shuke.engine.automation.starting import start_rules
from shuke.engine.automation.texts import fill_in
from shuke.engine.automation.timing import look_at_clocks
from shuke.engine.bulk import acting
from shuke.engine.commands import ownership, removal, write
from shuke.engine.commands.undo import undo
from shuke.engine.dispatch.jobs import deliver
from shuke.engine.dispatch.models import Notice
from shuke.engine.events.models import Event
from shuke.engine.options.catalogue import forget, options_of
from shuke.engine.organisation.models import Pool, User
from shuke.engine.organisation.tree import heads_above
from shuke.kernel.errors import Invalid, NotFound
from tests.engine.conftest import MANAGER, SELLER

pytestmark = pytest.mark.django_db
Make = Callable[..., AutomationRule]


@pytest.fixture
def admin(person: Any, company: Any) -> Any:
    forget()
    return person("admin", company["company"], admin=True)


@pytest.fixture
def rule(admin: Any) -> Make:
    """``rule(trigger, actions)`` makes a rule about customers that is switched on."""

    def make(trigger: Any, actions: Any, criteria: Any = None, **more: Any) -> AutomationRule:
        values = {"name": "规则", "object": "customers", "active": True, **more}
        values |= {"trigger": trigger, "actions": actions, "criteria": criteria or {}}
        return write.create(admin, automation_rules, values).record

    return make


def work(*, heard: int = 1) -> None:
    """Deliver every event that was not delivered yet, and do the runs, until nothing is left to do."""
    done: set[tuple[int, Any]] = set()
    while waiting := sorted({*Event.objects.values_list("change_id", "at")} - done):
        for change_id, at in waiting:
            for _time in range(heard):
                deliver(change_id, at.isoformat())
            done.add((change_id, at))
        for run in Run.objects.filter(state=Run.State.READY).order_by("pk"):
            perform(run.pk)


def set_to(field: str, value: Any, source: str = "value") -> dict[str, Any]:
    return {"do": "set", "values": [{"field": field, "source": source, "value": value}]}


def only_run() -> Run:
    return Run.objects.get()


# ---- what wakes a rule ----------------------------------------------------------------------------------------------


def test_a_new_record_wakes_a_rule_and_its_work_says_so_and_can_be_taken_back(admin: Any, rule: Make) -> None:
    rule({"on": "created"}, [set_to("note", "欢迎 {name}", "text")], name="欢迎新客户")
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    work()
    assert Customer.plain.get(pk=pk).note == "欢迎 华江"
    run = only_run()
    done = Change.objects.get(pk=run.change_id)
    assert (run.state, done.via, done.verb) == ("done", "automation", "automate")
    assert "欢迎新客户" in done.maker
    undo(admin, done.pk)
    assert Customer.plain.get(pk=pk).note == ""


@pytest.mark.parametrize(
    ("trigger", "wakes"),
    [
        ({"on": "updated"}, True),
        ({"on": "updated", "fields": ["phone"]}, True),
        ({"on": "updated", "fields": ["email"]}, False),
        ({"on": "updated", "fields": ["phone"], "from": "13800001111"}, True),
        ({"on": "updated", "fields": ["phone"], "from": "13800001112"}, False),
        ({"on": "updated", "fields": ["phone"], "to": "13800002222"}, True),
        ({"on": "updated", "fields": ["phone"], "from": "13800001111", "to": "1380000"}, False),
        ({"on": "created"}, False),
        ({"on": "imported"}, False),
    ],
)
def test_a_change_wakes_by_its_fields_and_their_values(admin: Any, rule: Make, trigger: Any, wakes: bool) -> None:
    pk = write.create(admin, customers, {"name": "华江", "phone": "13800001111"}).record.pk
    work()
    rule(trigger, [set_to("note", "醒了")])
    write.update(admin, customers, pk, {"phone": "13800002222"})
    Event.objects.filter(kind="created").delete()
    work()
    assert (Customer.plain.get(pk=pk).note == "醒了") is wakes


def test_handing_over_pools_deleting_and_restoring_wake_rules(
    admin: Any, rule: Make, person: Any, company: Any
) -> None:
    zhang = person("zhang", company["team"], SELLER)
    pool = Pool.plain.create(name="公海")
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    work()
    for on in ("assigned", "released", "claimed", "restored"):
        rule({"on": on}, [set_to("note", on)], name=on)
    for act in (
        lambda: ownership.assign(admin, customers, [pk], zhang.user_id),
        lambda: ownership.release(admin, customers, [pk], pool.pk),
    ):
        act()
        work()
    removal.delete(admin, customers, [pk])
    removal.restore(admin, customers, [pk])
    work()
    assert sorted(Run.objects.values_list("rule__name", flat=True)) == ["assigned", "released", "restored"]
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}


def test_criteria_decide_and_are_asked_again_when_the_run_comes(admin: Any, rule: Make) -> None:
    level = options_of("customer-level")
    rule({"on": "created"}, [set_to("note", "大客户")], {"field": "level", "op": "in", "value": [level[0].pk]})
    big = write.create(admin, customers, {"name": "大", "level": level[0].pk}).record.pk
    small = write.create(admin, customers, {"name": "小", "level": level[1].pk}).record.pk
    late = write.create(admin, customers, {"name": "晚", "level": level[0].pk}).record.pk
    for change_id, at in set(Event.objects.values_list("change_id", "at")):
        deliver(change_id, at.isoformat())
    write.update(admin, customers, late, {"level": level[1].pk})
    work()
    notes = dict(Customer.plain.values_list("pk", "note"))
    assert (notes[big], notes[small], notes[late]) == ("大客户", "", "")
    assert Run.objects.get(object_id=late).state == "stopped"


def test_hearing_of_an_event_twice_does_not_do_it_twice(admin: Any, rule: Make) -> None:
    rule({"on": "created"}, [{"do": "create", "object": "contacts", "values": [
        {"field": "name", "source": "text", "value": "{name} 联系人"},
        {"field": "customer", "source": "record"},
    ]}])  # fmt: skip
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    work(heard=3)
    perform(only_run().pk)
    assert [(one.name, one.customer_id) for one in Contact.plain.all()] == [("华江 联系人", pk)]


def test_where_no_rule_is_nothing_is_asked(admin: Any, rule: Make) -> None:
    rule({"on": "created"}, [set_to("note", "x")])
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    write.create(admin, contacts, {"name": "陈", "customer": pk})
    event = Event.objects.get(resource="contacts")
    start_rules([event])
    event.stamp = None  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as queries:
        start_rules([event])
    assert len(queries) == 1, "only the stamp, which the delivery brings along"


# ---- loops ----------------------------------------------------------------------------------------------------------


def test_rules_that_wake_each_other_come_to_an_end(admin: Any, rule: Make) -> None:
    rule({"on": "updated"}, [set_to("note", 'note & "甲"', "formula")], name="甲")
    rule({"on": "updated"}, [set_to("note", 'note & "乙"', "formula")], name="乙")
    pk = write.create(admin, customers, {"name": "华江", "note": "-"}).record.pk
    write.update(admin, customers, pk, {"phone": "13800002222"})
    work()
    chains = sorted(run.chain for run in Run.objects.all())
    assert len(chains) == 4
    assert max(map(len, chains)) == 1
    assert Customer.plain.get(pk=pk).note.count("甲") == 2


def test_a_chain_is_at_most_five_rules_deep(admin: Any, rule: Make) -> None:
    pk = write.create(admin, customers, {"name": "华江", "note": "-"}).record.pk
    work()
    for number in range(8):
        before = "-" + "".join(str(earlier) for earlier in range(number))
        rule({"on": "updated", "fields": ["note"], "to": before}, [set_to("note", f'note & "{number}"', "formula")])
    write.update(admin, customers, pk, {"note": ""})
    write.update(admin, customers, pk, {"note": "-"})
    work()
    assert Customer.plain.get(pk=pk).note == "-01234"


def test_a_runaway_is_switched_off_and_administrators_are_told(admin: Any, rule: Make) -> None:
    made = rule({"on": "updated"}, [set_to("address", "x")], most_per_minute=3)
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    for number in range(6):
        write.update(admin, customers, pk, {"note": str(number)})
    work()
    assert not AutomationRule.plain.get(pk=made.pk).active
    [notice] = Notice.objects.filter(kind="told")
    assert notice.user_id == admin.user_id
    assert "规则" in notice.text


# ---- what a rule does -----------------------------------------------------------------------------------------------


def test_one_failed_action_leaves_nothing_of_its_run_and_other_rules_run_on(admin: Any, rule: Make) -> None:
    rule({"on": "created"}, [set_to("note", "半"), set_to("email", "name", "formula")], name="错")
    rule({"on": "created"}, [set_to("address", "深圳")], name="对")
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    work()
    record = Customer.plain.get(pk=pk)
    assert (record.note, record.address) == ("", "深圳")
    failed = Run.objects.get(rule__name="错")
    assert failed.state == "failed"
    assert "2" in failed.error


def test_records_are_handed_out_in_turn(admin: Any, rule: Make, person: Any, company: Any) -> None:
    team = [person(login, company["team"], SELLER) for login in ("zhang", "li", "wang")]
    rule({"on": "created"}, [{"do": "assign", "way": "turn", "units": [company["east"].pk]}])
    for number in range(4):
        write.create(admin, customers, {"name": f"客户{number}"})
    work()
    owners = list(Customer.plain.order_by("pk").values_list("owner_id", flat=True))
    assert owners == [team[0].user_id, team[1].user_id, team[2].user_id, team[0].user_id]


def test_records_go_to_who_has_least_and_to_whose_region_it_is(
    admin: Any, rule: Make, person: Any, company: Any
) -> None:
    zhang, li = (person(login, company["team"], SELLER) for login in ("zhang", "li"))
    for number in range(2):
        write.create(zhang, customers, {"name": f"旧{number}"})
    Event.objects.all().delete()
    least = rule({"on": "created"}, [{"do": "assign", "way": "least", "people": [zhang.user_id, li.user_id]}])
    first = write.create(admin, customers, {"name": "新"}).record.pk
    work()
    assert Customer.plain.get(pk=first).owner_id == li.user_id
    removal.delete(admin, automation_rules, [least.pk])
    territories = [{"region": 440000, "people": [zhang.user_id]}, {"region": 440300, "people": [li.user_id]}]
    rule({"on": "created"}, [{"do": "assign", "way": "territory", "territories": territories}])
    made = [
        write.create(admin, customers, {"name": "地", "region": code}).record.pk for code in (440300, 440100, 310000)
    ]
    work()
    owners = [Customer.plain.get(pk=pk).owner_id for pk in made]
    assert owners == [li.user_id, zhang.user_id, admin.user_id]
    assert Run.objects.get(object_id=made[2]).state == "failed"


def test_a_record_goes_into_a_pool(admin: Any, rule: Make) -> None:
    pool = Pool.plain.create(name="公海")
    rule({"on": "created"}, [{"do": "pool", "pool": pool.pk}])
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    work()
    assert Customer.plain.get(pk=pk).pool_id == pool.pk


def test_a_rule_puts_tags_on_and_takes_others_off(admin: Any, rule: Make) -> None:
    ids = {one.name: one.pk for one in options_of("customer-tag")}
    step = {"do": "tag", "add": [ids["重点跟进"]], "remove": [ids["价格敏感"]]}
    rule({"on": "created"}, [step], {"field": "tags", "op": "in", "value": [ids["价格敏感"]]})
    rule({"on": "created"}, [{"do": "set", "values": [{"field": "tags", "value": f"{ids['暂缓联系']},长期合作"}]}],
         {"field": "name", "op": "eq", "value": "丙"})  # fmt: skip
    fits = write.create(admin, customers, {"name": "甲", "tags": ["价格敏感", "可做案例"]}).record
    other = write.create(admin, customers, {"name": "乙", "tags": ["可做案例"]}).record
    third = write.create(admin, customers, {"name": "丙"}).record
    work()
    assert Customer.plain.get(pk=fits.pk).tags == sorted([ids["重点跟进"], ids["可做案例"]])
    assert Customer.plain.get(pk=other.pk).tags == [ids["可做案例"]]
    assert Customer.plain.get(pk=third.pk).tags == sorted([ids["暂缓联系"], ids["长期合作"]])
    told = [one["text"] for run in Run.objects.order_by("pk") for one in run.outcome]
    assert told == ["标签: 重点跟进、可做案例", "标签: 长期合作、暂缓联系"]
    for senseless in ({}, {"add": [10**9]}, {"add": "重点跟进"}, {"field": "name", "add": [ids["重点跟进"]]}):
        with pytest.raises(Invalid):
            rule({"on": "created"}, [{"do": "tag", **senseless}])


def test_people_are_told_in_words_with_the_records_values(admin: Any, rule: Make, person: Any, company: Any) -> None:
    zhang = person("zhang", company["team"], SELLER)
    chief = person("chief", company["east"], MANAGER)
    stranger = person("stranger", company["south"], SELLER)
    step = {"do": "notify", "owner": True, "manager": True, "people": [stranger.user_id], "text": "请回访 {name}"}
    rule({"on": "created"}, [step])
    write.create(zhang, customers, {"name": "<b>华江</b>"})
    work()
    told = dict(Notice.objects.filter(kind="told").values_list("user_id", "text"))
    assert told == dict.fromkeys((zhang.user_id, chief.user_id), "请回访 <b>华江</b>"), (
        "who does not see it is not told"
    )


@pytest.mark.feature("ORG-01")
def test_the_manager_is_the_nearest_head_above_who_is_not_the_person_himself(
    admin: Any, person: Any, company: Any
) -> None:
    seller, leader, director = (
        person(login, company[place], SELLER) for login, place in (("lin", "team"), ("wu", "team"), ("he", "company"))
    )

    def heads(of: Any) -> list[str]:
        return [head.login for head in heads_above(of)]

    assert heads(User.plain.get(pk=seller.user_id)) == []
    write.update(admin, units, company["company"].pk, {"head": director.user_id})
    write.update(admin, units, company["team"].pk, {"head": leader.user_id})
    assert heads(User.plain.get(pk=seller.user_id)) == ["wu", "he"]
    assert heads(User.plain.get(pk=leader.user_id)) == ["he"]
    assert heads(company["team"]) == ["wu", "he"]
    assert heads(User.plain.get(pk=director.user_id)) == []
    assert overseers(customers, leader.user_id) == [director.user_id]
    acting.act(admin, users, acting.Work("lock"), [leader.user_id])
    assert overseers(customers, seller.user_id) == [director.user_id]


def test_mails_go_to_people_and_to_the_record_itself(admin: Any, rule: Make, settings: Any, person: Any) -> None:
    settings.EMAIL_HOST = "mail.test"
    step = {"do": "mail", "field": "email", "addresses": ["office@example.com"], "subject": "你好 {name}", "text": "…"}
    rule({"on": "created"}, [step])
    write.create(admin, customers, {"name": "华江", "email": "hua@example.com"})
    work()
    ordered = _ordered("shuke.automation.mail")
    assert sorted(one["receiver"] for one in ordered) == ["hua@example.com", "office@example.com"]
    send_mail(**ordered[0])
    assert mail.outbox[0].subject == "你好 华江"


def _ordered(task: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_a_run_waits_and_goes_on_only_if_it_still_fits(admin: Any, rule: Make) -> None:
    criteria = {"field": "phone", "op": "empty"}
    rule({"on": "created"}, [set_to("note", "先"), {"do": "wait", "days": 2}, set_to("address", "后")], criteria)
    stays = write.create(admin, customers, {"name": "华江"}).record.pk
    leaves = write.create(admin, customers, {"name": "恒远"}).record.pk
    work()
    runs = list(Run.objects.order_by("pk"))
    assert [run.state for run in runs] == ["paused", "paused"]
    assert runs[0].resume_at > timezone.now() + datetime.timedelta(days=1, hours=23)
    for run in runs:
        perform(run.pk)
    assert Customer.plain.get(pk=stays).address == "", "not before its time"
    write.update(admin, customers, leaves, {"phone": "13800002222"})
    Run.objects.update(resume_at=timezone.now() - datetime.timedelta(seconds=1))
    for run in runs:
        perform(run.pk)
    after = dict(Customer.plain.values_list("pk", "address"))
    assert (after[stays], after[leaves]) == ("后", "")
    assert [run.state for run in Run.objects.order_by("pk")] == ["done", "stopped"]
    undo(admin, runs[0].change_id or 0)
    assert Customer.plain.get(pk=stays).note == "", "one change holds both stretches"


def test_a_rule_switched_off_does_not_go_on(admin: Any, rule: Make) -> None:
    made = rule({"on": "created"}, [{"do": "wait", "hours": 1}, set_to("address", "后")])
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    work()
    write.update(admin, automation_rules, made.pk, {"active": False})
    Run.objects.update(resume_at=timezone.now())
    perform(only_run().pk)
    assert (only_run().state, Customer.plain.get(pk=pk).address) == ("stopped", "")


def test_trying_a_rule_shows_what_it_would_do_and_leaves_nothing(admin: Any, rule: Make) -> None:
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    step = {"do": "create", "object": "contacts", "values": [
        {"field": "name", "source": "value", "value": "陈"}, {"field": "customer", "source": "record"}]}  # fmt: skip
    made = rule({"on": "created"}, [set_to("note", "改了"), {"do": "wait", "days": 1}, step], active=False)
    events = Event.objects.count()
    trial = try_out(admin, made, pk)
    assert trial.meets
    assert [one["do"] for one in trial.outcome] == ["set", "wait", "create"]
    assert "改了" in trial.outcome[0]["text"]
    assert Customer.plain.get(pk=pk).note == ""
    assert (Contact.plain.count(), Run.objects.count(), Event.objects.count()) == (0, 0, events)
    assert write.update(admin, customers, pk, {"note": "danach"}).record.note == "danach", "the connection is in order"


def test_one_tries_a_rule_only_on_what_one_sees(admin: Any, rule: Make, person: Any, company: Any) -> None:
    pk = write.create(admin, customers, {"name": "华江"}).record.pk
    with pytest.raises(NotFound):
        try_out(person("li", company["south"], SELLER), rule({"on": "created"}, [set_to("note", "x")]), pk)


# ---- the clock ------------------------------------------------------------------------------------------------------


def at(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def test_a_schedule_runs_once_a_day_over_the_records_that_fit(admin: Any, rule: Make) -> None:
    made = rule(
        {"on": "schedule", "every": "day", "at": "09:00"}, [set_to("note", 'note & "日"', "formula")], {"name": "华江"}
    )
    pks = [write.create(admin, customers, {"name": name}).record.pk for name in ("华江", "恒远")]
    Clock.objects.update(at=at("2026-03-01T08:00"))
    assert look_at_clocks(at("2026-03-01T08:59")) == 0
    assert look_at_clocks(at("2026-03-01T09:01")) == 1
    assert look_at_clocks(at("2026-03-01T09:02")) == 0
    assert look_at_clocks(at("2026-03-04T10:00")) == 1, "missed days count as one"
    Run.objects.all().update(state="ready")
    work()
    assert [Customer.plain.get(pk=pk).note for pk in pks] == ["日日", ""]
    assert Run.objects.filter(rule=made).count() == 2


def test_a_worker_that_dies_in_the_midst_of_a_schedule_leaves_the_rest_to_the_next(
    admin: Any, rule: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rule({"on": "schedule", "every": "day", "at": "09:00"}, [set_to("note", "日")])
    for number in range(5):
        write.create(admin, customers, {"name": f"批{number}"})
    Clock.objects.update(at=at("2026-03-01T08:00"))
    monkeypatch.setattr(timing, "_BATCH", 2)
    whole, batches = timing.order, iter(range(9))

    def dying(found: Any, keys: Any) -> int:
        if next(batches) == 2:
            raise OSError("the worker was killed")
        return int(whole(found, keys))

    monkeypatch.setattr(timing, "order", dying)
    with pytest.raises(OSError, match="killed"):
        look_at_clocks(at("2026-03-01T09:01"))
    assert Run.objects.filter(rule=made).count() == 4
    assert look_at_clocks(at("2026-03-01T09:02")) == 1
    assert Run.objects.filter(rule=made).values("object_id").distinct().count() == 5 == Run.objects.count()
    assert look_at_clocks(at("2026-03-01T09:03")) == 0


def test_a_weekly_schedule_knows_its_day(admin: Any, rule: Make) -> None:
    rule({"on": "schedule", "every": "week", "weekday": 0, "at": "09:00"}, [set_to("note", "周一")])
    write.create(admin, customers, {"name": "华江"})
    Clock.objects.update(at=at("2026-03-03T00:00"))
    assert look_at_clocks(at("2026-03-08T23:00")) == 0
    assert look_at_clocks(at("2026-03-09T09:00")) == 1


def test_a_date_that_comes_near_wakes_once_for_each_of_its_values(admin: Any, rule: Make) -> None:
    rule({"on": "near", "field": "next_contact_at", "days": -1}, [set_to("note", "明天")])
    pk = write.create(admin, customers, {"name": "华江", "next_contact_at": "2026-03-10 14:00"}).record.pk
    write.create(admin, customers, {"name": "空"})
    Clock.objects.update(at=at("2026-03-09T13:00"))
    assert look_at_clocks(at("2026-03-09T13:59")) == 0
    assert look_at_clocks(at("2026-03-09T14:00")) == 1
    Clock.objects.update(at=at("2026-03-09T13:00"))
    assert look_at_clocks(at("2026-03-09T14:05")) == 0, "the same value does not wake twice"
    write.update(admin, customers, pk, {"next_contact_at": "2026-03-20 14:00"})
    assert look_at_clocks(at("2026-03-19T14:00")) == 1, "another value does"
    write.update(admin, customers, pk, {"next_contact_at": "2026-03-25 14:00"})
    assert look_at_clocks(at("2026-04-05T14:00")) == 0, "what was missed is caught up for a week, not longer"


# ---- what rules may not be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("trigger", {"trigger": {"on": "sometimes"}}),
        ("trigger", {"trigger": {"on": "updated", "fields": ["nothing"]}}),
        ("trigger", {"trigger": {"on": "near", "field": "name"}}),
        ("trigger", {"trigger": {"on": "schedule", "every": "day", "at": "9 o'clock"}}),
        ("criteria", {"criteria": {"field": "nothing", "op": "eq", "value": 1}}),
        ("actions", {"actions": [{"do": "explode"}]}),
        ("actions", {"actions": [set_to("owner", 1)]}),
        ("actions", {"actions": [set_to("note", "UNKNOWN(1)", "formula")]}),
        ("actions", {"actions": [{"do": "notify", "text": "x"}]}),
        ("actions", {"actions": [{"do": "notify", "owner": True, "text": "{password}"}]}),
        ("actions", {"actions": [{"do": "create", "object": "users", "values": [{"field": "name", "value": "x"}]}]}),
        ("actions", {"actions": [{"do": "call", "url": "http://example.com/"}]}),
        ("actions", {"actions": [{"do": "call", "url": "https://user:pw@example.com/"}]}),
        ("actions", {"actions": [{"do": "wait"}]}),
        ("object", {"object": "users"}),
        ("object", {"object": "automation-rules"}),
        ("active", {"active": True, "actions": []}),
    ],
)
def test_a_senseless_rule_is_refused_with_the_part_that_is_wrong(admin: Any, field: str, values: Any) -> None:
    sound = {"name": "规则", "object": "customers", "trigger": {"on": "created"}, "actions": []}
    with pytest.raises(Invalid) as refused:
        write.create(admin, automation_rules, sound | values)
    assert field in refused.value.fields


def test_a_rule_uses_only_what_its_maker_may_see_and_write(person: Any, company: Any) -> None:
    grants = {**SELLER, "automation-rules": dict.fromkeys(("view", "create", "edit"), "all")}
    maker = person("maker", company["company"], grants, rules={"customers": {"phone": "read", "email": "masked"}})
    for parts in (
        {"actions": [set_to("phone", "1")]},
        {"actions": [set_to("note", "{email}", "text")]},
        {"actions": [set_to("note", "credit_limit", "formula")]},
        {"criteria": {"field": "credit_limit", "op": "gt", "value": 1}},
        {"trigger": {"on": "updated", "fields": ["email"]}},
    ):
        with pytest.raises(Invalid):
            write.create(maker, automation_rules, {"name": "规则", "object": "customers", **parts})
    write.create(
        maker, automation_rules, {"name": "规则", "object": "customers", "actions": [set_to("note", "{phone}", "text")]}
    )


def test_old_runs_are_let_go_of(admin: Any, rule: Make, settings: Any) -> None:
    rule({"on": "created"}, [set_to("note", "x")])
    write.create(admin, customers, {"name": "华江"})
    work()
    assert clear_log() == 0
    Run.objects.update(at=timezone.now() - datetime.timedelta(days=settings.SHUKE_RUN_DAYS + 1))
    assert clear_log() == 1


@pytest.mark.parametrize("place", ["{Customer name}", "{客户名称}", "{name}"])
def test_a_text_names_fields_in_any_language(admin: Any, place: str) -> None:
    customer = write.create(admin, customers, {"name": "华江科技有限公司"}).record
    for language in ("zh-hans", "en"):
        with override(language):
            assert fill_in(customers, customer, f"{place}!") == "华江科技有限公司!"
