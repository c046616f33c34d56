"""Pinyin readings of Chinese names: initials, full spelling, order, and syllables of what somebody typed.

Readings are toneless, lower case, ü spelled v. They come from `readings.tsv` beside this file, generated from
pypinyin's dictionaries by `tools/make_readings.py`. Phrases are read as phrases (重庆 = chong qing, 银行 = yin hang).
A name whose first character is a surname with a reading of its own gets that reading as well (单 = shan).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from shuke.kernel.text import compact, has_han

# Surnames that read otherwise than the character usually does.
SURNAMES = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "盖": "ge", "区": "ou", "朴": "piao", "覃": "tan", "乐": "yue",
    "尉": "yu", "员": "yun", "牟": "mu", "种": "chong", "繁": "po", "秘": "bi", "折": "she", "黑": "he",
    "召": "shao", "句": "gou", "薄": "bo", "么": "yao", "佴": "nai", "能": "nai", "祭": "zhai",
    "洗": "xian", "适": "kuo", "翟": "di", "缪": "mou", "曾": "ceng", "宿": "xiu", "藏": "zang",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu", "澹台": "tan tai", "乐正": "yue zheng",
    "亓官": "qi guan", "令狐": "ling hu", "诸葛": "zhu ge", "宰父": "zai fu", "呼延": "hu yan", "皇甫": "huang fu",
}  # fmt: skip
# These come second: the everyday reading of the character is also the commoner one of the name.
RARE_SURNAMES = frozenset("翟缪曾宿藏晟覃尉召")
LONGEST_PERSON = 3  # characters in the name of a person with a surname of one character


# Phrases with the same two first characters, longest first, and their syllables.
Phrases = dict[str, tuple[str, ...]]


@cache
def _readings() -> tuple[dict[str, str], dict[str, dict[str, Phrases]], frozenset[str]]:
    """Character -> syllable; first character -> second one -> phrases; all syllables."""
    chars: dict[str, str] = {}
    phrases: dict[str, dict[str, Phrases]] = {}
    table = files("shuke.kernel").joinpath("readings.tsv").read_text(encoding="utf-8")
    entries = [line.split("\t") for line in table.splitlines()]
    for left, right in entries:
        if left.isascii():
            chars.update(dict.fromkeys(right, left))
    for left, right in sorted((entry for entry in entries if not entry[0].isascii()), key=lambda entry: -len(entry[0])):
        phrases.setdefault(left[0], {}).setdefault(left[1], {})[left] = tuple(right.split())
    for name, spelling in COMPOUND_SURNAMES.items():
        phrases.setdefault(name[0], {}).setdefault(name[1], {})[name] = tuple(spelling.split())
    # m and n alone are exclamations, not syllables that a name is typed with.
    known = frozenset(syllable for syllable in chars.values() if len(syllable) > 1 or syllable in "aeo")
    return chars, phrases, known


def syllables() -> frozenset[str]:
    """Every toneless syllable, ü spelled v."""
    return _readings()[2]


def _read(text: str) -> list[str]:
    """One item a character: its syllable, or the character itself where it has none; phrases read as phrases."""
    chars, phrases, _ = _readings()
    found: list[str] = []
    at, size = 0, len(text)
    while at < size:
        char = text[at]
        seconds = phrases.get(char)
        if seconds is not None and at + 1 < size and (candidates := seconds.get(text[at + 1])):
            phrase = next((phrase for phrase in candidates if text.startswith(phrase, at)), None)
            if phrase is not None:
                found += candidates[phrase]
                at += len(phrase)
                continue
        found.append(chars.get(char, char))
        at += 1
    return found


def readings(text: str) -> tuple[tuple[str, ...], ...]:
    """The one or two readings of a text, likelier first, each one item a character of its compact spelling.

    Empty for a text without Chinese characters. Letters and digits stand for themselves. Two readings exist where the
    first character is a surname that reads otherwise; for something as short as a person's name the surname's
    reading is the likelier one.
    """
    return readings_of_compact(compact(text))


@lru_cache(maxsize=4096)
def readings_of_compact(bare: str) -> tuple[tuple[str, ...], ...]:
    """`readings` of a text that is compact already."""
    if not has_han(bare):
        return ()
    usual = tuple(_read(bare))
    surname = SURNAMES.get(bare[0])
    if surname is None or surname == usual[0] or bare[:2] in COMPOUND_SURNAMES:
        return (usual,)
    named = (surname, *_read(bare[1:]))
    if bare[0] in RARE_SURNAMES or len(bare) > LONGEST_PERSON or _begins_with_phrase(bare):
        return (usual, named)
    return (named, usual)


def _begins_with_phrase(bare: str) -> bool:
    return len(bare) > 1 and bare[1] in _readings()[1].get(bare[0], {})


def initials(text: str) -> tuple[str, ...]:
    """First letters of each reading, likelier first: `"重庆银行"` -> `("cqyh",)`, `"单伟"` -> `("sw", "dw")`.

    Letters and digits are kept (`"华江A座"` -> `("hjaz",)`); empty for a text without Chinese characters.
    """
    return tuple(dict.fromkeys("".join([item[0] for item in reading]) for reading in readings(text)))


def full(text: str) -> tuple[str, ...]:
    """Joined syllables of each reading, likelier first: `"华江"` -> `("huajiang",)`; empty for Latin text."""
    return tuple("".join(reading) for reading in readings(text))


def sort_key(text: str) -> str:
    """What to order by to get pinyin order; Latin text orders among it by its own letters."""
    found = readings(text)
    return " ".join(found[0]) if found else compact(text)


def _syllable_ends(letters: str, start: int) -> Iterator[int]:
    """Where a syllable that begins at `start` can end, longest first; the text may end within one."""
    known = syllables()
    rest = letters[start:]
    for size in range(min(6, len(rest)), 0, -1):
        piece = rest[:size]
        if piece in known or (size == len(rest) and piece in _beginnings()):
            yield start + size


@cache
def _beginnings() -> frozenset[str]:
    """Every proper beginning of a syllable: what somebody has typed so far."""
    return frozenset(syllable[:size] for syllable in syllables() for size in range(1, len(syllable)))


def segmentations(letters: str) -> Iterator[tuple[str, ...]]:
    """Every way to read a run of Latin letters as pinyin syllables, long syllables first; the last may be incomplete.

    Exponential in the worst case: take what you need from the iterator.
    """
    dead: set[int] = set()

    def walk(start: int) -> Iterator[tuple[str, ...]]:
        if start == len(letters):
            yield ()
            return
        if start in dead:
            return
        alive = False
        for end in _syllable_ends(letters, start):
            for tail in walk(end):
                alive = True
                yield (letters[start:end], *tail)
        if not alive:
            dead.add(start)

    if letters:
        yield from walk(0)
