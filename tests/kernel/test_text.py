"""What people see as the same text is the same text."""

from hypothesis import given
from hypothesis import strategies as st

from shuke.kernel.text import compact, has_han, normalise


def test_full_width_letters_case_and_white_space_are_folded() -> None:
    assert normalise("　华江　ＫＴＶ \t(广州)\u00a0") == "华江 ktv (广州)"


def test_invisible_characters_of_spreadsheets_are_dropped() -> None:
    assert normalise("\ufeff华\u200b江") == "华江"


def test_compact_keeps_letters_and_digits_only() -> None:
    assert compact("华江（广州）-A 座_１０１") == "华江广州a座101"
    assert compact("……") == ""


def test_case_folding_reaches_beyond_ascii() -> None:
    assert normalise("STRASSE") == normalise("straße")


def test_han_is_told_from_other_scripts() -> None:
    assert has_han("A座")
    assert has_han("〇")
    assert has_han("𠮷")
    assert not has_han("Acme")
    assert not has_han("カナ")
    assert not has_han("é")


@given(st.text())
def test_both_are_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert compact(compact(text)) == compact(text)
    assert compact(normalise(text)) == compact(text)
