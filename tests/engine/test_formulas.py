"""Formulas: what they come to, what they refuse, and that their columns are true after every change."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from shuke.apps.people.resources.custom_field import custom_fields
from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.audit.history import history
from shuke.engine.commands import removal, write
from shuke.engine.commands.undo import undo
from shuke.engine.customfields.attach import sync
from shuke.engine.customfields.formula import read
from shuke.engine.customfields.jobs import compute_formulas
from shuke.kernel.errors import Invalid
from tests.engine.test_custom_fields import admin  # noqa: F401

VALUES = {"a": Decimal(7), "b": Decimal(2), "nothing": None, "t": "华江", "day": datetime.date(2026, 3, 1), "yes": True}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a + b * 2", Decimal(11)),
        ("(a - b) / b", Decimal("2.5")),
        ("a % b", Decimal(1)),
        ("-a", Decimal(-7)),
        ("a / 0", None),
        ("1e999 - 1e999", None),
        ("9" * 1900 + " * a > 5", True),
        ("a + nothing", None),
        ("nothing > 1", False),
        ('nothing = ""', True),
        ('t & "-" & a', "华江-7"),
        ('t = "华江"', True),
        ("t <> “华江”", False),
        ('IF(a > 5, "大", "小")', "大"),
        ("if（a＞5，“大”，“小”）", "大"),
        ("IF(b = 0, 0, a / b)", Decimal("3.5")),
        ("IF(a > 9, 1)", None),
        ("AND(yes, a > b) and not EMPTY(t)", True),
        ("OR(nothing, a < b)", False),
        ("ROUND(a / 3, 2)", Decimal("2.33")),
        ("ROUND(2.5)", Decimal(3)),
        ("MIN(a, b, nothing)", Decimal(2)),
        ("MAX(nothing)", None),
        ("IFEMPTY(nothing, 5)", Decimal(5)),
        ("ABS(b - a)", Decimal(5)),
        ("LEFT(t, 1) & RIGHT(t, 1) & LEN(t)", "华江2"),
        ("YEAR(day) * 100 + MONTH(day)", Decimal(202603)),
        ("day + 30", datetime.date(2026, 3, 31)),
        ("DATE(2026, 3, 11) - day", Decimal(10)),
        ("DAYS(DATE(2026, 3, 11), day)", Decimal(10)),
        ("1 < b < a", True),
        ("a if yes else b", Decimal(7)),
    ],
)
def test_what_formulas_come_to(text: str, result: Any) -> None:
    assert read(text).value(VALUES, {}) == result


@pytest.mark.parametrize(
    "text",
    [
        "", "a +", "a b", "__import__(\"os\")", "a.__class__", "t[0]", "[a]", "(lambda: a)()", "a ** 9", "a := 1",
        "f\"{a}\"", "NOTHING(a)", "IF(a)", "SUM(a)", "SUM(\"orders\")", "COUNT(\"orders\", \"x\")", "a if", "1j",
        "open(t)", "a" + "+a" * 500, "b\"x\"", "a; b", "a" * 3000,
    ],
)  # fmt: skip
def test_what_formulas_refuse(text: str) -> None:
    with pytest.raises(Invalid):
        read(text).value(VALUES, {})


@pytest.mark.parametrize("text", ["t - 1", "t > 1", "day + day", "ROUND(a, 99)", "DATE(2026, 13, 1)", "-t", "YEAR(a)"])
def test_values_that_do_not_fit_are_explained(text: str) -> None:
    with pytest.raises(Invalid):
        read(text).value(VALUES, {})


@pytest.mark.parametrize("text", ["t & t", "t + t"])
def test_texts_do_not_grow_beyond_all_bounds(text: str) -> None:
    assert read(text).value({"t": "长" * 5_000}, {}) == "长" * 10_000
    with pytest.raises(Invalid):
        read(text).value({"t": "长" * 5_001}, {})


def make(admin: Any, formula: str, *, label: str = "结果", result: str = "decimal", key: str = "") -> str:  # noqa: F811
    saved = write.create(
        admin,
        custom_fields,
        {"object": "customers", "label": label, "kind": "formula", "formula": formula, "result": result, "key": key},
    )
    sync()
    return str(saved.record.name)


def stored(pk: int, name: str) -> Any:
    return Customer.plain.values_list(name, flat=True).get(pk=pk)


pytestmark = pytest.mark.django_db


def test_a_formula_follows_its_own_record(admin: Any) -> None:  # noqa: F811
    old = write.create(admin, customers, {"name": "早先的", "credit_limit": 50}).record.pk
    name = make(admin, "信用额度 * 2 + 1" if "信用额度" in labels() else "credit_limit * 2 + 1")
    compute_formulas("customers")
    assert stored(old, name) == 101
    saved = write.create(admin, customers, {"name": "华江", "credit_limit": 100})
    assert getattr(saved.record, name) == 201
    changed = write.update(admin, customers, saved.record.pk, {"credit_limit": 10})
    assert getattr(changed.record, name) == 21
    undo(admin, changed.change)
    assert stored(saved.record.pk, name) == 201
    assert not any(name in str(entry) for entry in history(admin, customers, saved.record.pk))
    with pytest.raises(Invalid):
        write.update(admin, customers, saved.record.pk, {name: 5})


def labels() -> set[str]:
    from shuke.resource.describe import fields_of

    return {str(info.label) for info in fields_of(customers).values()}


def test_a_formula_follows_the_records_below(admin: Any) -> None:  # noqa: F811
    name = make(admin, 'COUNT("contacts")')
    one = write.create(admin, customers, {"name": "一"}).record.pk
    two = write.create(admin, customers, {"name": "二"}).record.pk
    person = write.create(admin, contacts, {"name": "陈志远", "customer": one})
    assert (stored(one, name), stored(two, name)) == (1, 0)
    moved = write.update(admin, contacts, person.record.pk, {"customer": two})
    assert (stored(one, name), stored(two, name)) == (0, 1)
    undo(admin, moved.change)
    assert (stored(one, name), stored(two, name)) == (1, 0)
    gone = removal.delete(admin, contacts, [person.record.pk])
    assert stored(one, name) == 0
    undo(admin, gone)
    assert stored(one, name) == 1
    assert Contact.plain.get().customer_id == one


def test_formulas_may_need_each_other_but_not_in_a_circle(admin: Any) -> None:  # noqa: F811
    first = make(admin, "credit_limit + 1", label="甲", key="a")
    second = make(admin, f"{first} * 10", label="乙", key="b")
    saved = write.create(admin, customers, {"name": "华江", "credit_limit": 1})
    assert getattr(saved.record, second) == 20
    definition = custom_fields.model._default_manager.get(key="a")
    with pytest.raises(Invalid):
        write.update(admin, custom_fields, definition.pk, {"formula": f"{second} + 1"})
    for wrong in (
        "c_a + 1",
        "nothing + 1",
        "owner",
        'SUM("contacts", "name")',
        'COUNT("users")',
        'SUM("contacts", "x")',
    ):
        with pytest.raises(Invalid):
            write.update(admin, custom_fields, definition.pk, {"formula": wrong})


def test_what_cannot_be_worked_out_stays_empty(admin: Any) -> None:  # noqa: F811
    name = make(admin, "name - 1")
    saved = write.create(admin, customers, {"name": "华江"})
    assert getattr(saved.record, name) is None


def test_results_of_every_kind(admin: Any) -> None:  # noqa: F811
    text = make(admin, 'IF(credit_limit > 100000, "A", "B")', label="甲", result="text")
    day = make(admin, "DATE(2026, 1, 1) + credit_limit", label="乙", result="date")
    yes = make(admin, "credit_limit > 5", label="丙", result="boolean")
    record = write.create(admin, customers, {"name": "华江", "credit_limit": 31}).record
    assert (getattr(record, text), getattr(record, day), getattr(record, yes)) == ("B", datetime.date(2026, 2, 1), True)


def test_a_formula_is_worked_out_whatever_language_its_fields_are_named_in(admin: Any) -> None:  # noqa: F811
    with override("zh-hans"):
        name = make(admin, "信用额度 * 2")
    with override("en"):
        sync()
        assert getattr(write.create(admin, customers, {"name": "华江", "credit_limit": 100}).record, name) == 200
