"""SYS-04 to SYS-06: administrators add regions of their own, rename, retire and restore any; records keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands.undo import undo
from shuke.engine.commands.write import create
from shuke.engine.options.models import Region
from shuke.engine.options.region_changes import add, keep
from shuke.engine.options.regions import find_regions, forget
from shuke.engine.query.paging import page, select
from shuke.kernel.criteria import where
from shuke.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.feature("SYS-04", "SYS-05", "SYS-06")]
GUANGDONG, SHENZHEN, NANSHAN = 440000, 440300, 440305


@pytest.fixture
def admin(person: Callable[..., Actor], company: dict[str, Any]) -> Any:
    forget()
    yield person("admin", company["group"], admin=True)
    forget()


def names(text: str) -> list[str]:
    return [one.full_name for one in find_regions(text, 20)]


def test_own_regions_lie_in_what_they_were_added_to(admin: Actor) -> None:
    bay, _change = add(admin, "大湾区", GUANGDONG)
    port, _change = add(admin, "前海", bay)
    strip, _change = add(admin, "口岸", SHENZHEN)
    abroad, _change = add(admin, "新加坡")
    second, _change = add(admin, "马来西亚")
    assert Region.objects.get(pk=port).full_name == "广东省 大湾区 前海"
    made = {
        code: create(admin, customers, {"name": f"客{code}", "region": code}).record.pk
        for code in (bay, port, strip, abroad, second, 310000)
    }

    def under(code: int) -> set[int]:
        rows = page(select(admin, customers, criteria=where(region__under=code)), limit=50).rows
        return {row.pk for row in rows}

    assert under(GUANGDONG) == {made[bay], made[port], made[strip]}
    assert under(SHENZHEN) == {made[strip]}
    assert under(bay) == {made[bay], made[port]}
    assert under(abroad) == {made[abroad]}
    with pytest.raises(Invalid):
        add(admin, "街道", NANSHAN)


def test_they_are_found_by_name_pinyin_initials_and_code(admin: Actor) -> None:
    code, _change = add(admin, "新加坡")
    for text in ("新加坡", "加坡", "xjp", "xinjiap", str(code)):
        assert "新加坡" in names(text)
    assert names("深圳")[0] == "广东省 深圳市"


def test_a_new_name_is_in_the_names_of_all_that_lies_in_it_and_is_taken_back(admin: Actor) -> None:
    change = keep(admin, SHENZHEN, name="鹏城")
    assert Region.objects.get(pk=NANSHAN).full_name == "广东省 鹏城 南山区"
    assert Region.objects.get(pk=GUANGDONG).full_name == "广东省"
    assert change
    undo(admin, change)
    assert Region.objects.get(pk=NANSHAN).full_name == "广东省 深圳市 南山区"


def test_a_retired_region_is_offered_no_more_with_what_lies_in_it_and_records_keep_it(admin: Actor) -> None:
    pk = create(admin, customers, {"name": "南山客", "region": NANSHAN}).record.pk
    change = keep(admin, SHENZHEN, retired=True)
    assert names("南山区") == ["黑龙江省 鹤岗市 南山区"]
    assert customers.model.plain.get(pk=pk).region_id == NANSHAN  # type: ignore[attr-defined]
    assert keep(admin, SHENZHEN, retired=True) is None
    assert change
    undo(admin, change)
    forget()
    assert "广东省 深圳市 南山区" in names("南山区")
    keep(admin, SHENZHEN, retired=True)
    keep(admin, SHENZHEN, retired=False)
    assert "广东省 深圳市 南山区" in names("南山区")


def test_a_retired_province_takes_its_cities_and_their_counties_along(admin: Actor) -> None:
    keep(admin, GUANGDONG, retired=True)
    assert names("广东") == names("深圳市") == []
    assert names("南山区") == ["黑龙江省 鹤岗市 南山区"]
    keep(admin, GUANGDONG, retired=False)
    keep(admin, GUANGDONG, name="粤")
    assert "粤 深圳市 南山区" in names("南山区")


def test_an_own_region_is_taken_back_unless_a_record_lies_in_it(admin: Actor) -> None:
    _code, change = add(admin, "新加坡")
    code, used = add(admin, "泰国")
    undo(admin, change)
    assert not Region.objects.filter(name="新加坡").exists()
    create(admin, customers, {"name": "曼谷客", "region": code})
    with pytest.raises(Conflict):
        undo(admin, used)


@pytest.mark.parametrize("name", ["", " \u200b ", "长" * 65, "深圳市"])
def test_names_are_sensible_and_once_among_neighbours(admin: Actor, name: str) -> None:
    with pytest.raises(Invalid):
        add(admin, name, GUANGDONG)
    with pytest.raises(Invalid):
        keep(admin, 440100, name=name)


def test_a_full_branch_says_so(admin: Actor) -> None:
    for code in range(SHENZHEN + 1, SHENZHEN + 100):
        values = {"name": f"区{code}", "full_name": f"区{code}", "parent_id": SHENZHEN}
        Region.objects.get_or_create(code=code, defaults=values)
    with pytest.raises(Invalid, match=r"no room|没有"):
        add(admin, "又一个", SHENZHEN)


def test_only_administrators_change_them(admin: Actor, person: Callable[..., Actor]) -> None:
    seller = person("zhang", None, {"customers": {"view": "all"}})
    with pytest.raises(NotAllowed):
        add(seller, "新加坡")
    with pytest.raises(NotAllowed):
        keep(seller, SHENZHEN, retired=True)
    with pytest.raises(NotFound):
        keep(admin, 999_999, retired=True)
