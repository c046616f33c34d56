"""Text made comparable: one spelling for what people see as the same.

`normalise` keeps words apart, `compact` keeps only letters and digits. Search, duplicate check, import matching and
choice lists compare through these two and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SPACES = re.compile(r"\s+")
# Everything that is neither a letter nor a digit: `\w` minus the underscore.
MARKS = re.compile(r"[\W_]+")
# Invisible characters that spreadsheets and web pages leave behind: zero-width signs, soft hyphen, byte order mark.
INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Han characters: unified, extension A, compatibility, the zero 〇, and the supplementary ideographic planes.
HAN_CLASS = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN = re.compile(f"[{HAN_CLASS}]")
# Unified ideographs stand for themselves under NFKC: most Chinese values need no folding at all.
PLAIN_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]*")


def fold(text: str) -> str:
    """Full width to half width (NFKC) and case folded; white space is left as it is.

    Idempotent: folding can leave a text that is not NFKC any more, hence the second pass.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)


def normalise(text: str) -> str:
    """The comparable spelling of a text: half width, case folded, no invisible characters, single inner spaces.

    `"　华江　ＫＴＶ "` becomes `"华江 ktv"`.
    """
    folded = fold(text)
    if not folded.isascii():
        folded = INVISIBLE.sub("", folded)
    return SPACES.sub(" ", folded).strip()


def tidy(text: str) -> str:
    """What a person meant to type in one line: no invisible characters, single spaces, none at the ends."""
    if not text.isascii():
        text = INVISIBLE.sub("", text)
    return SPACES.sub(" ", text).strip()


# One value is made comparable several times on its way into the database: for its key, its grams, its order.
@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """The letters and digits of a text, folded, nothing else: `"华江（广州）-A 座"` becomes `"华江广州a座"`."""
    return text if PLAIN_HAN.fullmatch(text) else MARKS.sub("", fold(text))


def has_han(text: str) -> bool:
    """Whether a Chinese character occurs in the text."""
    return not text.isascii() and HAN.search(text) is not None
