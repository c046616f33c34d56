"""A field made at run time is a field like any other: written, read, found, sorted, kept, retired, taken back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from shuke.apps.people.resources.custom_field import custom_fields
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.audit.history import history
from shuke.engine.commands import removal, write
from shuke.engine.commands.many import edit_many
from shuke.engine.commands.undo import undo
from shuke.engine.customfields.attach import sync
from shuke.engine.exchange.columns import column_of
from shuke.engine.options.catalogue import options_of
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import User
from shuke.engine.present.cells import Presenter
from shuke.engine.query.indexes import derived
from shuke.engine.query.paging import page, select
from shuke.kernel.criteria import parse
from shuke.kernel.errors import Invalid
from shuke.resource.describe import fields_of, form_of
from tests.engine.conftest import SELLER

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(person: Any, company: Any) -> Any:
    return person("admin", company["group"], admin=True)


def make(admin: Any, kind: str, **more: Any) -> str:
    saved = write.create(
        admin, custom_fields, {"object": "customers", "label": f"字段 {kind}", "kind": kind, "sort": True, **more}
    )
    sync()
    return str(saved.record.name)


@pytest.mark.feature("SYS-02")
def test_several_choices_are_kept_filtered_and_none_is_made_by_typing(admin: Any) -> None:
    before = write.create(admin, customers, {"name": "早先的"}).record.pk
    name = make(admin, "options", options="零售\n批发\n电商", label="渠道")
    ids = {one.name: one.pk for one in options_of(f"customers-{name.removeprefix('c_')}")}
    assert list(ids) == ["零售", "批发", "电商"]
    assert getattr(Customer.plain.get(pk=before), name) == []
    pk = write.create(admin, customers, {"name": "华江", name: "电商、零售"}).record.pk
    assert getattr(Customer.plain.get(pk=pk), name) == sorted([ids["零售"], ids["电商"]])
    with pytest.raises(Invalid):
        write.update(admin, customers, pk, {name: ["直播"]})
    criteria = parse({"field": name, "op": "in", "value": [ids["电商"], ids["批发"]]})
    assert [row.name for row in page(select(admin, customers, criteria=criteria), columns=(name,)).rows] == ["华江"]
    assert any(name in index.name or name in str(index.fields) for index in derived(customers))
    many = edit_many(admin, customers, [pk, before], {name: [ids["批发"]]})
    assert getattr(Customer.plain.get(pk=before), name) == [ids["批发"]]
    undo(admin, many)
    assert (getattr(Customer.plain.get(pk=before), name), len(getattr(Customer.plain.get(pk=pk), name))) == ([], 2)
    presenter = Presenter(admin, customers, [name])
    assert presenter.row(Customer.plain.get(pk=pk))[0].text == "零售、电商"
    with translation.override("en"):
        assert Presenter(admin, customers, [name]).row(Customer.plain.get(pk=pk))[0].text == "零售, 电商"
        assert column_of(fields_of(customers)[name]).typed([[ids["零售"], ids["电商"]]]) == ["零售, 电商"]


@pytest.mark.feature("SYS-02")
@pytest.mark.feature("SYS-02")
@pytest.mark.parametrize(
    ("kind", "given", "held", "more"),
    [
        ("text", " 一行 ", "一行", {}),
        ("long_text", "两\n行", "两\n行", {}),
        ("rich_text", "<p>两<b onclick=x>行</b></p><script>x</script>", "<p>两<b>行</b></p>", {}),
        ("integer", "1,234", 1234, {}),
        ("decimal", "12.345", Decimal("12.345"), {"places": 3}),
        ("money", "¥1,000", Decimal("1000.00"), {}),
        ("boolean", "是", True, {}),
        ("date", "2026年8月31日", datetime.date(2026, 8, 31), {}),
        ("phone", "138 0013 8000", "138 0013 8000", {}),
        ("email", "a@b.cn", "a@b.cn", {}),
        ("url", "https://b.cn", "https://b.cn", {}),
    ],
)
def test_every_kind_is_written_read_filtered_sorted_and_undone(
    admin: Any, kind: str, given: Any, held: Any, more: Any
) -> None:
    before = write.create(admin, customers, {"name": "早先的"}).record.pk
    name = make(admin, kind, **more)
    with_value = write.create(admin, customers, {"name": "华江", name: given})
    assert getattr(Customer.plain.get(pk=with_value.record.pk), name) == held
    assert getattr(Customer.plain.get(pk=before), name) in (None, "", False)
    info = fields_of(customers)[name]
    assert any(name in section.fields for section in form_of(customers))
    if info.spec.filter:
        criteria = parse({"field": name, "op": "eq", "value": given if kind != "boolean" else True})
        assert [row.name for row in page(select(admin, customers, criteria=criteria), columns=(name,)).rows] == ["华江"]
    if info.spec.sort:
        rows = page(select(admin, customers), sort=f"-{name}", columns=(name,)).rows
        assert {row.name for row in rows} == {"华江", "早先的"}
        assert any(name in index.name for index in derived(customers))
    changed = write.update(admin, customers, before, {name: given})
    assert any(name in str(entry) for entry in history(admin, customers, before))
    undo(admin, changed.change)
    assert getattr(Customer.plain.get(pk=before), name) in (None, "", False)


def test_choices_are_offered_in_their_order_and_retired_without_losing_old_values(admin: Any) -> None:
    name = make(admin, "option", options="小\n中\n大", label="规模")
    assert name == "c_guimo"
    dictionary = fields_of(customers)[name].spec.dictionary or ""
    assert [option.name for option in options_of(dictionary)] == ["小", "中", "大"]
    saved = write.create(admin, customers, {"name": "华江", name: "中"})
    definition = custom_fields.model._default_manager.get(key="guimo")
    write.update(admin, custom_fields, definition.pk, {"options": "大\n特大\n小"})
    assert [option.name for option in options_of(dictionary)] == ["大", "特大", "小"]
    assert getattr(Customer.plain.get(pk=saved.record.pk), name).name == "中"
    with pytest.raises(Invalid):
        write.update(admin, customers, saved.record.pk, {name: "中等"})


@pytest.mark.feature("SYS-02")
def test_a_choice_depends_on_another_one_of_the_object_or_of_ones_own(admin: Any) -> None:
    part = make(admin, "option", label="细分行业", depends="行业", options="汽车 > 整车\n汽车\t零部件\n教育>培训\n其他")
    assert fields_of(customers)[part].spec.depends == "industry"
    pk = write.create(admin, customers, {"name": "华江", "industry": "汽车", part: "整车"}).record.pk
    for values in ({part: "培训"}, {"industry": "教育"}, {"industry": None}):
        with pytest.raises(Invalid) as error:
            write.update(admin, customers, pk, values)
        assert set(error.value.fields) == {part}
    write.update(admin, customers, pk, {"industry": "教育", part: "培训"})
    write.update(admin, customers, pk, {"industry": "农业", part: "其他"})
    third = make(admin, "option", label="工序", depends=part, options="整车 > 总装\n零部件 > 压铸")
    write.update(admin, customers, pk, {"industry": "汽车", part: "零部件", third: "压铸"})
    definition = custom_fields.model._default_manager.get(label="细分行业")
    write.update(admin, custom_fields, definition.pk, {"depends": "", "options": "整车\n其他"})
    sync()
    write.update(admin, customers, pk, {"industry": "教育", part: "整车", third: "总装"})


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"depends": "备注"}, "depends"),
        ({"depends": "没有这个"}, "depends"),
        ({"depends": "industry", "options": "没有这个行业 > 甲"}, "options"),
        ({"depends": "industry", "kind": "options"}, "depends"),
    ],
)
def test_what_a_choice_depends_on_must_be_there(admin: Any, given: Any, wrong: str) -> None:
    with pytest.raises(Invalid) as error:
        write.create(
            admin, custom_fields, {"object": "customers", "label": "细分", "kind": "option", "options": "甲", **given}
        )
    assert set(error.value.fields) == {wrong}


def test_choices_do_not_depend_on_one_another_in_a_circle(admin: Any) -> None:
    first = make(admin, "option", label="一", options="甲")
    make(admin, "option", label="二", options="甲 > 乙", depends=first)
    definition = custom_fields.model._default_manager.get(label="一")
    with pytest.raises(Invalid) as error:
        write.update(admin, custom_fields, definition.pk, {"depends": "二"})
    assert set(error.value.fields) == {"depends"}


def test_a_link_leads_only_to_what_one_may_see(admin: Any, person: Any, company: Any) -> None:
    name = make(admin, "link", target="customers", label="母公司")
    mother = write.create(admin, customers, {"name": "集团"}).record.pk
    child = write.create(admin, customers, {"name": "子公司", name: mother})
    assert getattr(Customer.plain.get(pk=child.record.pk), f"{name}_id") == mother
    assert page(select(admin, customers, q="子公司"), columns=(name,)).rows[0].__dict__[name] == "集团"
    seller = person("zhang", company["team"], SELLER)
    with pytest.raises(Invalid):
        write.create(seller, customers, {"name": "别的", name: mother})


def test_required_holds_for_new_records_only(admin: Any) -> None:
    old = write.create(admin, customers, {"name": "早先的"}).record.pk
    name = make(admin, "text", required=True)
    with pytest.raises(Invalid) as error:
        write.create(admin, customers, {"name": "华江"})
    assert name in error.value.fields
    write.update(admin, customers, old, {"note": "可以"})


def test_a_retired_field_is_offered_no_more_and_comes_back_with_its_values(admin: Any) -> None:
    name = make(admin, "text")
    pk = write.create(admin, customers, {"name": "华江", name: "值"}).record.pk
    definition = custom_fields.model._default_manager.get()
    gone = removal.delete(admin, custom_fields, [definition.pk])
    sync()
    assert name not in fields_of(customers)
    with pytest.raises(Invalid):
        write.update(admin, customers, pk, {name: "另一个"})
    undo(admin, gone)
    sync()
    assert name in fields_of(customers)
    assert getattr(Customer.plain.get(pk=pk), name) == "值"


def test_what_it_is_never_changes_but_its_name_does_in_both_languages(admin: Any) -> None:
    name = make(admin, "text", label="客户规模", label_en="Size")
    definition = custom_fields.model._default_manager.get()
    for change in ({"kind": "integer"}, {"object": "users"}, {"key": "other"}):
        with pytest.raises(Invalid):
            write.update(admin, custom_fields, definition.pk, change)
    write.update(admin, custom_fields, definition.pk, {"label": "规模"})
    sync()
    with translation.override("zh-hans"):
        assert str(fields_of(customers)[name].label) == "规模"
    with translation.override("en"):
        assert str(fields_of(customers)[name].label) == "Size"


def test_a_risen_stamp_makes_every_process_look_again(admin: Any) -> None:
    actor_for(User.plain.get(pk=admin.user_id), "web")
    write.create(admin, custom_fields, {"object": "customers", "label": "规模", "kind": "text"})
    assert "c_guimo" not in fields_of(customers)
    actor_for(User.plain.get(pk=admin.user_id), "web")
    assert "c_guimo" in fields_of(customers)


@pytest.mark.feature("SYS-02")
def test_it_stands_in_the_section_it_names(admin: Any) -> None:
    with translation.override("zh-hans"):
        title = str(customers.form[0].title)
        name = make(admin, "text", section=title)
        other = make(admin, "integer", section="质量")
        found = [(str(section.title), section.fields) for section in form_of(customers)]
    [first] = [fields for section, fields in found if section == title]
    assert first == (*customers.form[0].fields, name)
    assert found[-1] == ("质量", (other,))


@pytest.mark.parametrize(
    "wrong",
    [
        {"object": "nothing"},
        {"object": "custom-fields"},
        {"key": "Großes"},
        {"kind": "option"},
        {"kind": "options"},
        {"kind": "link"},
        {"kind": "decimal", "places": 9},
        {"kind": "nothing"},
    ],
)
def test_senseless_definitions_are_explained(admin: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        write.create(admin, custom_fields, {"object": "customers", "label": "字段", "kind": "text", **wrong})
    assert not custom_fields.model._default_manager.exists()


def test_two_fields_of_one_label_get_keys_of_their_own(admin: Any) -> None:
    assert make(admin, "text", label="规模") == "c_guimo"
    assert make(admin, "text", label="规模") == "c_guimo_2"
    with pytest.raises(Invalid):
        make(admin, "text", label="别的", key="guimo")
