"""Form layouts: whose form it is, what stands where, and that nobody can be asked for what his form does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shuke.apps.people.resources.form_layout import form_layouts
from shuke.apps.people.resources.role import roles
from shuke.apps.people.resources.unit import units
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import SYSTEM, Actor
from shuke.engine.commands import removal, write
from shuke.engine.commands.undo import undo
from shuke.engine.layouts.arranging import form_for
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Membership, Role, User
from shuke.kernel.errors import Invalid
from shuke.resource.describe import form_of
from tests.engine.conftest import SELLER

Person = Callable[..., Actor]
Make = Callable[..., Any]

PHONE_FIRST = [{"title": "联络", "fields": [{"name": "phone", "wide": True, "required": True}, {"name": "name"}]}]


@pytest.fixture
def admin(person: Person) -> Actor:
    return person("admin", admin=True)


@pytest.fixture
def arrange(admin: Actor) -> Make:
    """``arrange(sections, role=…)`` stores a layout of the customers' form."""

    def make(sections: Any = (), **more: Any) -> write.Saved:
        values = {"name": "布局", "object": "customers", "sections": list(sections), **more}
        return write.create(admin, form_layouts, values)

    return make


def again(actor: Actor) -> Actor:
    """The same person with the next request."""
    return actor_for(User.plain.get(pk=actor.user_id), "web")


def names(actor: Actor) -> list[list[str]]:
    return [list(section.fields) for section in form_for(again(actor), customers).sections]


def role_of(actor: Actor) -> int:
    return next(iter(actor.roles))


def test_a_form_is_the_objects_own_until_somebody_arranges_it(person: Person, arrange: Make) -> None:
    zhang = person("zhang", grants=SELLER)
    assert form_for(zhang, customers).sections == form_of(customers)
    arrange(PHONE_FIRST)
    first, rest = names(zhang)
    assert first == ["phone", "name"]
    assert "note" in rest
    assert form_for(SYSTEM, customers).sections == form_of(customers)


def test_the_first_of_ones_roles_that_has_a_layout_decides(person: Person, arrange: Make, admin: Actor) -> None:
    zhang = person("zhang", grants=SELLER)
    second = Role.plain.create(name="兼任", position=-1)
    Membership.objects.create(user_id=zhang.user_id, role=second)
    arrange(left_out=["note"])
    arrange(left_out=["address"], role=role_of(zhang))
    assert form_for(again(zhang), customers).left_out == {"address"}
    arrange(left_out=["phone"], role=second.pk)
    assert form_for(again(zhang), customers).left_out == {"phone"}
    write.update(admin, roles, second.pk, {"position": 5})
    assert form_for(again(zhang), customers).left_out == {"address"}
    li = person("li", grants=SELLER)
    assert form_for(again(li), customers).left_out == {"note"}


def test_what_a_layout_does_not_know_stands_at_the_end_and_what_is_gone_does_nothing(
    person: Person, arrange: Make
) -> None:
    zhang = person("zhang", grants=SELLER)
    arrange([{"title": "全部", "fields": [{"name": "c_gone"}, {"name": "name"}]}], left_out=["c_gone_too", "note"])
    first, rest = names(zhang)
    assert first == ["name"]
    assert "phone" in rest
    assert "note" not in rest


def test_a_field_that_the_layout_asks_for_is_demanded_of_its_role_alone(person: Person, arrange: Make) -> None:
    zhang, li = person("zhang", grants=SELLER), person("li", grants=SELLER)
    old = write.create(zhang, customers, {"name": "从前的客户"}).record
    arrange(PHONE_FIRST, role=role_of(zhang))
    zhang = again(zhang)
    with pytest.raises(Invalid) as error:
        write.create(zhang.coming("api"), customers, {"name": "没有电话"})
    assert set(error.value.fields) == {"phone"}
    made = write.create(zhang, customers, {"name": "有电话", "phone": "010-66668888"}).record
    with pytest.raises(Invalid) as error:
        write.update(zhang, customers, made.pk, {"phone": ""})
    assert set(error.value.fields) == {"phone"}
    write.update(zhang, customers, old.pk, {"note": "其余仍可修改"})
    write.create(again(li), customers, {"name": "李娜的客户"})
    write.create(SYSTEM, customers, {"name": "程序的客户"})


def test_nobody_is_asked_for_what_he_may_not_write(person: Person, arrange: Make) -> None:
    zhang = person("zhang", grants=SELLER, rules={"customers": {"phone": "read"}})
    arrange(PHONE_FIRST)
    write.create(again(zhang), customers, {"name": "没有电话"})


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("object", {"object": "nothing"}),
        ("left_out", {"left_out": ["name"]}),
        ("left_out", {"left_out": [7]}),
        ("left_out", {"left_out": {"a": 1}}),
        ("sections", {"sections": [{"title": "", "fields": []}]}),
        ("sections", {"sections": [{"title": "一", "fields": []}, {"title": "一", "fields": []}]}),
        ("sections", {"sections": [{"title": "一", "fields": ["name"]}]}),
        ("sections", {"sections": [{"title": "一", "fields": [{"name": "name", "wide": "yes"}]}]}),
        ("sections", {"sections": [{"title": "一", "fields": [{"name": "name"}, {"name": "name"}]}]}),
        ("sections", {"sections": [{"title": "一", "fields": [{"name": "note"}]}], "left_out": ["note"]}),
        ("sections", {"sections": {"title": "一"}}),
        ("sections", {"sections": [{"title": f"第{number}部分", "fields": []} for number in range(31)]}),
    ],
)
def test_a_layout_that_makes_no_sense_is_refused_by_its_part(arrange: Make, part: str, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as error:
        arrange(**{"sections": [], **values})
    assert set(error.value.fields) == {part}


def test_there_is_one_layout_for_a_role_and_changes_are_taken_back(person: Person, arrange: Make, admin: Actor) -> None:
    zhang = person("zhang", grants=SELLER)
    saved = arrange(left_out=["note"])
    with pytest.raises(Invalid, match=r"already|已有"):
        arrange(left_out=["address"])
    changed = write.update(admin, form_layouts, saved.record.pk, {"left_out": ["address"]})
    assert form_for(again(zhang), customers).left_out == {"address"}
    undo(admin, changed.change)
    assert form_for(again(zhang), customers).left_out == {"note"}
    removal.delete(admin, form_layouts, [saved.record.pk])
    assert form_for(again(zhang), customers).left_out == set()


def test_a_form_costs_no_query_once_it_is_known(person: Person, arrange: Make, django_assert_num_queries: Any) -> None:
    zhang = person("zhang", grants=SELLER)
    arrange(PHONE_FIRST)
    zhang = again(zhang)
    form_for(zhang, customers)
    with django_assert_num_queries(0):
        form_for(zhang, customers)


def test_the_most_specific_layout_wins(person: Person, arrange: Make, company: Any, admin: Actor) -> None:
    sister = write.create(admin, units, {"name": "子公司", "kind": "company", "parent": company["company"].pk}).record
    team = write.create(admin, units, {"name": "子公司一组", "parent": sister.pk}).record
    zhang, li = person("zhang", company["team"], SELLER), person("li", team, SELLER)
    wang = person("wang", company["group"], SELLER)

    def left_out() -> list[set[str]]:
        return [set(form_for(again(one), customers).left_out) for one in (zhang, li, wang)]

    arrange(left_out=["note"])
    arrange(left_out=["address"], company=company["company"].pk)
    assert left_out() == [{"address"}, {"address"}, {"note"}]
    arrange(left_out=["website"], company=sister.pk)
    assert left_out() == [{"address"}, {"website"}, {"note"}]
    arrange(left_out=["email"], role=role_of(li))
    assert left_out() == [{"address"}, {"email"}, {"note"}]
    arrange(left_out=["phone"], role=role_of(li), company=sister.pk)
    assert left_out() == [{"address"}, {"phone"}, {"note"}]
    write.update(admin, units, team.pk, {"parent": company["group"].pk})
    assert left_out() == [{"address"}, {"email"}, {"note"}]


def test_a_layout_is_for_a_company_once_and_for_no_department(arrange: Make, company: Any) -> None:
    arrange(company=company["company"].pk)
    with pytest.raises(Invalid):
        arrange(company=company["company"].pk)
    with pytest.raises(Invalid) as error:
        arrange(company=company["team"].pk)
    assert set(error.value.fields) == {"company"}
