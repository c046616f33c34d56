"""The schedule: its periods, completing, collisions, colleagues and alarms; tasks and memos beside it."""

from __future__ import annotations

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from shuke.apps.activities.models import Memo, ScheduleEntry
from shuke.apps.activities.resources.memo import memos
from shuke.apps.activities.resources.schedule import schedule
from shuke.apps.activities.resources.task import tasks
from shuke.apps.activities.services.reminding import ring
from shuke.engine.access.actor import Actor
from shuke.engine.commands import removal, sharing, verbs, write
from shuke.engine.commands.undo import undo
from shuke.engine.dispatch.jobs import deliver
from shuke.engine.dispatch.models import Notice
from shuke.engine.events.models import Event
from shuke.engine.organisation.models import User
from shuke.engine.query.paging import page, select
from shuke.kernel.errors import Conflict, Duplicate, Invalid
from tests.activities.conftest import SELLER, page_of

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def noon(days: int = 0) -> datetime.datetime:
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + days * DAY


def entry(actor: Actor, starts_at: datetime.datetime, title: str = "见面", **values: Any) -> ScheduleEntry:
    return write.create(actor, schedule, {"title": title, "starts_at": starts_at.isoformat(), **values}).record


def shown(actor: Actor, view: str) -> set[str]:
    criteria = next(one.criteria for one in schedule.table.views if one.key == view)
    return {row.title for row in page(select(actor, schedule, criteria=criteria), limit=200).rows}


def told(user: Actor) -> list[str]:
    for change_id, at in set(Event.objects.values_list("change_id", "at")):
        deliver(change_id, at.isoformat())
    return [*Notice.objects.filter(user_id=user.user_id, kind="told").order_by("pk").values_list("text", flat=True)]


@pytest.mark.feature("CAL-08")
@pytest.mark.parametrize("span", ["day", "week", "month", "agenda"])
def test_the_calendar_of_a_period_shows_its_own_days_and_what_is_completed(seller: Actor, span: str) -> None:
    day = timezone.make_aware(datetime.datetime.fromisoformat("2026-06-08 10:00"))
    entry(seller, day, "没做的")
    done = entry(seller, day + HOUR, "做完的")
    verbs.perform(seller, schedule, [done.pk], verbs.verb_of(schedule, "complete"), {"result": "谈妥"})
    for view in ("today", "week", "month"):
        calendar = page_of(seller, f"/schedule?view={view}&shape=calendar:starts_at:{span}&day=2026-06-08")
        tiles = {
            re.sub("<.*?>", " ", tile.partition(">")[2]).split()[1]: tile
            for tile in calendar.split('<li class="sk-tile')[1:]
        }
        assert set(tiles) >= {"没做的", "做完的"}
        # It is struck through and cannot be dragged: it is locked.
        assert tiles["做完的"].startswith(' done"')
        assert "data-card" not in tiles["做完的"].partition("</li>")[0]
        assert tiles["没做的"].startswith('"')
        assert "data-card" in tiles["没做的"].partition("</li>")[0]
    # What is overdue, or completed, is asked for by itself; the table of today is that of today.
    assert "做完的" not in page_of(seller, f"/schedule?view=overdue&shape=calendar:starts_at:{span}&day=2026-06-08")
    assert "没做的" not in page_of(seller, f"/schedule?view=history&shape=calendar:starts_at:{span}&day=2026-06-08")
    assert "没做的" not in page_of(seller, "/schedule?view=today")


@pytest.mark.feature("CAL-04")
def test_what_is_completed_is_searched_by_a_period_of_the_schedule(seller: Actor) -> None:
    for title, starts_at in (("三月拜访", "2026-03-10"), ("四月拜访", "2026-04-10"), ("五月拜访", "2026-05-10")):
        made = entry(seller, timezone.make_aware(datetime.datetime.fromisoformat(starts_at)), title)
        verbs.perform(seller, schedule, [made.pk], verbs.verb_of(schedule, "complete"), {"result": "谈妥"})
    entry(seller, timezone.make_aware(datetime.datetime.fromisoformat("2026-04-11")), "没做的")
    shown_page = page_of(seller, "/schedule?view=history&starts_at=2026-04-01..2026-04-30")
    assert "四月拜访" in shown_page
    for other in ("三月拜访", "五月拜访", "没做的"):
        assert other not in shown_page
    assert "/schedule/filters/starts_at" in page_of(seller, "/schedule/filters?view=history")


@pytest.mark.feature("CAL-08")
@pytest.mark.parametrize(("span", "apart"), [("day", 0), ("week", 0), ("month", 2)])
def test_the_calendar_shows_every_kind_of_event_by_day_week_and_month(seller: Actor, span: str, apart: int) -> None:
    first = timezone.make_aware(datetime.datetime.fromisoformat("2026-06-08 10:00"))
    for at, kind in enumerate(ScheduleEntry.Kind):
        entry(seller, first + at * apart * DAY, f"安排{kind}", kind=kind.value)
    entry(seller, first + 60 * DAY, "两个月后")
    calendar = page_of(seller, f"/schedule?view=all&shape=calendar:starts_at:{span}&day=2026-06-08")
    for kind in ScheduleEntry.Kind:
        assert f"安排{kind}" in calendar
    assert "两个月后" not in calendar
    for other in ("day", "week", "month"):
        assert f"calendar:starts_at:{other}" in calendar


@pytest.mark.feature("CAL-01")
def test_today_the_week_the_month_and_what_is_completed(seller: Actor, manager: Actor, wednesday: None) -> None:
    days = {
        "今天的": 0, "周一的": -2, "周日的": 4, "上周日的": -3, "下周一的": 5,
        "月初的": -11, "月末的": 19, "上月末的": -12, "下月初的": 20,
    }  # fmt: skip
    for title, apart in days.items():
        entry(seller, noon(apart), title)
    entry(manager, noon(), "经理自己的")
    done = entry(seller, noon(-400), "办完的")
    verbs.perform(seller, schedule, [done.pk], verbs.verb_of(schedule, "complete"), {"result": "谈妥"})
    assert shown(seller, "today") == {"今天的"}
    assert shown(seller, "week") == {"周一的", "今天的", "周日的"}
    assert shown(seller, "month") == set(days) - {"上月末的", "下月初的"}
    assert shown(seller, "overdue") == {title for title, apart in days.items() if apart < 0}
    assert shown(seller, "history") == {"办完的"}
    # The manager may look at what salespeople arrange, but these are one's own.
    assert shown(manager, "today") == shown(manager, "week") == shown(manager, "month") == {"经理自己的"}
    assert shown(manager, "history") == set()
    assert shown(manager, "all") > set(days)
    tabs = page_of(seller, "/schedule").partition('id="list-views"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", tabs) == ["今天", "本周", "本月", "已逾期", "已完成", "所有人"]
    found = page(select(seller, schedule, q="谈妥"), limit=5).rows
    assert [row.pk for row in found] == [done.pk]


def test_what_is_completed_is_no_longer_called_overdue(seller: Actor) -> None:
    open_, done = entry(seller, noon(-3), "没做的"), entry(seller, noon(-3), "做完的")
    verbs.perform(seller, schedule, [done.pk], verbs.verb_of(schedule, "complete"), {"result": "谈妥"})
    rows = page_of(seller, "/schedule?view=all&columns=title,starts_at").split("<tr>")
    late = {title: 'class="late"' in row for title in ("没做的", "做完的") for row in rows if title in row}
    assert late == {"没做的": True, "做完的": False}
    assert "逾期 3 天" in page_of(seller, f"/schedule/{open_.pk}")
    assert "逾期" not in page_of(seller, f"/schedule/{done.pk}").split('id="main"')[1]


@pytest.mark.feature("CAL-03", "CAL-02", "WRK-13")
def test_completing_asks_what_came_of_it_and_locks_the_entry(seller: Actor) -> None:
    made = entry(seller, noon())
    verb = verbs.verb_of(schedule, "complete")
    for result in ("", None, "  \n"):
        with pytest.raises(Invalid) as error:
            verbs.perform(seller, schedule, [made.pk], verb, {"result": result})
        assert set(error.value.fields) == {"result"}
    change = verbs.perform(seller, schedule, [made.pk], verb, {"result": "对方同意试用"})
    made.refresh_from_db()
    assert (made.state, made.result) == ("done", "对方同意试用")
    with pytest.raises(Conflict):
        removal.delete(seller, schedule, [made.pk])
    with pytest.raises(Conflict):
        write.update(seller, schedule, made.pk, {"title": "改"})
    with pytest.raises(Conflict):
        verbs.perform(seller, schedule, [made.pk], verb, {"result": "再来"})
    undo(seller, change)
    removal.delete(seller, schedule, [made.pk])


@pytest.mark.feature("CAL-02")
def test_no_page_offers_to_change_what_is_completed(seller: Actor) -> None:
    made = entry(seller, noon(-1), "给客户送样")
    at = f"/schedule/{made.pk}"
    offered = (f"{at}/edit", f"{at}/field/title", f"/schedule/bulk/delete?ids={made.pk}")
    before = page_of(seller, at) + page_of(seller, f"{at}/menu")
    assert [address for address in offered if address in before] == [*offered]
    verbs.perform(seller, schedule, [made.pk], verbs.verb_of(schedule, "complete"), {"result": "谈妥"})
    after = page_of(seller, at) + page_of(seller, f"{at}/menu")
    assert [address for address in offered if address in after] == []
    client = Client()
    client.force_login(User.plain.get(pk=seller.user_id))
    for address in offered[:2]:
        refused = client.get(address, headers={"HX-Request": "true"})
        assert (refused.status_code, "已完成，不能再修改" in refused.content.decode()) == (403, True), address


@pytest.mark.feature("WRK-13", "CAL-03")
def test_an_entry_is_opened_and_completed_from_the_workbench_as_from_the_schedule(seller: Actor) -> None:
    made = entry(seller, noon(-1), "给客户送样")
    at, ask = f"/schedule/{made.pk}", f'hx-get="/schedule/bulk/do/complete?ids={made.pk}"'
    for address in ("/", "/schedule?view=overdue"):
        assert f'href="{at}' in page_of(seller, address).split('id="main"')[1], address
    for address in ("/", at, f"{at}/menu"):
        assert ask in page_of(seller, address), address
    assert 'name="result"' in page_of(seller, f"/schedule/bulk/do/complete?ids={made.pk}")
    verbs.perform(seller, schedule, [made.pk], verbs.verb_of(schedule, "complete"), {"result": "谈妥"})
    assert at not in page_of(seller, "/").split('id="main"')[1].split("最近")[0]
    for address in (at, f"{at}/menu"):
        assert ask not in page_of(seller, address), address


@pytest.mark.feature("CAL-09")
@pytest.mark.parametrize(
    ("begins", "ends", "collides"),
    [(-2, -1, False), (-1, 0, False), (-1, 0.5, True), (-1, 3, True), (0.25, 0.5, True), (0.5, 2, True), (1, 2, False)],
)
def test_two_entries_collide_when_they_share_any_time(
    seller: Actor, begins: float, ends: float, collides: bool
) -> None:
    entry(seller, noon(), "客户约谈", ends_at=(noon() + HOUR).isoformat())
    starts_at, ends_at = (noon() + hours * HOUR for hours in (begins, ends))
    values = {"title": "周会", "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    if collides:
        with pytest.raises(Duplicate):
            write.create(seller, schedule, values, allow_duplicates=False)
    else:
        write.create(seller, schedule, values, allow_duplicates=False)


@pytest.mark.feature("CAL-09", "CAL-13")
def test_a_collision_is_told_and_may_be_saved_nevertheless(seller: Actor, manager: Actor) -> None:
    entry(seller, noon(), "客户约谈", ends_at=(noon() + HOUR).isoformat())
    values = {"title": "周会", "starts_at": (noon() + HOUR / 2).isoformat()}
    with pytest.raises(Duplicate) as error:
        write.create(seller, schedule, values, allow_duplicates=False)
    assert "客户约谈" in str(error.value)
    assert len(error.value.matches) == 1
    write.create(seller, schedule, {**values, "starts_at": (noon() + HOUR).isoformat()}, allow_duplicates=False)
    assert write.create(seller, schedule, values, allow_duplicates=True).record.pk


@pytest.mark.feature("CAL-13")
def test_of_a_colleagues_entries_one_learns_only_that_he_is_busy(seller: Actor, person: Any, company: Any) -> None:
    other = person("zhao", company["south"], {"schedule": {"view": "own", "create": "own"}, "users": {"view": "all"}})
    entry(seller, noon(), "秘密会谈")
    values = {"title": "碰头", "starts_at": noon().isoformat(), "participants": [seller.user_id]}
    with pytest.raises(Duplicate) as error:
        write.create(other, schedule, values, allow_duplicates=False)
    assert "秘密" not in str(error.value)
    assert "李雷" in str(error.value)
    assert error.value.matches == []


@pytest.mark.feature("CAL-12", "CAL-14")
def test_who_takes_part_sees_the_entry_and_hears_of_it(seller: Actor, person: Any, company: Any) -> None:
    guest = person("sun", company["south"], {"schedule": {"view": "own"}, "users": {"view": "all"}})
    made = entry(seller, noon(1), "产品培训", participants=[guest.user_id, seller.user_id])
    assert [row.pk for row in page(select(guest, schedule), limit=5).rows] == [made.pk]
    assert "产品培训" in shown(guest, "month") | shown(guest, "week") or noon(1).month != noon().month
    [text] = told(guest)
    assert "产品培训" in text
    assert date_format(noon(1), "m-d H:i") in text
    moves = {"starts_at": noon(2).isoformat(), "ends_at": (noon(2) + HOUR).isoformat(), "place": "三楼会议室"}
    for number, (field, value) in enumerate(moves.items(), 2):
        write.update(seller, schedule, made.pk, {field: value})
        assert len(told(guest)) == number, field
    assert date_format(noon(2), "m-d H:i") in told(guest)[1]
    write.update(seller, schedule, made.pk, {"note": "带上样品"})
    assert len(told(guest)) == 4
    # Who arranged it himself knows.
    assert told(seller) == []
    write.update(seller, schedule, made.pk, {"participants": []})
    assert page(select(guest, schedule), limit=5).rows == []


@pytest.mark.feature("CAL-14")
def test_whose_entry_somebody_else_arranges_or_moves_hears_of_it(seller: Actor, manager: Actor) -> None:
    values = {"title": "陪同拜访", "starts_at": noon(1).isoformat()}
    made = write.create(manager, schedule, values, owner=seller.user_id).record
    [text] = told(seller)
    assert "陪同拜访" in text
    write.update(manager, schedule, made.pk, {"starts_at": noon(2).isoformat()})
    assert [date_format(noon(days), "m-d H:i") in one for days, one in zip((1, 2), told(seller), strict=True)] == [
        True, True,
    ]  # fmt: skip
    assert told(manager) == []


@pytest.mark.feature("CAL-12")
def test_with_whom_an_entry_was_shared_stays_when_participants_change(
    seller: Actor, person: Any, company: Any, admin: Actor
) -> None:
    guest = person("sun", company["south"], {"schedule": {"view": "own"}, "users": {"view": "all"}})
    reader = person("wu", company["south"], {"schedule": {"view": "own"}, "users": {"view": "all"}})
    made = entry(seller, noon(1), "产品培训", participants=[guest.user_id])
    sharing.share(admin, schedule, [made.pk], kind="user", grantee=reader.user_id or 0)
    write.update(seller, schedule, made.pk, {"participants": []})
    assert page(select(guest, schedule), limit=5).rows == []
    assert [row.pk for row in page(select(reader, schedule), limit=5).rows] == [made.pk]


@pytest.mark.feature("CAL-16")
def test_an_alarm_rings_once_before_its_time_and_again_when_moved(seller: Actor) -> None:
    made = entry(seller, timezone.now() + HOUR, "出发", remind_before=30)
    assert ring(timezone.now()) == 0
    assert ring(timezone.now() + HOUR / 2) == 1
    assert ring(timezone.now() + HOUR / 2) == 0
    assert len(told(seller)) == 1
    write.update(seller, schedule, made.pk, {"starts_at": (timezone.now() + 2 * HOUR).isoformat()})
    assert ring(timezone.now() + HOUR) == 0
    assert ring(timezone.now() + 2 * HOUR) == 1
    late = entry(seller, timezone.now() - 3 * DAY, "早过了", remind_before=0)
    assert ring(timezone.now()) == 0
    late.refresh_from_db()
    assert late.reminded_for is None


@pytest.mark.feature("CAL-11", "WRK-16")
def test_a_memo_reminds_at_the_time_one_chose(seller: Actor, manager: Actor, customer: Any) -> None:
    values = {"title": "交月报", "remind_at": timezone.now().isoformat(), "customer": customer.pk}
    made = write.create(seller, memos, values).record
    write.create(seller, memos, {"title": "只是记着"})
    assert "交月报" in page_of(seller, "/")
    assert "交月报" not in page_of(manager, "/")
    assert ring(timezone.now() + HOUR / 60) == 1
    assert ring(timezone.now() + HOUR / 60) == 0
    assert len(told(seller)) == 1
    assert told(manager) == []
    assert "交月报" in page_of(seller, f"/customers/{customer.pk}?tab=memos")
    write.update(seller, memos, made.pk, {"remind_at": (timezone.now() + HOUR).isoformat()})
    assert ring(timezone.now() + HOUR / 60) == 0
    assert ring(timezone.now() + HOUR) == 1
    assert Memo.objects.visible_to(manager).count() == 0


@pytest.mark.feature("CAL-15")
def test_a_task_goes_from_to_do_to_completed_and_back(seller: Actor) -> None:
    made = write.create(seller, tasks, {"title": "写方案", "due_at": noon(3).isoformat()}).record

    def do(name: str, **values: Any) -> str:
        verbs.perform(seller, tasks, [made.pk], verbs.verb_of(tasks, name), values)
        made.refresh_from_db()
        return str(made.state)

    assert do("begin") == "doing"
    assert do("complete", result="已交客户") == "done"
    assert made.result == "已交客户"
    with pytest.raises(Conflict):
        removal.delete(seller, tasks, [made.pk])
    assert do("reopen") == "open"
    assert made.completed_at is None
    removal.delete(seller, tasks, [made.pk])


@pytest.mark.feature("CAL-15")
def test_the_list_of_tasks_shows_what_is_to_be_done_what_is_done_and_what_one_gave_away(
    seller: Actor, manager: Actor
) -> None:
    made = {}
    for title, days, owner in (
        ("写方案", 3, seller),
        ("催款", 1, seller),
        ("寄样品", 2, seller),
        ("做预算", 2, manager),
    ):
        values = {"title": title, "due_at": noon(days).isoformat()}
        made[title] = write.create(manager, tasks, values, owner=owner.user_id).record.pk
    for name, title in (("begin", "写方案"), ("complete", "寄样品")):
        verbs.perform(seller, tasks, [made[title]], verbs.verb_of(tasks, name), {})

    def listed(actor: Actor, view: str) -> list[str]:
        rows = page_of(actor, f"/tasks?view={view}").partition("<tbody")[2]
        return sorted((title for title in made if title in rows), key=rows.index)

    # What is due first comes first.
    assert listed(seller, "open") == ["催款", "写方案"]
    assert listed(seller, "done") == ["寄样品"]
    assert listed(seller, "given") == []
    assert sorted(listed(manager, "given")) == ["催款", "写方案", "寄样品"]
    assert listed(manager, "open") == ["做预算"]
    verbs.perform(seller, tasks, [made["催款"]], verbs.verb_of(tasks, "complete"), {})
    due = write.create(seller, tasks, {"title": "回电", "due_at": noon(-1).isoformat()}).record.pk
    assert "回电" in page_of(seller, "/").split('id="main"')[1].split("最近")[0]
    verbs.perform(seller, tasks, [due], verbs.verb_of(tasks, "complete"), {})
    assert "回电" not in page_of(seller, "/").split('id="main"')[1].split("最近")[0]


@pytest.mark.feature("CAL-12")
def test_what_one_takes_part_in_stands_on_ones_home_page_and_calendar(seller: Actor, person: Any, company: Any) -> None:
    guest = person("sun", company["south"], {name: SELLER[name] for name in ("schedule", "users")})
    made = entry(seller, noon(-1), "产品培训", participants=[guest.user_id])
    entry(seller, noon(-1) + 2 * HOUR, "别人的会")
    own = entry(guest, noon(-2), "自己的事")
    home = page_of(guest, "/")
    assert home.index("自己的事") < home.index("产品培训")
    assert "别人的会" not in home
    # What others arranged is theirs to complete.
    assert f'complete?ids={own.pk}"' in home
    assert f'complete?ids={made.pk}"' not in home
    listed = re.search(r'<h2>[^<]*</h2><small><a href="(/schedule[^"]*)">2</a>', home)
    assert listed
    there = page_of(guest, unescape(listed[1]))
    assert {"自己的事", "产品培训"} <= {title for title in ("自己的事", "产品培训", "别人的会") if title in there}
    day = timezone.localdate(made.starts_at).isoformat()
    calendar = page_of(guest, f"/schedule?view=all&shape=calendar:starts_at:month&day={day}")
    assert "产品培训" in calendar
    assert page_of(guest, f"/schedule/{made.pk}")
    write.update(seller, schedule, made.pk, {"participants": []})
    assert "产品培训" not in page_of(guest, "/")
