"""A typo in a description stops the boot and says what was meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shuke.apps.sales.resources.customer import customers
from shuke.kernel.criteria import where
from shuke.resource.checks import check_resources, problems
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import PERSONAL, Beside, Field, Match, Number, Related, Scope, Section, Table, View, child_of


def test_the_product_itself_has_no_unresolved_name() -> None:
    assert len(all_resources()) >= 5
    assert check_resources() == []


@pytest.mark.parametrize(
    ("change", "said", "meant"),
    [
        ({"fields": (Field("nmae"),)}, "fields: there is no field “nmae”", "name"),
        ({"title": "nam"}, "title: there is no field “nam”", "name"),
        ({"subtitle": "numbr"}, "subtitle: there is no field “numbr”", "number"),
        ({"facts": ("levle",)}, "facts: there is no field “levle”", "level"),
        ({"form": (Section("x", ("adress",)),)}, "there is no field “adress”", "address"),
        ({"form": (Section("x", ("name", "name")),)}, "stands twice", None),
        ({"form": (Section("x", ("owner",)),)}, "never written by people", None),
        ({"table": Table(columns=("nme",))}, "table.columns: there is no field “nme”", "name"),
        ({"table": Table(columns=("name",), sort="-phone")}, "table.sort (sort): there is no field “phone”", None),
        ({"table": Table(columns=(), views=(View("v", "v", where(levl=1)),))}, "there is no field “levl”", "level"),
        ({"duplicates": (Match(("phon",)),)}, "duplicates: there is no field “phon”", "phone"),
        ({"number": Number("nummer", "{seq}")}, "number: there is no field “nummer”", "number"),
        ({"beside": (Beside("custmer", ("name",)),)}, "beside: there is no field “custmer”", None),
        ({"scope": Scope(owner="ower_id")}, "scope.owner: there is no field “ower_id”", "owner"),
        (
            {"fields": (Field("level", dictionary="x", depends="sorce"), Field("source", dictionary="y"))},
            "level.depends: there is no field “sorce”",
            "source",
        ),
        ({"fields": (Field("level", dictionary="x", depends="note"), Field("note"))}, "both hold one option", None),
        ({"fields": (Field("name"), Field("name"))}, "“name” is declared twice", None),
    ],
)
def test_a_typo_is_found_and_the_right_name_offered(change: dict[str, Any], said: str, meant: str | None) -> None:
    found = [(message, hint) for message, hint in problems(replace(customers, **change)) if said in message]
    assert found, list(problems(replace(customers, **change)))
    if meant:
        assert found[0][1] == f"Did you mean “{meant}”?"


def test_a_child_carries_what_its_parent_has() -> None:
    wrong = replace(resource_for("contacts"), scope=child_of("customer", PERSONAL))
    assert any("it carries what customers have" in message for message, _hint in problems(wrong))


def test_a_related_tab_must_point_back() -> None:
    tab = customers.related[0]
    wrong = replace(customers, related=(Related(tab.model, "owner", ("nam",)),))
    messages = [message for message, _hint in problems(wrong)]
    assert any("does not point at customers" in message for message in messages)
    assert any("there is no field “nam”" in message for message in messages)
