"""Phone numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuke.kernel.phones import PhoneError, digits, format_phone, mask_phone, national, parse_phone, parse_phones


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13812346021", "+8613812346021"),
        (" 138 1234 6021 ", "+8613812346021"),
        ("１３８-１２３４-６０２１", "+8613812346021"),
        ("+86 138-1234-6021", "+8613812346021"),
        ("0086 13812346021", "+8613812346021"),
        ("8613812346021", "+8613812346021"),
        ("电话：13812346021", "+8613812346021"),
        ("138\u00a01234\u200b6021", "+8613812346021"),
        ("0755-88886666", "+8675588886666"),
        ("(0755)8888 6666", "+8675588886666"),
        ("（010）6666-7777", "+861066667777"),
        ("+86 755 8888 6666", "+8675588886666"),
        ("0755-88886666转801", "+8675588886666;ext=801"),
        ("021-58881234 ext. 12", "+862158881234;ext=12"),
        ("021-58881234-12", None),
        ("400-123-4567", "+864001234567"),
        ("800 810 1234", "+868008101234"),
        ("95588", "95588"),
        ("12345", "12345"),
        ("+44 20 7123 4567", "+442071234567"),
        ("00852 2123 4567", "+85221234567"),
    ],
)
def test_numbers_are_stored_in_one_spelling(written: str, stored: str | None) -> None:
    if stored is None:
        with pytest.raises(PhoneError):
            parse_phone(written)
    else:
        assert parse_phone(written) == stored
        assert parse_phone(stored) == stored


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "empty"),
        ("　", "empty"),
        ("没有", "letters"),
        ("张伟13812346021", "letters"),
        ("88886666", "area"),
        ("1381234602", "length"),
        ("138123460211", "length"),
        ("12812346021", "unknown"),
        ("13812346021/13900001111", "several"),
        ("13812346021 13900001111", "several"),
        ("13812346021、0755-88886666", "several"),
        ("13812346021\n13900001111", "several"),
        ("----", "unknown"),
    ],
)
def test_what_is_no_number_says_why(written: str, reason: str) -> None:
    with pytest.raises(PhoneError) as caught:
        parse_phone(written)
    assert caught.value.reason == reason


def test_several_numbers_are_told_apart() -> None:
    assert parse_phones("13812346021 / 0755-88886666转8，无") == ("+8613812346021", "+8675588886666;ext=8")
    assert parse_phones("+8675588886666;ext=8") == ("+8675588886666;ext=8",)
    assert parse_phones("手机：13812346021；电话 0755-88886666") == ("+8613812346021", "+8675588886666")


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


def test_seen_from_abroad_the_country_is_shown() -> None:
    assert format_phone("+8613812346021", region="GB") == "+86 138 1234 6021"
    assert format_phone("+442071234567", region="GB") == "020 7123 4567"


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


def test_digits_are_ascii() -> None:
    assert digits("（０７５５）8888 转 ٣") == "07558888"


def test_at_home_no_country_is_dialled() -> None:
    assert national("+8675588886666;ext=8") == "0755888866668"
    assert national("+8613812346021") == "13812346021"
    assert national("+864001234567") == "4001234567"
    assert national("+86 755-8888 6666") == "075588886666"
    assert national("+442071234567") == ""
    assert national("张伟") == ""


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.sampled_from([" ", "-", "", "\u3000", "."]))
def test_every_mobile_number_survives_any_grouping(number: str, gap: str) -> None:
    number = "".join(str(int(char)) for char in number)
    assert parse_phone(f"{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}") == "+86" + number
    assert digits(format_phone("+86" + number)) == number


@given(st.text())
def test_any_other_text_is_refused_or_stored_stably(text: str) -> None:
    try:
        stored = parse_phone(text)
    except PhoneError:
        return
    assert parse_phone(stored) == stored
