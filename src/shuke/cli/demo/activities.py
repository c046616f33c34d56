"""What the demo company did for its customers: contact records, what is arranged next, and each seller's own office."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now

from shuke.apps.activities.models import ContactRecord, Memo, ScheduleEntry, Task
from shuke.cli.demo.made import made
from shuke.cli.demo.plan import Plan, Seller
from shuke.cli.demo.vocabulary import Weighted, weighted

# How many records a customer has: 3 on average.
TALKS = weighted({0: 24.0, 1: 18.0, 2: 14.0, 3: 12.0, 4: 9.0, 6: 11.0, 9: 12.0})
_WAYS = {"电话": "call", "拜访": "visit", "邮件": "mail", "消息": "todo"}
_HALF_HOUR, _DAY = datetime.timedelta(minutes=30), datetime.timedelta(days=1)
# The database numbers these rows.
_NUMBERED = DatabaseDefault(Now())


@cache
def words() -> dict[str, Any]:
    """The tables of `talks.toml`."""
    return tomllib.loads(files("shuke.cli.demo").joinpath("talks.toml").read_text(encoding="utf-8"))


@cache
def _talks() -> Weighted[int]:
    return weighted(dict(enumerate((34.0, 22.0, 12.0, 14.0, 12.0, 6.0))))


@dataclass
class Activities:
    """Rows to store, by kind."""

    records: list[Any] = field(default_factory=list)
    entries: list[Any] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)
    memos: list[Any] = field(default_factory=list)


def about(random: Random, plan: Plan, customer: Any, contacts: Sequence[Any], into: Activities) -> None:
    """Add a customer's contact records and the entries of the schedule; tells the customer its last contact."""
    if customer.owner_id is None:
        return
    for at in sorted(_moments(random, plan, customer.created_at, TALKS.draw(random))):
        into.records.append(_record(random, plan, customer, contacts, at))
        customer.last_contact_at = at
    last = into.records[-1] if customer.last_contact_at else None
    if last is not None and customer.next_contact_at and customer.next_contact_at > last.happened_at:
        last.next_contact_at, last.next_plan = customer.next_contact_at, random.choice(words()["plans"])
    if customer.next_contact_at and random.random() < 0.6:
        into.entries.append(_entry(random, plan, customer, last))


def _moments(random: Random, plan: Plan, since: datetime.datetime, count: int) -> list[datetime.datetime]:
    days = max(1, (plan.now - since).days)
    found = []
    for _number in range(count):
        # Lately more often than long ago.
        day = plan.now - (1 + int(days * random.random() ** 1.6)) * _DAY
        moment = day.replace(hour=9, minute=0) + random.randrange(0, 18) * _HALF_HOUR
        found.append(min(max(moment, since), plan.now))
    return found


def _record(random: Random, plan: Plan, customer: Any, contacts: Sequence[Any], at: datetime.datetime) -> Any:
    talk = words()["talks"][_talks().draw(random)]
    summary, content = random.choice(talk["lines"])
    contact = random.choice(contacts) if contacts else None
    filled = {"product": random.choice(words()["products"]), "who": contact.name if contact else "对方"}
    return made(
        ContactRecord,
        id=_NUMBERED,
        customer_id=customer.id,
        contact_id=contact.id if contact else None,
        kind_id=plan.options["contact-way"][talk["way"]],
        happened_at=at,
        salesperson_id=customer.owner_id,
        summary=summary.format(**filled),
        content=content.format(**filled),
        result_id=plan.options["contact-result"][talk["result"]],
        level_id=customer.level_id,
        chance=talk["result"] == "有意向" and random.random() < 0.2,
        owner_id=customer.owner_id,
        unit_id=customer.unit_id,
        created_at=at,
        created_by_id=customer.owner_id,
        updated_at=at,
        updated_by_id=customer.owner_id,
    )


def _entry(random: Random, plan: Plan, customer: Any, last: Any) -> Any:
    at = customer.next_contact_at
    done = at < plan.now and random.random() < 0.85
    talk = words()["talks"][_talks().draw(random)]
    title = last.next_plan if last and last.next_plan else random.choice(words()["plans"])
    made_at = min(at - 3 * _DAY, plan.now)
    return made(
        ScheduleEntry,
        id=_NUMBERED,
        title=f"{title}（{customer.name}）"[:120],
        kind=_WAYS[talk["way"]],
        starts_at=at,
        ends_at=at + 2 * _HALF_HOUR if talk["way"] == "拜访" else None,
        customer_id=customer.id,
        remind_before=15 if random.random() < 0.4 else None,
        state="done" if done else "open",
        result=random.choice(words()["office"]["results"]) if done else "",
        completed_at=at + _HALF_HOUR if done else None,
        owner_id=customer.owner_id,
        unit_id=customer.unit_id,
        created_at=made_at,
        created_by_id=customer.owner_id,
        updated_at=at if done else made_at,
        updated_by_id=customer.owner_id,
    )


def office(random: Random, plan: Plan, sellers: Sequence[Seller]) -> Activities:
    """Each seller's meetings, tasks and memos around today."""
    found = Activities()
    for seller in sellers:
        common = {"id": _NUMBERED, "owner_id": seller.user, "unit_id": seller.unit}
        common |= {"created_by_id": seller.user, "updated_by_id": seller.user}
        found.entries += [_meeting(random, plan, week, common) for week in range(-4, 5)]
        found.entries += [_today(plan, hour, common) for hour in words()["office"]["today"]]
        found.tasks += [_task(random, plan, common) for _number in range(random.randrange(4, 9))]
        found.memos += [_memo(random, plan, common) for _number in range(random.randrange(2, 5))]
    return found


def _meeting(random: Random, plan: Plan, week: int, common: dict[str, Any]) -> Any:
    monday = plan.now - plan.now.weekday() * _DAY + 7 * week * _DAY
    at = monday.replace(hour=9, minute=0)
    done = at < plan.now - _DAY
    return made(
        ScheduleEntry,
        **common,
        title=words()["office"]["meetings"][week % 3],
        kind="meeting",
        starts_at=at,
        ends_at=at + 2 * _HALF_HOUR,
        place=random.choice(("三楼会议室", "线上会议", "一楼培训室")),
        remind_before=15,
        state="done" if done else "open",
        result=random.choice(words()["office"]["results"]) if done else "",
        completed_at=at + 2 * _HALF_HOUR if done else None,
        created_at=min(at - 7 * _DAY, plan.now),
        updated_at=min(at, plan.now),
    )


def _today(plan: Plan, hour: str, common: dict[str, Any]) -> Any:
    at = plan.now.replace(hour=int(hour), minute=30)
    return made(
        ScheduleEntry,
        **common,
        title=words()["office"]["today"][hour],
        kind="todo",
        starts_at=at,
        state="open",
        created_at=plan.now - 2 * _DAY,
        updated_at=plan.now - 2 * _DAY,
    )


def _task(random: Random, plan: Plan, common: dict[str, Any]) -> Any:
    due = (plan.now + random.randrange(-20, 21) * _DAY).replace(hour=18, minute=0)
    done = due < plan.now and random.random() < 0.8
    title = random.choice(words()["office"]["tasks"]).format(product=random.choice(words()["products"]))
    state = "done" if done else random.choice(("open", "open", "doing"))
    return made(
        Task,
        **common,
        title=title,
        due_at=due,
        urgency=random.choice(("high", "normal", "normal", "low")),
        state=state,
        result=random.choice(words()["office"]["results"]) if done else "",
        completed_at=due if done else None,
        created_at=min(due - 7 * _DAY, plan.now),
        updated_at=min(due, plan.now),
    )


def _memo(random: Random, plan: Plan, common: dict[str, Any]) -> Any:
    at = (plan.now + random.randrange(-10, 20) * _DAY).replace(hour=10, minute=0)
    return made(
        Memo,
        **common,
        title=random.choice(words()["office"]["memos"]),
        remind_at=at if random.random() < 0.5 else None,
        created_at=min(at - 5 * _DAY, plan.now),
        updated_at=min(at - 5 * _DAY, plan.now),
    )
