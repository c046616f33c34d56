"""Phone numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuke.kernel.phones import format_phone, mask_phone, national


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+8613812346021", "138 1234 6021"),
        ("+8675588886666", "0755-8888 6666"),
        ("+861066667777", "010-6666 7777"),
        ("+8675588886666;ext=801", "0755-8888 6666 转 801"),
        ("+864001234567", "400-123-4567"),
        ("+442071234567", "+44 20 7123 4567"),
        ("95588", "95588"),
        ("whatever", "whatever"),
        ("", ""),
    ],
)
def test_numbers_are_shown_in_groups(stored: str, shown: str) -> None:
    assert format_phone(stored) == shown


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812346021", "138****6021"),
        ("+8613812346021", "138****6021"),
        ("+8675588886666;ext=801", "0755****6666"),
        ("010-66667777", "010****7777"),
        ("+442071234567", "442****4567"),
        ("95588", "****88"),
        ("12", "****"),
        ("", "****"),
    ],
)
def test_masks_hide_the_middle(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


def test_at_home_no_country_is_dialled() -> None:
    assert national("+8675588886666;ext=8") == "0755888866668"
    assert national("+8613812346021") == "13812346021"
    assert national("+864001234567") == "4001234567"
    assert national("+86 755-8888 6666") == "075588886666"
    assert national("+442071234567") == ""
    assert national("张伟") == ""


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from([" ", "-", "", "."]))
def test_every_mobile_number_is_the_same_in_any_grouping(number: str, gap: str) -> None:
    assert national(f"+86{gap}{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}") == number
    assert format_phone("+86" + number) == f"{number[:3]} {number[3:7]} {number[7:]}"
