"""Phone numbers as people write them in China, made one spelling.

Stored: E.164, `+8613812346021`, an extension behind it as `;ext=801`; service numbers such as 95588 as they are.
Shown: `138 1234 6021`, `0755-8888 6666`, `400-123-4567`. Other countries' numbers need their `+`
and go through phonenumbers.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from shuke.kernel.text import compact, normalise

MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})")
SERVICE = re.compile(r"95\d{3,4}|96\d{3,4}|100\d\d|12\d{3}|11[0-9]")
HOTLINE = re.compile(r"(?:(?:\+|00)86)?([48]00\d{7})")
LOCAL = re.compile(r"[2-8]\d{6,7}")
# 转, 分机, ext., x, # before one to six digits at the end.
EXTENSION = re.compile(r"\s*(?:,?\s*(?:转|轉|分机|分機|内线|ext\.?|x|#)|;ext=)\s*:?\s*(\d{1,6})$")
LABEL = re.compile(r"^(?:(?:联系)?电话|手机号?码?|固话|座机|传真|tel|phone|mobile|mob|fax)\s*[.:]?\s*(?=[+(\d])")
SEPARATORS = re.compile(r"[/、;|,，\n]|\s或\s?|或|和|及")
NOISE = re.compile(r"[\s().\-_‐-―－~·]")
STORED = re.compile(r"\+86(\d+)(?:;ext=(\d+))?")
# Two-digit area codes (after the 0): Beijing and the 02x cities. All others have three.
SHORT_AREA = re.compile(r"10|2\d")


class PhoneError(ValueError):
    """The text is no single phone number. `reason`: empty, several, letters, area, length or unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def digits(text: str) -> str:
    """The digits of a text, full width ones included, as ASCII: `"（０７５５）8888"` -> `"07558888"`."""
    return "".join(char for char in normalise(text) if "0" <= char <= "9")


def parse_phone(text: str) -> str:
    """The stored spelling of the one phone number in a text.

    Tolerates full-width digits, blanks, dots, dashes, brackets, a label (电话:) and an extension (转 801).
    Raises PhoneError (a ValueError) with the reason: `several` numbers, a land line without its `area` code, …
    """
    tidy = LABEL.sub("", normalise(text))
    if mobile := MOBILE.fullmatch(NOISE.sub("", tidy)):
        return "+86" + mobile[1]
    if not tidy:
        raise PhoneError("empty")
    found, reason = _single(tidy)
    if found:
        return found
    if len(parse_phones(text)) > 1:
        raise PhoneError("several")
    raise PhoneError(reason)


def parse_phones(text: str) -> tuple[str, ...]:
    """All numbers in a text that lists several (`"13812346021 / 0755-88886666"`); pieces that are none are left out."""
    tidy = normalise(text.replace("\n", "/"))
    # ";ext=" is part of a stored number, not a separator.
    pieces = SEPARATORS.split(tidy.replace(";ext=", "x"))
    if len(pieces) == 1:
        pieces = tidy.split(" ")
    found = [_single(LABEL.sub("", piece.strip()))[0] for piece in pieces if piece.strip()]
    return tuple(dict.fromkeys(number for number in found if number))


def _single(tidy: str) -> tuple[str, str]:
    """The stored spelling of a normalised text that is one number, or "" and the reason why it is none."""
    extension = EXTENSION.search(tidy)
    bare = NOISE.sub("", tidy[: extension.start()] if extension else tidy)
    suffix = f";ext={extension[1]}" if extension else ""
    if not re.fullmatch(r"\+?\d+", bare):
        return "", "letters" if re.search(r"[^\W\d_]", bare) else "unknown"
    if SERVICE.fullmatch(bare):
        return bare + suffix, ""
    if plain := MOBILE.fullmatch(bare) or HOTLINE.fullmatch(bare):
        return f"+86{plain[1]}{suffix}", ""
    if LOCAL.fullmatch(bare):
        return "", "area"
    if re.match(r"1[3-9]", bare) and len(bare) != 11:
        return "", "length"
    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", bare), "CN")
    except phonenumbers.NumberParseException:
        return "", "length"
    if not phonenumbers.is_valid_number(number):
        return "", "unknown" if phonenumbers.is_possible_number(number) else "length"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + suffix, ""


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
def format_phone(text: str, region: str = "CN") -> str:
    """How a stored number is shown to somebody in `region`; a text that is no stored number comes back as it is."""
    stored = STORED.fullmatch(text)
    if stored is None or region != "CN":
        return _international(text, region)
    number, extension = stored.groups(default="")
    if MOBILE.fullmatch(number):
        shown = f"{number[:3]} {number[3:7]} {number[7:]}"
    elif HOTLINE.fullmatch(number):
        shown = f"{number[:3]}-{number[3:6]}-{number[6:]}"
    else:
        area, local = split_landline("0" + number)
        shown = f"{area}-{local[:-4]} {local[-4:]}"
    return f"{shown} 转 {extension}" if extension else shown


def _international(text: str, region: str) -> str:
    """A number of another country, or seen from another country, in phonenumbers' spelling."""
    if not text.startswith("+"):
        return text
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    at_home = phonenumbers.region_code_for_number(number) == region
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


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
