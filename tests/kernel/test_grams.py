"""A record is found by any part of its values, and never by what it does not contain."""

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from shuke.kernel.grams import grams, haystack, literal, needle, parts, probe
from shuke.kernel.pinyin import readings
from shuke.kernel.text import compact

HAN = st.sampled_from("华江科技有限公司广州深圳东莞市张伟安恩欧阳单曾重庆银行长沙乐区电子贸易集团吕略女西一二三")
NAME = st.text(HAN, min_size=2, max_size=14)
LOOSE = st.text(st.one_of(HAN, st.sampled_from("abcxyzKTV 0123（）-·　Ａ９座")), min_size=1, max_size=16)
PHONE = st.from_regex(r"\+861[3-9][0-9]{9}", fullmatch=True)
RECORD = st.tuples(NAME, LOOSE, PHONE)


def found(values: tuple[str | None, ...], query: str) -> bool:
    """What the database does with a query: GIN containment, then strpos."""
    text = haystack(values)
    tokens = set(grams(text))
    return bool(parts(query)) and all(answers(text, tokens, part) for part in parts(query))


def answers(text: str, tokens: set[str], part: str) -> bool:
    """Whether one part of a query is answered by a record."""
    alternatives, strings = probe(part), needle(part)
    return any(tokens.issuperset(needed) for needed in alternatives) and (
        not strings or any(string in text for string in strings)
    )


@given(st.lists(RECORD, min_size=2, max_size=2), st.data())
def test_a_literal_tells_what_the_probe_would(records: list[tuple[str, str, str]], data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(records[0]))
    query = cut(data, source, 1)
    for part in parts(query):
        for record in records:
            text = haystack(record)
            if strings := literal(part):
                assert any(string in text for string in strings) == answers(text, set(grams(text)), part)


@given(NAME, NAME)
def test_a_long_text_is_found_as_it_is_written_and_not_by_its_pinyin(name: str, text: str) -> None:
    both = haystack([name], [text])
    assert text in both
    assert set(grams(both)) == set(grams(haystack([name]))) | set(grams(text))


def cut(data: st.DataObject, text: str, least: int) -> str:
    """A random substring of at least `least` characters."""
    start = data.draw(st.integers(0, len(text) - least))
    return text[start : data.draw(st.integers(start + least, len(text)))]


@given(RECORD, st.data())
def test_any_two_chinese_characters_find_the_record(record: tuple[str, str, str], data: st.DataObject) -> None:
    assert found(record, cut(data, record[0], 2))


@given(RECORD, st.data())
def test_initials_find_the_record_in_every_reading(record: tuple[str, str, str], data: st.DataObject) -> None:
    for reading in readings(record[0]):
        assert found(record, cut(data, "".join(item[0] for item in reading), 2))


@settings(max_examples=400)
@given(RECORD, st.data())
@example(("西安安恩", "-", "+8613800000000"), None)
def test_full_pinyin_of_two_characters_or_more_finds_the_record(
    record: tuple[str, str, str], data: st.DataObject | None
) -> None:
    for reading in readings(record[0]):
        start = data.draw(st.integers(0, len(reading) - 2)) if data else 0
        end = data.draw(st.integers(start + 2, len(reading))) if data else len(reading)
        assert found(record, "".join(reading[start:end]))


@given(RECORD, st.data())
def test_pinyin_is_found_while_the_last_syllable_is_typed(record: tuple[str, str, str], data: st.DataObject) -> None:
    reading = readings(record[0])[0]
    typed = "".join(reading[:2])
    assert found(record, typed[: data.draw(st.integers(len(reading[0]) + 1, len(typed)))])


@given(RECORD, st.data())
def test_three_digits_find_the_phone(record: tuple[str, str, str], data: st.DataObject) -> None:
    assert found(record, cut(data, record[2][3:], 3))


@given(RECORD, st.data())
def test_any_substring_that_can_be_probed_finds_the_record(record: tuple[str, str, str], data: st.DataObject) -> None:
    text = compact(record[1])
    assume(text)
    piece = cut(data, text, 1)
    assume(probe(piece) and "+" not in piece)
    assert found(record, piece)


@given(RECORD, NAME)
def test_what_a_record_does_not_contain_does_not_find_it(record: tuple[str, str, str], other: str) -> None:
    assume(not any(other in compact(value) for value in record))
    assert not found(record, other)


@given(RECORD, st.text("ahjgnuizeo", min_size=2, max_size=8))
def test_letters_find_nothing_that_does_not_contain_them(record: tuple[str, str, str], letters: str) -> None:
    spelled = [compact(value) for value in record]
    for value in record[:2]:
        for reading in readings(value):
            spelled += ["".join(item[0] for item in reading), "".join(reading)]
    lax = letters.replace("lue", "lve").replace("nue", "nve")
    assume(not any(text in line for text in (letters, lax) for line in spelled))
    assert not found(record, letters)


def test_two_chinese_characters_need_one_token_and_no_second_look() -> None:
    assert probe("华江") == (("华江",),)
    assert needle("华江") == ()
    assert probe("华") == (("华",),)
    assert probe("138") == (("138",),)
    assert needle("138") == ()


def test_a_piece_of_an_address_needs_the_second_look() -> None:
    for piece, other in (("12座", "3座"), ("A座", "B座"), ("7楼", "8楼")):
        assert found((f"科技园{piece}",), piece)
        assert not found((f"科技园{other}",), piece)


def test_initials_pairs_need_no_second_look() -> None:
    assert probe("hj") == (("hj",),)
    assert needle("hj") == ()


def test_what_is_too_short_is_not_searched() -> None:
    assert probe("a") == ()
    assert probe("13") == ()
    assert probe("") == ()
    assert probe("（）") == ()


def test_one_syllable_finds_what_begins_with_it() -> None:
    assert found(("张伟",), "zhang")
    assert found(("单伟",), "shan")
    assert found(("单伟",), "dan")
    assert not found(("李张",), "zhang")


def test_full_pinyin_is_probed_by_its_initials() -> None:
    assert ("hj",) in probe("huajiang")
    assert found(("广州华江科技",), "huajiang")
    assert not found(("花都酱园",), "huajiang")


def test_umlauts_are_typed_in_several_ways() -> None:
    for typed in ("lvbu", "lübu", "LÜBU"):
        assert found(("吕布",), typed)
    assert found(("省略号",), "shenglue")
    assert found(("省略号",), "shenglve")


def test_spelling_is_forgiven() -> None:
    record = ("华江科技（广州）有限公司-A 座", "Acme Corp.", "zhang@huajiang.com", "0755-8888 6666")
    for query in ("华江科技广州", "(广州)", "Ａ座", "ACME", "acme corp", "zhang@hua", "0755 88886666", "0755-8888"):
        assert found(record, query), query


def test_stored_phones_are_found_as_dialled_at_home_or_from_abroad() -> None:
    record = ("华江", "+8675588886666", "+8613812346021", "+442071234567")
    for query in (
        "075588886666",
        "88886666",
        "+86 755 8888 6666",
        "+86 138 1234 6021",
        "8613812346021",
        "20 7123 4567",
    ):
        assert found(record, query), query


def test_a_query_is_a_conjunction() -> None:
    assert parts("华江　1381") == ["华江", "1381"]
    assert found(("华江科技", "+8613812346021"), "1381 华江")
    assert not found(("华江科技", "+8613812346021"), "华江 1391")
    assert parts(" 华江 华江 ") == ["华江"]
    assert parts("…… —") == []
    assert len(parts(" ".join("一二三四五六七八九十"))) == 8


def test_short_pieces_of_a_number_stay_together() -> None:
    assert parts("20 7123 4567") == ["207123", "4567"]


def test_tokens_stay_few() -> None:
    assert len(grams(haystack(["广州华江电子科技有限公司", "+8613812346021"]))) <= 46


def test_values_that_are_missing_or_empty_leave_no_trace() -> None:
    assert haystack([None, "", "——"]) == ""
    assert grams("") == []


@given(st.lists(st.one_of(st.none(), st.text()), max_size=4), st.text(max_size=12))
def test_no_text_breaks_it(values: list[str | None], query: str) -> None:
    found(tuple(values), query)


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=60))
def test_long_queries_stay_small(letters: str) -> None:
    assert len(probe(letters)) <= 64
