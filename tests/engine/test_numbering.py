"""SYS-03, SYS-04: numbers come once, in order, as the rule in force says; rules that would repeat them are refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import create
from shuke.engine.numbering import numbers, rules
from shuke.engine.numbering.patterns import check_pattern
from shuke.kernel.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.feature("SYS-03", "SYS-04")]
TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def admin(person: Callable[..., Actor], company: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Actor:
    on(monkeypatch, TODAY)
    return person("admin", company["group"], admin=True)


def on(monkeypatch: pytest.MonkeyPatch, day: datetime.date) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)


def new(admin: Actor, **values: Any) -> str:
    return str(create(admin, customers, {"name": "数客", **values}).record.number)


@pytest.mark.parametrize(
    ("pattern", "reset", "field"),
    [
        ("C{seq:5}", "year", "reset"),
        ("C{yyyy}-{seq:5}", "month", "reset"),
        ("C{mm}-{seq:5}", "month", "reset"),
        ("C{yy}{mm}-{seq:5}", "day", "reset"),
        ("C{yy}-{seq}", "hour", "reset"),
        ("C{yyyy}", "never", "pattern"),
        ("C{seq}{seq}", "never", "pattern"),
        ("C{year}{seq}", "never", "pattern"),
        ("C{yyyy:2}{seq}", "never", "pattern"),
        (" C{seq}", "never", "pattern"),
        ("C\u200b{seq}", "never", "pattern"),
        ("长" * 30 + "{seq}", "never", "pattern"),
    ],
)
def test_a_pattern_whose_numbers_would_repeat_or_not_be_read_is_refused(pattern: str, reset: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_pattern(pattern, reset, 32)
    assert list(caught.value.fields) == [field]


def test_the_preview_is_what_comes(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [new(admin), new(admin)] == ["C2026-00001", "C2026-00002"]
    shown = rules.preview(admin, "customers", "客{yy}{mm}/{seq:3}", "month", None)
    assert (shown.numbers, shown.later) == (("客2611/001", "客2611/002", "客2611/003"), "客2612/001")
    rules.keep(admin, "customers", "客{yy}{mm}/{seq:3}", "month", None)
    assert [new(admin), new(admin)] == ["客2611/001", "客2611/002"]
    on(monkeypatch, datetime.date(2026, 12, 1))
    assert new(admin) == "客2612/001"


def test_only_the_looks_change_and_the_serial_goes_on(admin: Actor) -> None:
    new(admin), new(admin)
    rules.keep(admin, "customers", "K{yyyy}-{seq:4}", "year", None)
    assert new(admin) == "K2026-0003"


def test_the_next_serial_can_be_set_but_not_onto_numbers_that_exist(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    new(admin), new(admin)
    rules.keep(admin, "customers", "C{yyyy}-{seq:5}", "year", 500)
    assert [new(admin), new(admin)] == ["C2026-00500", "C2026-00501"]
    for start in (-1, 0, 2, 501, 10**16):
        with pytest.raises(Invalid) as caught:
            rules.keep(admin, "customers", "C{yyyy}-{seq:5}", "year", start)
        assert "C2026-00502" in str(caught.value)
    on(monkeypatch, datetime.date(2027, 1, 2))
    assert new(admin) == "C2027-00001"


def test_numbers_of_other_rules_that_look_alike_are_passed_over(admin: Actor) -> None:
    """With C{seq} the third customer would be C3; C{yyyy}{seq} reads C20265 as the fifth of 2026."""
    rules.keep(admin, "customers", "C{seq}", "never", 20265)
    assert new(admin) == "C20265"
    assert rules.preview(admin, "customers", "C{yyyy}{seq}", "year", None).numbers[0] == "C20266"
    rules.keep(admin, "customers", "C{seq}", "never", 20271)
    assert new(admin) == "C20271"
    with pytest.raises(Invalid, match=r"time to come|将来"):
        rules.keep(admin, "customers", "C{yyyy}{seq}", "year", None)


def test_a_rule_is_taken_back_and_no_number_comes_twice(admin: Actor) -> None:
    assert new(admin) == "C2026-00001"
    never = rules.keep(admin, "customers", "C{yyyy}-{seq:5}", "never", None)
    assert [new(admin), new(admin)] == ["C2026-00002", "C2026-00003"]
    assert never
    undo(admin, never)
    assert numbers.rule_of(customers).reset == "year"
    # The former series stopped at 1; what was given since is passed over.
    assert [new(admin), new(admin)] == ["C2026-00004", "C2026-00005"]
    assert [(one.is_undone, one.values.get("reset")) for one in rules.past(admin, "customers")] == [
        (False, "year"),
        (True, "never"),
    ]


def test_a_number_that_a_record_brought_along_is_passed_over(admin: Actor) -> None:
    first = create(admin, customers, {"name": "甲"}).record
    type(first).plain.filter(pk=first.pk).update(number="C2026-00003")
    assert numbers.take(customers, 3) == ["C2026-00002", "C2026-00004", "C2026-00005"]


def test_nothing_different_changes_nothing_and_given_numbers_stay(admin: Actor) -> None:
    number = new(admin)
    assert rules.keep(admin, "customers", "C{yyyy}-{seq:5}", "year", None) is None
    rules.keep(admin, "customers", "X{seq}", "never", None)
    assert customers.model.plain.get().number == number  # type: ignore[attr-defined]


def test_only_administrators_see_and_change_rules(person: Callable[..., Actor], company: dict[str, Any]) -> None:
    seller = person("zhang", company["team"])
    for attempt in (
        lambda: rules.outlooks(seller),
        lambda: rules.preview(seller, "customers", "X{seq}", "never", None),
        lambda: rules.keep(seller, "customers", "X{seq}", "never", None),
        lambda: rules.past(seller, "customers"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
