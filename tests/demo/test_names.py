"""The demo's names look real, vary widely, and are the same for the same seed."""

from random import Random

from shuke.cli.demo import names
from shuke.cli.demo.vocabulary import Place, places, seeded, short, weighted
from shuke.kernel.phones import national


def draw(seed: int, count: int) -> list[names.Name]:
    random = Random(seed)
    return [names.customer(random, places().draw(random)) for _ in range(count)]


def test_the_same_seed_gives_the_same_names() -> None:
    assert draw(7, 50) == draw(7, 50)
    assert draw(7, 50) != draw(8, 50)


def test_names_vary() -> None:
    found = [name.text for name in draw(1, 5_000)]
    assert len(set(found)) > 4_900
    assert {name.kind for name in draw(1, 5_000)} == {"company", "shop", "institution", "person"}


def test_a_searcher_finds_common_and_rare_words() -> None:
    found = [name.text for name in draw(1, 20_000)]
    assert sum("科技" in name for name in found) > 1_000
    assert 0 < sum("华江" in name for name in found) < 20
    assert not any("龘" in name for name in found)


def test_names_fit_their_columns() -> None:
    random = Random(3)
    for _ in range(2_000):
        place = places().draw(random)
        assert len(names.customer(random, place).text) <= 120
        assert len(names.address(random, place)) <= 200


def test_phone_numbers_are_real_ones() -> None:
    random = Random(3)
    for _ in range(300):
        number = national(f"+86{names.mobile(random)}")
        assert len(number) == 11
        assert number.startswith("1")


def test_mail_goes_nowhere() -> None:
    random = Random(3)
    for name in draw(3, 300):
        assert names.email(random, "张伟", name.brand).endswith(".example")


def test_places_are_those_of_the_mainland_with_the_south_in_front() -> None:
    random = Random(3)
    found: list[Place] = [places().draw(random) for _ in range(4_000)]
    south = sum(place.province == "广东省" for place in found)
    assert 1_000 < south < 1_500
    assert not any(place.province.startswith(("香港", "澳门", "台湾")) for place in found)


def test_regions_are_called_as_people_call_them() -> None:
    for full, spoken in {
        "深圳市": "深圳",
        "恩施土家族苗族自治州": "恩施",
        "西双版纳傣族自治州": "西双版纳",
        "丽水市": "丽水",
        "博尔塔拉蒙古自治州": "博尔塔拉",
    }.items():
        assert short(full) == spoken


def test_heavy_items_are_drawn_more_often() -> None:
    scale = weighted({"a": 9.0, "b": 1.0, "c": 0.0})
    random = seeded(1, "scale")
    found = [scale.draw(random) for _ in range(1_000)]
    assert found.count("a") > 800
    assert found.count("c") == 0
