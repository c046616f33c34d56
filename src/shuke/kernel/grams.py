"""What a record can be found by: a searchable text (`haystack`) and the tokens of a GIN index over it (`grams`).

PostgreSQL's trigram index is blind to two-character Chinese terms. So every record carries
- `haystack`: one compact line for each value, then its pinyin initials, then its full pinyin, e.g.
  `华江科技` / `hjkj` / `hua^huajiangkeji` (before `^` the first syllable), and
- `grams`: a `text[]` with a GIN index: Han characters and pairs, pairs of letters (Latin words and initials), triples
  of digits, and `^hua` for what a value begins with. Full pinyin is not in it: `huajiang` is probed as `hj`.

A query is a conjunction of `parts`. For a part, `probe` gives alternatives of tokens that must all be in `grams`, and
`needle` the strings of which one must occur in `haystack` for the hit to be real (empty: the probe is exact).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import add

from shuke.kernel.phones import national
from shuke.kernel.pinyin import readings_of_compact, segmentations, syllables
from shuke.kernel.text import HAN, HAN_CLASS, PLAIN_HAN, compact, fold

MARK = "^"
RUNS = re.compile(rf"[{HAN_CLASS}]+|[0-9]+|[^{HAN_CLASS}0-9]+")
LETTERS = re.compile(r"[a-z]+")
# 86 before a Chinese number as people paste it: stored numbers are searched by their national spelling.
COUNTRY = re.compile(r"^(?:(?:\+|00)\s*86|86(?=1[3-9]\d{9}$))[\s-]*")
WINDOW = 12  # letters of a pinyin query that are probed; the rest is left to the needle
MOST_TOKENS = 8  # in one alternative: more cost more than they exclude
MOST_PARTS = 8


def haystack(values: Sequence[str | None], unread: Sequence[str | None] = ()) -> str:
    """The searchable text of a record's values: see the head of this module. Lines are separated by newlines.

    ``unread`` values are found as they are written only, not by their pinyin.
    """
    lines: list[str] = []
    for value in values:
        bare = (national(value) or compact(value)) if value else ""
        if not bare:
            continue
        lines.append(bare)
        if bare.isascii():
            continue
        for reading in readings_of_compact(bare):
            lines.append("".join([item[0] for item in reading]))
            lines.append(f"{reading[0]}{MARK}{''.join(reading)}")
    lines += [compact(value) for value in unread if value]
    return "\n".join(dict.fromkeys(filter(None, lines)))


def grams(text: str) -> list[str]:
    """The sorted, distinct index tokens of a haystack."""
    tokens: set[str] = set()
    for line in text.split("\n"):
        if MARK in line:
            tokens.add(MARK + line.partition(MARK)[0])
        elif PLAIN_HAN.fullmatch(line):
            tokens.update(line)
            tokens.update(map(add, line, line[1:]))
        else:
            # `tokens_of` spelled out: this is the inmost loop of an import.
            for run in RUNS.findall(line):
                if "0" <= run[0] <= "9":
                    tokens.update([run[at : at + 3] for at in range(len(run) - 2)])
                    continue
                tokens.update(map(add, run, run[1:]))
                if not run.isascii() and HAN.match(run):
                    tokens.update(run)
    return sorted(tokens)


def parts(query: str) -> list[str]:
    """The parts of a query, all of which a record must answer: `"华江 1381"` -> `["华江", "1381"]`.

    Pieces of a phone number too short to search alone stay with their neighbour. At most eight, duplicates dropped.
    """
    words = [word for word in COUNTRY.sub("", fold(query).strip()).split() if compact(word)]
    joined: list[str] = []
    for word in words:
        numeric = compact(word).isdecimal() and bool(joined) and compact(joined[-1]).isdecimal()
        if numeric and min(len(compact(word)), len(compact(joined[-1]))) < 3:
            joined[-1] += word
        else:
            joined.append(word)
    return list(dict.fromkeys(joined))[:MOST_PARTS]


def probe(term: str) -> tuple[tuple[str, ...], ...]:
    """Alternatives of tokens that must all be among a record's grams; `()` when the term is too short to search.

    One Han character, two letters or three digits are enough. Letters are tried as they stand (Latin words, initials)
    and as full pinyin. Never misses a record whose haystack contains one of the `needle`s, except for one pinyin
    syllable, which is found only where a value begins with it.
    """
    found: list[frozenset[str]] = []
    for bare in spellings(term):
        literal = [token for run in RUNS.findall(bare) for token in tokens_of(run)]
        if literal:
            found.append(frozenset(literal[:MOST_TOKENS]))
        if LETTERS.fullmatch(bare):
            found += pinyin_tokens(bare)
    return tuple(tuple(sorted(tokens)) for tokens in smallest(found))


def needle(term: str) -> tuple[str, ...]:
    """The strings of which one must occur in a record's haystack; `()` where the probe alone is exact."""
    found = spellings(term)
    if len(found) == 1 and RUNS.fullmatch(found[0]) and tokens_of(found[0]) == [found[0]]:
        return ()
    return tuple(found)


def literal(term: str) -> tuple[str, ...]:
    """The strings of which one occurs in a haystack if, and only if, the record is found; `()` where none tell.

    Letters do not: they may stand in the middle of a full pinyin, begun and ended within a syllable.
    """
    found = spellings(term)
    return () if not probe(term) or any(LETTERS.fullmatch(bare) for bare in found) else tuple(found)


def tokens_of(run: str) -> list[str]:
    """The tokens that a run of one script, or of digits, needs; empty when it is too short."""
    if "0" <= run[0] <= "9":
        return [run[at : at + 3] for at in range(len(run) - 2)]
    if len(run) == 1:
        return [run] if HAN.match(run) else []
    return list(map(add, run, run[1:]))


def spellings(term: str) -> list[str]:
    """The compact spellings under which a term may stand in a haystack: ü is v there, and lüe is not lue."""
    bare = compact(COUNTRY.sub("", fold(term)))
    if not bare:
        return []
    umlaut = bare.replace("ü", "v")
    lax = umlaut.replace("lue", "lve").replace("nue", "nve") if umlaut.isascii() else umlaut
    return list(dict.fromkeys((bare, umlaut, lax)))


def pinyin_tokens(letters: str) -> list[frozenset[str]]:
    """What a run of letters needs when it is full pinyin: pairs of initials for every way to read it.

    Any way to read the whole is a way to read its beginning with an incomplete last syllable: a window is enough.
    """
    found = [frozenset((MARK + letters,))] if len(letters) > 1 and letters in syllables() else []
    for reading in segmentations(letters[:WINDOW]):
        if len(reading) > 1:
            found.append(frozenset(first[0] + second[0] for first, second in pairwise(reading)))
    return found


def smallest(alternatives: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Drops the alternatives that another one already covers with fewer tokens."""
    kept: list[frozenset[str]] = []
    for tokens in sorted(set(alternatives), key=lambda tokens: (len(tokens), sorted(tokens))):
        if not any(other <= tokens for other in kept):
            kept.append(tokens)
    return kept
