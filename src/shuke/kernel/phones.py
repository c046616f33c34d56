"""Phone numbers as people in China write them: one spelling to compare by, groups to read, a mask.

They are stored as somebody wrote them. With the country in front, `+8613812346021` or `+8675588886666;ext=801`, they
are read as `138 1234 6021` and `0755-8888 6666 转 801`; those of other countries go through phonenumbers.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from shuke.kernel.text import compact

MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})")
HOTLINE = re.compile(r"(?:(?:\+|00)86)?([48]00\d{7})")
NOISE = re.compile(r"[\s().\-_‐-―－~·]")
STORED = re.compile(r"\+86(\d+)(?:;ext=(\d+))?")
# Two-digit area codes (after the 0): Beijing and the 02x cities. All others have three.
SHORT_AREA = re.compile(r"10|2\d")


@lru_cache(maxsize=8192)
def national(text: str) -> str:
    """The digits with which a Chinese number with its +86 is dialled at home: `+8675588886666` -> `075588886666`.

    Empty for anything else; an extension's digits follow. The number may be written with gaps.
    """
    stored = STORED.fullmatch(NOISE.sub("", text)) if text.startswith("+86") else None
    if stored is None:
        return ""
    number, extension = stored.groups(default="")
    trunk = "" if MOBILE.fullmatch(number) or HOTLINE.fullmatch(number) else "0"
    return trunk + number + extension


def split_landline(number: str) -> tuple[str, str]:
    """Area code with its 0 and local number of a Chinese land line in national digits: `075588886666`."""
    size = 3 if SHORT_AREA.match(number, 1) else 4
    return number[:size], number[size:]


@lru_cache(maxsize=4096)
def format_phone(text: str) -> str:
    """How a number with its country is shown; any other text comes back as it is."""
    stored = STORED.fullmatch(text)
    if stored is None:
        return _international(text)
    number, extension = stored.groups(default="")
    if MOBILE.fullmatch(number):
        shown = f"{number[:3]} {number[3:7]} {number[7:]}"
    elif HOTLINE.fullmatch(number):
        shown = f"{number[:3]}-{number[3:6]}-{number[6:]}"
    else:
        area, local = split_landline("0" + number)
        shown = f"{area}-{local[:-4]} {local[-4:]}"
    return f"{shown} 转 {extension}" if extension else shown


def _international(text: str) -> str:
    """A number of another country in phonenumbers' spelling."""
    if not text.startswith("+"):
        return text
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def mask_phone(text: str) -> str:
    """A number with its middle hidden: `13812346021` -> `138****6021`, `+8675588886666` -> `0755****6666`.

    Short or unknown texts are hidden entirely but for the last two characters.
    """
    number = national(text.partition(";ext=")[0]) or compact(text)
    if MOBILE.fullmatch(number) and not number.startswith("86"):
        return f"{number[:3]}****{number[-4:]}"
    if len(number) >= 10 and number.startswith("0") and number.isdecimal():
        area, local = split_landline(number)
        return f"{area}****{local[-4:]}"
    if len(number) >= 9:
        return f"{number[:3]}****{number[-4:]}"
    return "****" + number[-2:] if len(number) > 3 else "****"
