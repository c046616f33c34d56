"""Dictionaries are the company's own: what is changed is offered at once, and no record loses what it holds."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.apps.people.resources.dictionary import dictionaries, options
from shuke.apps.people.services.dictionary import OPTIONS
from shuke.apps.sales.resources.customer import customers
from shuke.engine.commands import prepare, verbs, write
from shuke.engine.commands.ordering import put_in_order
from shuke.engine.commands.removal import delete, restore
from shuke.engine.commands.undo import undo
from shuke.engine.options.catalogue import forget, options_of
from shuke.engine.options.models import Dictionary
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import User
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import get
from shuke.kernel.errors import Invalid, NotAllowed
from tests.engine.conftest import SELLER

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(person: Any, company: Any) -> Any:
    return person("admin", company["team"], admin=True)


@pytest.fixture
def levels(admin: Any) -> dict[str, int]:
    """The ids of the customer levels by name."""
    forget()
    return {option.name: option.pk for option in options_of("customer-level")}


def names(key: str = "customer-level") -> list[str]:
    return [option.name for option in options_of(key)]


@pytest.mark.feature("SYS-01")
def test_a_new_option_stands_last_and_can_be_chosen_at_once(admin: Any, levels: Any) -> None:
    level = Dictionary.plain.get(key="customer-level")
    made = write.create(admin, options, {"name": "战略客户", "dictionary": level.pk, "tone": "brand"})
    assert names() == [*levels, "战略客户"]
    assert write.create(admin, customers, {"name": "甲", "level": "战略客户"}).record.level_id == made.record.pk
    undo(admin, write.update(admin, options, made.record.pk, {"name": "别的"}).change)
    actor_for(User.plain.get(pk=admin.user_id), "web")
    assert names()[-1] == "战略客户"


def test_who_names_what_is_no_option_is_told_those_there_are(admin: Any, levels: Any, monkeypatch: Any) -> None:
    with pytest.raises(Invalid) as refused:
        write.create(admin, customers, {"name": "甲", "level": "没有的等级"})
    assert all(name in str(refused.value.fields["level"]) for name in levels)
    monkeypatch.setattr(prepare, "_TOLD_OPTIONS", len(levels) - 1)
    with pytest.raises(Invalid) as refused:
        write.create(admin, customers, {"name": "甲", "level": "没有的等级"})
    assert not any(name in str(refused.value.fields["level"]) for name in levels)


@pytest.mark.feature("SYS-01")
@pytest.mark.parametrize("away", ["retired", "deleted"])
def test_what_is_offered_no_more_stays_on_the_records_that_hold_it(admin: Any, levels: Any, away: str) -> None:
    name, pk = next(iter(levels.items()))
    customer = write.create(admin, customers, {"name": "甲", "level": pk}).record
    if away == "retired":
        write.update(admin, options, pk, {"retired": True})
    else:
        delete(admin, options, [pk])
        actor_for(User.plain.get(pk=admin.user_id), "web")
    assert name not in names()
    with pytest.raises(Invalid):
        write.create(admin, customers, {"name": "乙", "level": name})
    write.update(admin, customers, customer.pk, {"note": "仍可修改"})
    row = get(admin, customers, customer.pk)
    assert Presenter(admin, customers, ["level"]).row(row)[0].text == name
    if away == "deleted":
        with pytest.raises(Invalid):
            write.create(admin, options, {"name": name, "dictionary": Dictionary.plain.get(key="customer-level").pk})
        restore(admin, options, [pk])


@pytest.mark.feature("SYS-01")
def test_options_change_places_and_back(admin: Any, levels: Any) -> None:
    first, second, third, fourth = levels
    verbs.perform(admin, options, [levels[third], levels[fourth]], verbs.verb_of(options, "up"), {})
    assert names() == [first, third, fourth, second]
    verbs.perform(admin, options, [levels[third], levels[fourth]], verbs.verb_of(options, "up"), {})
    moved = verbs.perform(admin, options, [levels[third]], verbs.verb_of(options, "up"), {})
    assert names() == [third, fourth, first, second], "who is first stays first"
    assert moved
    change = verbs.perform(admin, options, [levels[third], levels[first]], verbs.verb_of(options, "down"), {})
    assert names() == [fourth, third, second, first]
    undo(admin, change)
    actor_for(User.plain.get(pk=admin.user_id), "web")  # the next request notices
    assert names() == [third, fourth, first, second]


@pytest.mark.feature("SYS-01")
def test_names_and_keys_stand_once(admin: Any, levels: Any) -> None:
    level = Dictionary.plain.get(key="customer-level")
    with pytest.raises(Invalid) as found:
        write.create(admin, options, {"name": next(iter(levels)), "dictionary": level.pk})
    assert "name" in found.value.fields
    with pytest.raises(Invalid) as found:
        write.create(admin, dictionaries, {"name": "又一个", "key": "customer-level"})
    assert "key" in found.value.fields
    keys = [write.create(admin, dictionaries, {"name": "付款方式"}).record.key for _ in range(2)]
    assert keys == ["fukuanfangshi", "fukuanfangshi-2"]
    with pytest.raises(Invalid):
        write.update(admin, dictionaries, level.pk, {"key": "other"})


@pytest.mark.feature("SYS-01")
def test_a_dictionary_in_use_stays(admin: Any) -> None:
    with pytest.raises(Invalid):
        delete(admin, dictionaries, [Dictionary.plain.get(key="customer-level").pk])
    unused = write.create(admin, dictionaries, {"name": "没有人用"}).record
    assert delete(admin, dictionaries, [unused.pk])


@pytest.mark.feature("SYS-01")
def test_who_was_not_granted_it_changes_no_dictionary(person: Any, company: Any, levels: Any) -> None:
    seller = person("zhang", company["team"], SELLER)
    with pytest.raises(NotAllowed):
        verbs.perform(seller, options, [next(iter(levels.values()))], verbs.verb_of(options, "up"), {})
    with pytest.raises(NotAllowed):
        write.create(seller, dictionaries, {"name": "新字典"})


@pytest.mark.feature("SYS-01")
def test_options_are_put_in_order_as_one_change_that_is_taken_back(admin: Any, levels: Any, person: Any) -> None:
    level = Dictionary.plain.get(key="customer-level").pk
    first, second, third, fourth = levels
    turned = put_in_order(admin, OPTIONS, level, [levels[fourth], levels[first]])
    assert names() == [fourth, second, third, first], "those that were not named keep their places"
    undo(admin, turned)
    forget()
    assert names() == [*levels]
    industry = options_of("industry")[0].pk
    for wrong in ([industry], [levels[first], levels[first]], [levels[first], 10**17]):
        with pytest.raises(Invalid):
            put_in_order(admin, OPTIONS, level, wrong)
    reader = person("reader", None, {name: {"view": "all"} for name in ("dictionaries", "options")})
    with pytest.raises(NotAllowed):
        put_in_order(reader, OPTIONS, level, [levels[second], levels[first]])
    assert names() == [*levels]


def test_the_colour_of_an_option_is_shown_in_itself(admin: Any, levels: Any) -> None:
    found = get(admin, options, next(iter(levels.values())))
    assert Presenter(admin, options, ["tone"]).row(found)[0].tone == "bad"


@pytest.fixture
def cities(admin: Any) -> dict[str, int]:
    """Provinces, and the empty dictionary of their cities."""
    provinces = write.create(admin, dictionaries, {"name": "省", "key": "provinces"}).record
    write.create(admin, dictionaries, {"name": "市", "key": "cities", "above": provinces.pk})
    return {
        name: write.create(admin, options, {"name": name, "dictionary": provinces.pk}).record.pk
        for name in ("浙江", "江苏")
    }


@pytest.mark.feature("SYS-01")
def test_a_pasted_block_of_two_columns_becomes_options_that_belong_to_others(admin: Any, cities: Any) -> None:
    known = Dictionary.plain.get(key="cities")
    change = verbs.perform(
        admin, dictionaries, [known.pk], verbs.verb_of(dictionaries, "add"),
        {"block": "浙江\t杭州\n浙江 > 宁波\n江苏\t苏州\n\n其他"},
    )  # fmt: skip
    found = {one.name: one.parent_id for one in options_of("cities")}
    assert found == {"杭州": cities["浙江"], "宁波": cities["浙江"], "苏州": cities["江苏"], "其他": None}
    verb = verbs.verb_of(dictionaries, "add")
    verbs.perform(admin, dictionaries, [known.pk], verb, {"block": "江苏\t宁波"})
    assert {one.name: one.parent_id for one in options_of("cities")}["宁波"] == cities["江苏"]
    for block in ("安徽\t合肥", " \n "):
        with pytest.raises(Invalid):
            verbs.perform(admin, dictionaries, [known.pk], verb, {"block": block})
    assert "合肥" not in names("cities")
    undo(admin, change)
    actor_for(User.plain.get(pk=admin.user_id), "web")
    assert names("cities") == ["宁波"]


def test_an_option_belongs_to_one_of_the_dictionary_above_and_never_to_itself(admin: Any, cities: Any) -> None:
    known = Dictionary.plain.get(key="cities")
    city = write.create(admin, options, {"name": "杭州", "dictionary": known.pk, "parent": cities["浙江"]}).record.pk
    for pk, parent in ((city, city), (cities["浙江"], city), (cities["浙江"], cities["江苏"])):
        with pytest.raises(Invalid) as error:
            write.update(admin, options, pk, {"parent": parent})
        assert set(error.value.fields) == {"parent"}
    with pytest.raises(Invalid) as error:
        write.update(admin, dictionaries, known.pk, {"above": None})
    assert set(error.value.fields) == {"above"}
    provinces = Dictionary.plain.get(key="provinces")
    write.update(admin, dictionaries, provinces.pk, {"above": provinces.pk})
    write.update(admin, options, cities["江苏"], {"parent": cities["浙江"]})
    with pytest.raises(Invalid):
        write.update(admin, options, cities["浙江"], {"parent": cities["江苏"]})
