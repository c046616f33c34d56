"""Names are read as a Chinese speaker reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from shuke.kernel.pinyin import SURNAMES, full, initials, readings, segmentations, sort_key, syllables

PLACES = {
    "重庆": "cq", "银行": "yh", "长沙": "cs", "长春": "cc", "厦门": "xm", "东莞": "dg", "成都": "cd",
    "六安": "la", "番禺": "py",
    "亳州": "bz", "乐清": "yq", "涡阳": "gy", "荥阳": "xy", "台州": "tz", "丽水": "ls", "黄陂": "hp",
    "朝阳": "cy", "音乐": "yy",
    "会计": "kj", "校长": "xz", "成长": "cz", "快乐": "kl", "商行": "sh", "重工": "zg", "首都": "sd", "吐鲁番": "tlf",
    "北京": "bj", "圳": "z", "西藏": "xz", "济南": "jn", "尉犁": "yl", "井陉": "jx",
}  # fmt: skip


@pytest.mark.parametrize(("name", "letters"), PLACES.items())
def test_places_and_words_are_read_as_phrases(name: str, letters: str) -> None:
    assert initials(name)[0] == letters


def test_full_pinyin_is_joined() -> None:
    assert full("重庆华江") == ("chongqinghuajiang",)
    assert full("吕布") == ("lvbu",)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("单伟", "shanwei", "danwei"),
        ("解小龙", "xiexiaolong", "jiexiaolong"),
        ("仇英", "qiuying", "chouying"),
        ("查良镛", "zhaliangyong", "chaliangyong"),
        ("区伟", "ouwei", "quwei"),
        ("朴志", "piaozhi", "puzhi"),
        ("曾国藩", "zengguofan", "cengguofan"),
        ("翟天", "zhaitian", "ditian"),
        ("乐小明", "yuexiaoming", "lexiaoming"),
    ],
)
def test_surnames_have_their_own_reading_first_and_the_everyday_one_second(name: str, first: str, second: str) -> None:
    assert full(name) == (first, second)


def test_a_company_is_not_read_as_a_person_first() -> None:
    assert initials("单县鑫源商贸有限公司") == ("sxxysmyxgs",)
    assert initials("乐凯胶片集团") == ("lkjpjt", "ykjpjt")


def test_compound_surnames_have_one_reading() -> None:
    assert full("尉迟恭") == ("yuchigong",)
    assert full("长孙无忌") == ("zhangsunwuji",)
    assert full("单于") == ("chanyu",)


def test_letters_and_digits_stand_for_themselves() -> None:
    assert initials("华江（A座）3 号") == ("hjaz3h",)
    assert initials("Acme 3") == ()
    assert full("") == ()


def test_every_character_has_one_item() -> None:
    assert [len(reading) for reading in readings("重庆银行A座")] == [6]


def test_order_is_by_pinyin() -> None:
    names = ["重庆", "北京", "长沙", "阿里", "安徽", "Acme", "张伟", "单伟"]
    assert sorted(names, key=sort_key) == ["阿里", "Acme", "安徽", "北京", "长沙", "重庆", "单伟", "张伟"]


def test_every_surname_in_the_table_adds_a_reading() -> None:
    for surname in SURNAMES:
        assert len(full(surname)) == 2, surname


def test_letters_are_read_as_syllables_the_last_perhaps_unfinished() -> None:
    assert {("xian",), ("xi", "an")} <= set(segmentations("xian"))
    assert ("hua", "j") in set(segmentations("huaj"))
    assert {("fang", "an"), ("fan", "gan")} <= set(segmentations("fangan"))


def test_what_is_no_pinyin_is_not_read() -> None:
    for letters in ("acme", "hj", "", "an" * 200 + "xq"):
        assert next(segmentations(letters), None) is None, letters[:8]


@given(st.lists(st.sampled_from(sorted(syllables())), min_size=1, max_size=6))
def test_the_spelling_of_syllables_can_always_be_split_into_them(spoken: list[str]) -> None:
    assert tuple(spoken) in set(segmentations("".join(spoken)))


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=1))
def test_single_characters_agree_with_the_source(char: str) -> None:
    spoken = {item.replace("ü", "v") for style in (Style.NORMAL,) for item in lazy_pinyin(char, style=style)}
    known = {item.replace("ü", "v") for item in _all_readings(char)}
    assert full(char)[-1] in spoken | known or full(char)[0] in spoken | known


def _all_readings(char: str) -> set[str]:
    from pypinyin import pinyin

    return set(pinyin(char, style=Style.NORMAL, heteronym=True)[0])


@pytest.mark.parametrize(
    ("place", "spelled"),
    [
        ("乐山市", "leshanshi"),
        ("黑河市", "heiheshi"),
        ("漯河市", "luoheshi"),
        ("马尾区", "maweiqu"),
        ("乐陵市", "laolingshi"),
        ("什邡市", "shifangshi"),
        ("大城县", "daichengxian"),
    ],
)
def test_places_that_begin_like_a_surname_are_read_as_places(place: str, spelled: str) -> None:
    assert full(place)[0] == spelled
