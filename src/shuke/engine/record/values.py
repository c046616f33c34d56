"""Turns what people and programs send into typed values of a field, and back into plain JSON."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shuke.engine.record.rich import formed, plain
from shuke.engine.record.words import about
from shuke.kernel.errors import Invalid
from shuke.kernel.text import INVISIBLE, fold, tidy
from shuke.resource.describe import FieldInfo, Kind

_TRUE = frozenset({"true", "1", "yes", "y", "on", "是", "有", "对", "√"})
_FALSE = frozenset({"false", "0", "no", "n", "off", "否", "无", "错", "×", ""})
# What PostgreSQL refuses in a text: NUL, and halves of surrogate pairs.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# A time near the ends of the calendar lies outside of it in another time zone, and could be stored but not read.
_FIRST_YEAR, _LAST_YEAR = 2, 9998
# JSON nested deeper than any of ours is an attack on whatever reads it later.
_LEVELS = 20
# Markup included.
_LONGEST_RICH = 100_000
_DATE_MARKS = re.compile(r"[年月/.]")


def coerce(info: FieldInfo, raw: Any) -> Any:
    """``raw`` (text, number, JSON value or already typed) as the field's Python value; None or "" for empty.

    Raises ``Invalid`` with one message about this field. Links and options come as ids.
    """
    if raw is None or (isinstance(raw, str) and not tidy(raw)):
        return _empty(info)
    if isinstance(raw, str) and UNSTORABLE.search(raw):
        raise _unstorable(info)
    return _BY_KIND[info.kind](info, raw)


def _empty(info: FieldInfo) -> Any:
    if info.kind in (Kind.LINKS, Kind.TAGS, Kind.FILES):
        return []
    if info.kind is Kind.BOOLEAN and not info.nullable:
        return False
    if info.kind is Kind.JSON:
        return {}
    return None if info.nullable else ""


def _unstorable(info: FieldInfo) -> Invalid:
    return Invalid(
        fields={info.name: _("“%(label)s” contains a character that cannot be stored.") % {"label": info.label}}
    )


def storable(text: str) -> str:
    """Text for a message or a title: what PostgreSQL refuses is replaced by a mark."""
    return UNSTORABLE.sub("\ufffd", text)


def _refuse(info: FieldInfo, message: str) -> Invalid:
    return Invalid(fields={info.name: about(info.label, message)})


def _text(info: FieldInfo, raw: Any) -> str:
    if isinstance(raw, (dict, list, bool)):
        raise _refuse(info, _("enter text."))
    text = str(raw)
    if info.kind in (Kind.LONG_TEXT, Kind.RICH_TEXT):
        text = "\n".join(line.rstrip() for line in INVISIBLE.sub("", text).splitlines()).strip()
    else:
        text = tidy(text)
    if info.max_length and len(text) > info.max_length:
        raise _refuse(
            info,
            _("at most %(most)d characters, this has %(count)d.") % {"most": info.max_length, "count": len(text)},
        )
    return text


def _rich(info: FieldInfo, raw: Any) -> str:
    text = _text(info, raw)
    if len(text) > _LONGEST_RICH:
        words = _("at most %(most)d characters, this has %(count)d.")
        raise _refuse(info, words % {"most": _LONGEST_RICH, "count": len(text)})
    html = formed(text)
    return html if plain(html) else ""


def _validated(check: Callable[[str], None], hint: str) -> Callable[[FieldInfo, Any], str]:
    def convert(info: FieldInfo, raw: Any) -> str:
        text = _text(info, raw)
        try:
            check(text)
        except ValidationError:
            raise _refuse(info, _(hint) % {"value": text}) from None
        return text

    return convert


def _phone(info: FieldInfo, raw: Any) -> str:
    text = fold(_text(info, raw))
    digits = sum(char.isdigit() for char in text)
    if not 3 <= digits <= 32 or sum(char.isalpha() for char in text) > 8:
        raise _refuse(info, _("“%(value)s” is no telephone number.") % {"value": text})
    return text


def _integer(info: FieldInfo, raw: Any) -> int:
    if isinstance(raw, bool):
        raise _refuse(info, _("enter a whole number."))
    try:
        number = Decimal(fold(str(raw)).replace(",", "").strip())
        if number != number.to_integral_value() or abs(number) > 2**31 - 1:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise _refuse(info, _("enter a whole number.")) from None
    return int(number)


def _decimal(info: FieldInfo, raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise _refuse(info, _("enter a number."))
    places = getattr(info.source, "decimal_places", 2) or 0
    digits = getattr(info.source, "max_digits", 18) or 18
    try:
        number = Decimal(fold(str(raw)).replace(",", "").replace("¥", "").strip())
        if not number.is_finite():
            raise ValueError
        number = number.quantize(Decimal(1).scaleb(-places))
    except (InvalidOperation, ValueError):
        raise _refuse(info, _("enter a number.")) from None
    if len(number.as_tuple().digits) > digits:
        raise _refuse(info, _("the number is too large."))
    return number


def _boolean(info: FieldInfo, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = fold(tidy(str(raw)))
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _refuse(info, _("enter yes or no."))


def _date(info: FieldInfo, raw: Any) -> datetime.date:
    if isinstance(raw, datetime.datetime):
        return timezone.localtime(raw).date() if timezone.is_aware(raw) else raw.date()
    if isinstance(raw, datetime.date):
        return raw
    found = _read_date(fold(tidy(str(raw))))
    if found is None:
        raise _refuse(info, _("“%(value)s” is no date; write 2026-08-31.") % {"value": raw})
    return found


def _read_date(text: str) -> datetime.date | None:
    plain = _DATE_MARKS.sub("-", text).replace("日", "").strip().rstrip("-")
    if re.fullmatch(r"\d{8}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    try:
        return parse_date(plain)
    except ValueError:
        return None


def _datetime(info: FieldInfo, raw: Any) -> datetime.datetime:
    moment = raw
    if not isinstance(raw, datetime.datetime):
        text = fold(tidy(str(raw)))
        day, _space, clock = text.replace("日", "日 ").replace("t", " ").partition(" ")
        date = raw if isinstance(raw, datetime.date) else _read_date(day)
        try:
            moment = parse_datetime(f"{date.isoformat()} {clock.strip() or '00:00'}") if date else None
        except ValueError:
            moment = None
    if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise _refuse(info, _("“%(value)s” is no time; write 2026-08-31 14:30.") % {"value": raw})
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _choice(info: FieldInfo, raw: Any) -> Any:
    for value, label in info.choices:
        if raw == value or str(raw) == str(value) or str(raw).strip() == str(label):
            return value
    raise _refuse(info, _("“%(value)s” is not one of the choices.") % {"value": raw})


def _link(info: FieldInfo, raw: Any) -> int:
    if isinstance(raw, dict):
        raw = raw.get("id")
    try:
        if not isinstance(raw, (int, str)) or isinstance(raw, bool) or not 0 < int(raw) < 2**63:
            raise ValueError
        return int(raw)
    except ValueError:
        raise _refuse(info, _("choose a record.")) from None


def _links(info: FieldInfo, raw: Any) -> list[int]:
    if not isinstance(raw, (list, tuple, set)):
        raw = [raw]
    return sorted({_link(info, item) for item in raw})


def _files(info: FieldInfo, raw: Any) -> list[int]:
    """In the order in which they are given, each once."""
    return list(dict.fromkeys(_link(info, item) for item in (raw if isinstance(raw, (list, tuple)) else [raw])))


def _json(info: FieldInfo, raw: Any) -> Any:
    if not isinstance(raw, (dict, list)):
        raise _refuse(info, _("enter a JSON object."))
    if _nests(raw, _LEVELS):
        raise _refuse(info, _("enter a JSON object."))
    try:
        text = json.dumps(raw, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise _refuse(info, _("enter a JSON object.")) from None
    if UNSTORABLE.search(text) or "\\u0000" in text:
        raise _unstorable(info)
    return raw


def _nests(data: Any, levels: int) -> bool:
    """Is the data nested deeper than so many levels?"""
    if not isinstance(data, (dict, list)):
        return False
    inner = data.values() if isinstance(data, dict) else data
    return levels == 0 or any(_nests(item, levels - 1) for item in inner)


_BY_KIND: dict[Kind, Callable[[FieldInfo, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.RICH_TEXT: _rich,
    Kind.EMAIL: _validated(validate_email, gettext_noop("“%(value)s” is no e-mail address.")),
    Kind.URL: _validated(
        URLValidator(schemes=("http", "https")), gettext_noop("“%(value)s” is no web address (https://…).")
    ),
    Kind.PHONE: _phone,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _decimal,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.CHOICE: _choice,
    Kind.OPTION: _link,
    Kind.LINK: _link,
    Kind.LINKS: _links,
    Kind.TAGS: _links,
    Kind.FILES: _files,
    Kind.JSON: _json,
}
