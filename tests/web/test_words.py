"""Times, periods and filters in words and in addresses."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.translation import get_language

import shuke
from shuke.kernel.criteria import All, Condition, Not
from shuke.kernel.errors import Invalid
from shuke.kernel.periods import span
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources, resource_for
from shuke.web.frame.markup import hue, initial
from shuke.web.frame.shell import support_link
from shuke.web.frame.when import Clock, due_words, relative
from shuke.web.record.timeline import verb_words
from shuke.web.values.chips import read_filter
from shuke.web.values.periods import PERIODS

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 11, 22, 14, 0, tzinfo=SHANGHAI)
# What opens a change says who, then what.
_NAMED_VERB = re.compile(r'change\((?:actor|SYSTEM), "([a-z]+)"')


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "刚刚"),
        (NOW - datetime.timedelta(minutes=5), "5 分钟前"),
        (NOW + datetime.timedelta(minutes=10, seconds=1), "10 分钟后"),
        (NOW - datetime.timedelta(hours=3), "3 小时前"),
        (NOW + datetime.timedelta(hours=2, minutes=30), "今天 16:30"),
        (NOW + datetime.timedelta(hours=20), "明天 10:00"),
        (NOW - datetime.timedelta(hours=20), "昨天 18:00"),
        (NOW - datetime.timedelta(days=3), "3 天前"),
        (NOW + datetime.timedelta(days=5), "5 天后"),
        (NOW - datetime.timedelta(days=40), "10 月 13 日"),
        (NOW + datetime.timedelta(days=60), "2027 年 1 月 21 日"),
        (datetime.date(2026, 11, 22), "今天"),
        (datetime.date(2026, 11, 20), "2 天前"),
        (datetime.date(1990, 5, 1), "1990 年 5 月 1 日"),
    ],
)
def test_times_read_as_people_say_them(moment: datetime.date, words: str) -> None:
    with translation.override("zh-hans"):
        assert relative(moment, Clock(NOW, SHANGHAI, get_language())) == words


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("this-week", "2026-11-16", "2026-11-22"),
        ("last-week", "2026-11-09", "2026-11-15"),
        ("this-month", "2026-11-01", "2026-11-30"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("this-quarter", "2026-10-01", "2026-12-31"),
        ("this-year", "2026-01-01", "2026-12-31"),
        ("last-7-days", "2026-11-16", "2026-11-22"),
        ("last-90-days", "2026-08-25", "2026-11-22"),
        ("next-quarter", "2027-01-01", "2027-03-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
    ],
)
def test_periods_are_whole_days(name: str, first: str, last: str) -> None:
    assert span(name, NOW.date()) == (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


def test_every_period_begins_before_it_ends() -> None:
    for day in (NOW.date(), datetime.date(2027, 1, 1), datetime.date(2028, 2, 29), datetime.date(2026, 12, 31)):
        for name in PERIODS:
            found = span(name, day)
            assert found is not None
            assert found[0] is None or found[1] is None or found[0] <= found[1]
            assert found != (None, None)
    for name in ("never", "last-0-days", "last-99999-days", "last--7-days", "last-7-weeks", "last-N-days", ""):
        assert span(name, NOW.date()) is None, name


@pytest.mark.parametrize(
    ("field", "value", "criteria"),
    [
        ("level", "3,5", Condition("level", "in", ["3", "5"])),
        ("level", "!3", Condition("level", "not_in", ["3"])),
        ("level", "-", Condition("level", "empty")),
        ("phone", "*", Condition("phone", "not_empty")),
        ("phone", "138", Condition("phone", "contains", "138")),
        ("owner", "me", Condition("owner", "in", [{"me": True}])),
        ("region", "440000", Condition("region", "under", "440000")),
        ("region", "!440000", Not(Condition("region", "under", "440000"))),
        ("next_contact_at", "..today", All((Condition("next_contact_at", "lte", {"today": 0}),))),
        ("created_at", "2026-01-01..", All((Condition("created_at", "gte", "2026-01-01"),))),
    ],
)
def test_filters_stand_readable_in_addresses(field: str, value: str, criteria: object) -> None:
    assert read_filter(fields_of(resource_for("customers"))[field], value) == criteria


def test_a_range_without_bounds_is_refused() -> None:
    with pytest.raises(Invalid):
        read_filter(fields_of(resource_for("customers"))["created_at"], "..")


@pytest.mark.parametrize(("name", "sign"), [("张伟", "伟"), ("Anna", "A"), ("", "·"), ("欧阳娜娜", "娜")])
def test_badges_show_one_sign(name: str, sign: str) -> None:
    assert initial(name) == sign
    assert 0 <= hue(name) < 8


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("QQ: 12345", "https://wpa.qq.com/msgrd?v=3&uin=12345&site=qq&menu=yes"),
        ("QQ：12345", "https://wpa.qq.com/msgrd?v=3&uin=12345&site=qq&menu=yes"),
        ("help@example.com", "mailto:help@example.com"),
        ("400-820 8820", "tel:4008208820"),
        ("https://example.com/chat", "https://example.com/chat"),
        ("内线 8001", ""),
    ],
)
def test_the_support_contact_is_clickable(contact: str, address: str) -> None:
    found = support_link(contact)
    assert found is not None
    assert found.address == address
    assert support_link(" ") is None


@pytest.mark.parametrize(
    ("hours", "tone", "words"),
    [
        (-50, "late", "逾期 2 天"),
        (-3, "late", "今天 11:00"),
        (2, "soon", "今天 16:00"),
        (20, "soon", "明天 10:00"),
        (72, "", "3 天后"),
    ],
)
def test_times_to_be_kept_stand_out(hours: int, tone: str, words: str) -> None:
    with translation.override("zh-hans"):
        assert due_words(NOW + datetime.timedelta(hours=hours), Clock(NOW, SHANGHAI, get_language())) == (tone, words)


def _verbs_of_the_engine() -> set[str]:
    sources = Path(shuke.__file__).parent.rglob("*.py")
    return {verb for path in sources for verb in _NAMED_VERB.findall(path.read_text("utf-8"))}


def test_every_change_that_the_program_names_has_words() -> None:
    own = {verb.name for resource in all_resources() for verb in resource.verbs}
    named = _verbs_of_the_engine() - own
    assert {"edit", "remind"} <= named
    assert [verb for verb in sorted(named) if verb_words(None, verb)[1] == verb] == []
